"""The worker process: dramatiq in this process, one event loop, its own threads for each queue.

Transactional mail has workers of its own, so that a confirmation never waits behind a campaign.
"""

import asyncio
import importlib
import logging
import signal
import threading
from typing import Any

import dramatiq
import uvloop
from dramatiq.asyncio import get_event_loop_thread
from dramatiq.middleware import Middleware

from service.kit import db, jobs, log, paths

THREADS = {"mail": 4, "default": 4, "bulk": 4}
_log = log.logger("worker")


def run() -> None:
    """Works until SIGTERM or SIGINT, then finishes what is under way (30 s at most)."""
    asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
    jobs.with_middleware(_Pool())
    declare_jobs()
    # Each of our workers brings its own middleware of one kind, as is meant.
    for name in ("RedisBroker", "RabbitmqBroker"):
        logging.getLogger(f"dramatiq.broker.{name}").setLevel(logging.ERROR)
    # No job of ours is ever delayed by the queue, and asking for some all the time is not free.
    jobs.broker().delay_queues.clear()
    workers = [
        dramatiq.Worker(jobs.broker(), queues={queue}, worker_threads=threads, worker_timeout=200)
        for queue, threads in THREADS.items()
    ]
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    for worker in workers:
        worker.start()
    _log.info("working", queues=list(THREADS))
    stopped.wait()
    jobs.stopping.set()
    for worker in workers:
        worker.stop(timeout=30_000)


def declare_jobs() -> None:
    """Imports every feature's jobs.py."""
    for file in sorted((paths.ROOT / "service").glob("*/jobs.py")):
        if file.parent.name != "kit":
            importlib.import_module(f"service.{file.parent.name}.jobs")


class _Pool(Middleware):
    """Opens the database pool in dramatiq's event loop, where all async jobs run."""

    opened = False

    def after_worker_boot(self, broker: Any, worker: Any) -> None:
        loop = get_event_loop_thread()
        if loop and not self.opened:
            self.opened = True
            loop.run_coroutine(db.open_pool(largest=20))

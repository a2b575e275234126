"""Jobs: dramatiq on Valkey, Redis or RabbitMQ.

A job carries ids only, and a job that arrives twice does nothing the second time.

The queue is never the truth: whatever a job does is also found by the clock in PostgreSQL (schedules/recurring.py),
so a lost queue delays and loses nothing.
"""

import asyncio
import importlib
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any

import dramatiq
import redis
from dramatiq.broker import Broker
from dramatiq.brokers.rabbitmq import RabbitmqBroker
from dramatiq.brokers.redis import RedisBroker
from dramatiq.errors import BrokerConnectionError
from dramatiq.middleware import AsyncIO, Middleware, TimeLimit
from pika.exceptions import AMQPError

from service.kit import log
from service.kit.settings import is_rabbitmq, settings

QUEUES = ("mail", "default", "bulk")
LONGEST_MS = 10 * 60_000
# What is raised when the queue cannot be reached.
AWAY = (BrokerConnectionError, redis.RedisError, AMQPError, OSError)

_waiting: ContextVar[list[tuple[str, tuple[Any, ...]]] | None] = ContextVar("waiting jobs", default=None)
_bodies: dict[str, Callable[..., Awaitable[None]]] = {}
# Set when this process was told to stop: a job in a loop hands over to its successor.
stopping = threading.Event()
_log = log.logger("jobs")


class _OneLoop(AsyncIO):
    """One event loop for all workers of this process: the pool belongs to it, and it ends with the last of them."""

    workers = 0

    def before_worker_boot(self, broker: Any, worker: Any) -> None:
        if not self.workers:
            super().before_worker_boot(broker, worker)
        self.workers += 1

    def after_worker_shutdown(self, broker: Any, worker: Any) -> None:
        self.workers -= 1
        if not self.workers:
            super().after_worker_shutdown(broker, worker)


@cache
def broker() -> Broker:
    url, middleware = settings().broker_url, [_OneLoop(), TimeLimit(time_limit=LONGEST_MS), *_extra]
    made = (
        RabbitmqBroker(url=url, confirm_delivery=True, middleware=middleware)
        if is_rabbitmq(url)
        else RedisBroker(url=url, middleware=middleware)
    )
    dramatiq.set_broker(made)
    return made


_extra: list[Middleware] = []


def with_middleware(middleware: Middleware) -> None:
    """For the worker process: joins the chain before the broker is made."""
    _extra.append(middleware)


def job(name: str, queue: str = "default") -> Callable[[Callable[..., Awaitable[None]]], Any]:
    """Declares `service/<feature>/jobs.py`'s async function as the job `<feature>.<verb>`.

    It is not retried by the queue: the row that it works on says what is still to be done, and the clock asks again.
    """
    assert queue in QUEUES, queue

    def declare(body: Callable[..., Awaitable[None]]) -> Any:
        _bodies[name] = body
        return dramatiq.actor(actor_name=name, queue_name=queue, broker=broker())(_logged(name, body))

    return declare


def enqueue(name: str, *args: Any) -> None:
    """Asks for a job by name; inside a transaction it leaves after the commit, else at once."""
    waiting = _waiting.get()
    if waiting is None:
        _send([(name, args)])
    else:
        waiting.append((name, args))


@asynccontextmanager
async def after_commit() -> AsyncIterator[None]:
    """Holds jobs back until the block ends well; they are dropped when it does not."""
    waiting: list[tuple[str, tuple[Any, ...]]] = []
    mark = _waiting.set(waiting)
    try:
        yield
    finally:
        _waiting.reset(mark)
    if waiting:
        await asyncio.to_thread(_send, waiting)


def names() -> dict[str, str]:
    """Every declared job and its queue."""
    return {name: broker().get_actor(name).queue_name for name in _bodies}


def waiting() -> dict[str, int]:
    """How many jobs each queue holds. Raises one of AWAY where the queue is not there."""
    at = broker()
    if isinstance(at, RabbitmqBroker):
        return {queue: sum(at.get_queue_message_counts(queue)) for queue in QUEUES}
    assert isinstance(at, RedisBroker)
    return {queue: at.do_qsize(queue) for queue in QUEUES}


def body(name: str) -> Callable[..., Awaitable[None]]:
    """The async function behind a name."""
    _actor(name)
    return _bodies[name]


def _send(waiting: list[tuple[str, tuple[Any, ...]]]) -> None:
    try:
        for name, args in dict.fromkeys(waiting):
            broker().enqueue(_actor(name).message(*args))
    except AWAY as error:
        # Nothing is lost: the clock finds the work in PostgreSQL.
        _log.warning("queue_unreachable", jobs=len(waiting), error=type(error).__name__)


def _actor(name: str) -> Any:
    # By name, so that a feature below can ask for a job above without importing it.
    importlib.import_module(f"service.{name.split('.')[0]}.jobs")
    return broker().get_actor(name)


def _logged(name: str, body: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    async def run(*args: Any) -> None:
        try:
            await body(*args)
        except Exception:
            _log.exception("job_failed", job=name)

    run.__name__ = body.__name__
    return run

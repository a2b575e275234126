"""The clock: one leader at a time, kept by an advisory lock, asks for due work."""

import asyncio
import signal
from datetime import datetime

import asyncpg

from service.delivery import continuity
from service.kit import clock, db, jobs, log
from service.kit.settings import settings
from service.schedules.recurring import RECURRING

LOCK = 0x100F01D
TICK = 0.5
_log = log.logger("clock")


async def run() -> None:
    """Leads until it is told to stop; takes the lead again by itself when PostgreSQL was away."""
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    while not stopped.is_set():
        try:
            if not db.engine().pool:
                await db.open_pool(largest=2)
            await _lead(stopped)
        except db.FAILED as error:
            _log.warning("records_unreachable", error=type(error).__name__)
            await _pause(stopped, 2)
    await db.close_pool()


async def _lead(stopped: asyncio.Event) -> None:
    connection = await asyncpg.connect(settings().database_url)
    try:
        while not await connection.fetchval("SELECT pg_try_advisory_lock($1)", LOCK):
            await _pause(stopped, 5)
            if stopped.is_set():
                return
        _log.info("leading")
        asked: dict[str, datetime] = {}
        while not stopped.is_set():
            has_ended = await ended(connection)
            # Also while the queue or all workers are away, this database goes on.
            await continuity.ensure()
            if not has_ended:
                await asyncio.to_thread(ask_for_due, asked)
            await _pause(stopped, TICK)
    finally:
        await connection.close(timeout=2)


async def ended(connection: asyncpg.Connection) -> bool:
    """Whether the keys were destroyed: nobody can read any more what the jobs are about."""
    found: bool = await connection.fetchval("SELECT EXISTS (SELECT FROM organisation WHERE destroyed_at IS NOT NULL)")
    return found


def ask_for_due(asked: dict[str, datetime]) -> list[str]:
    """Enqueues every recurring job whose time has come, notes it in `asked`, and returns their names."""
    now = clock.now()
    due = [name for name, every in RECURRING.items() if name not in asked or abs(now - asked[name]) >= every]
    for name in due:
        asked[name] = now
        jobs.enqueue(name)
    return due


async def _pause(stopped: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stopped.wait(), seconds)
    except TimeoutError:
        return

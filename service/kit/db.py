"""PostgreSQL: the pool, transactions, and raw SQL on the same connection as Piccolo's."""

import asyncio
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from functools import cache
from typing import Any, TypeAlias

import asyncpg
from piccolo.engine.postgres import PostgresEngine, PostgresTransaction

from service.kit import jobs
from service.kit.settings import settings

os.environ.setdefault("PICCOLO_CONF", "service.piccolo_conf")

Record: TypeAlias = asyncpg.Record

# PostgreSQL is not there, starts, stops or has no room: it is worth another try, and nobody's mistake.
AWAY = (
    OSError,
    asyncpg.InterfaceError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    # Two waited for each other, and this one was let go.
    asyncpg.DeadlockDetectedError,
    # We slept in the middle of a transaction for longer than ASLEEP.
    asyncpg.IdleInTransactionSessionTimeoutError,
    # What asyncpg says when the server's farewell crosses our next statement.
    asyncpg.InternalClientError,
)
# The same, and whatever else PostgreSQL says in place of an answer: for whoever goes on in any case.
FAILED = (*AWAY, asyncpg.PostgresError)
# A transaction whose process says nothing for so long is undone: it may be stopped, and others want its locks.
ASLEEP = "30s"


class _Transaction(PostgresTransaction):
    async def __aexit__(self, kind: Any, exception: Any, trace: Any) -> bool:
        # Piccolo keeps the connection and the context variable when COMMIT itself fails.
        try:
            await (self.rollback() if exception else self.commit())
        finally:
            self.engine.current_transaction.reset(self.context)
            if self.engine.pool:
                await self.engine.pool.release(self.connection)
        return False


class _Engine(PostgresEngine):
    """Piccolo's engine without its connection at import time."""

    async def check_version(self) -> None:
        return None

    async def prep_database(self) -> None:
        return None


@cache
def engine() -> PostgresEngine:
    return _Engine(config={"dsn": settings().database_url})


async def open_pool(largest: int = 10) -> None:
    """Opens the pool of this process; it belongs to the event loop that called."""
    settled = {"timezone": "UTC", "idle_in_transaction_session_timeout": ASLEEP}
    await engine().start_connection_pool(min_size=1, max_size=largest, command_timeout=300, server_settings=settled)


async def close_pool() -> None:
    # A connection in the middle of something must not hold up the end of the process.
    pool = engine().pool
    if pool:
        with suppress(TimeoutError):
            await asyncio.wait_for(engine().close_connection_pool(), 5)


@asynccontextmanager
async def transaction() -> AsyncIterator[None]:
    """One transaction; a nested one joins it. Jobs enqueued inside leave after the commit."""
    if engine().current_transaction.get():
        yield
        return
    async with jobs.after_commit(), _Transaction(engine=engine()):
        yield


@asynccontextmanager
async def snapshot() -> AsyncIterator[None]:
    """A transaction of its own that sees everything as it was at one moment, and writes nothing."""
    async with transaction():
        await execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        await have_patience()
        yield


async def have_patience() -> None:
    """Inside a transaction: it may work for longer than ASLEEP between two statements."""
    await execute("SET LOCAL idle_in_transaction_session_timeout = 0")


@asynccontextmanager
async def savepoint() -> AsyncIterator[None]:
    """Inside a transaction: what fails in the block is undone, and the transaction goes on."""
    current = engine().current_transaction.get()
    assert current, "a savepoint wants a transaction around it"
    async with current.connection.transaction():
        yield


async def fetch(sql: str, *args: Any) -> list[Record]:
    async with _connection() as connection:
        return await connection.fetch(sql, *args)


async def fetch_one(sql: str, *args: Any) -> Record | None:
    async with _connection() as connection:
        return await connection.fetchrow(sql, *args)


async def fetch_value(sql: str, *args: Any) -> Any:
    async with _connection() as connection:
        return await connection.fetchval(sql, *args)


async def execute(sql: str, *args: Any) -> int:
    """Runs a statement; the number of rows that it touched."""
    async with _connection() as connection:
        status: str = await connection.execute(sql, *args)
    last = status.rsplit(" ", 1)[-1]
    return int(last) if last.isdecimal() else 0


async def execute_many(sql: str, rows: Sequence[Sequence[Any]]) -> None:
    async with _connection() as connection:
        await connection.executemany(sql, rows)


@asynccontextmanager
async def connection() -> AsyncIterator[asyncpg.Connection]:
    """The connection of the transaction under way, else one from the pool (for COPY, cursors and LISTEN)."""
    async with _connection() as found:
        yield found


@asynccontextmanager
async def _connection() -> AsyncIterator[asyncpg.Connection]:
    current = engine().current_transaction.get()
    if current:
        yield current.connection
        return
    pool = engine().pool
    assert pool, "db.open_pool() comes first"
    async with pool.acquire() as found:
        yield found

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from asyncpg.connection import LoggedQuery

from service.kit import db
from tests.make import hearts


@pytest.fixture
def work(work: Callable[[], Awaitable[list[str]]]) -> Callable[[], Awaitable[list[str]]]:
    """As everywhere, on an installation that has run all the while: here a day passes as quickly as it is said."""

    async def run() -> list[str]:
        await hearts.kept_beating()
        return await work()

    return run


@pytest.fixture
async def statements(database: None) -> AsyncIterator[list[str]]:
    """Every statement that the connection of this test is given, as it is given."""
    seen: list[str] = []

    def note(logged: LoggedQuery) -> None:
        # Not the pool's tidying up between two uses, nor asyncpg's first look at a type.
        if not any(words in logged.query for words in ("pg_advisory_unlock_all", "typeinfo_tree", "current_setting")):
            seen.append(logged.query)

    async with db.connection() as connection:
        connection.add_query_logger(note)
    yield seen
    async with db.connection() as connection:
        connection.remove_query_logger(note)

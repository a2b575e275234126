from collections.abc import AsyncIterator

import pytest
from asyncpg.connection import LoggedQuery

from service.kit import db


@pytest.fixture
async def statements(database: None) -> AsyncIterator[list[str]]:
    """Every statement that the connection of this test is given, as it is given."""
    seen: list[str] = []

    def note(logged: LoggedQuery) -> None:
        # The pool's own tidying up between two uses.
        if not logged.query.startswith("SELECT pg_advisory_unlock_all"):
            seen.append(logged.query)

    async with db.connection() as connection:
        connection.add_query_logger(note)
    yield seen
    async with db.connection() as connection:
        connection.remove_query_logger(note)

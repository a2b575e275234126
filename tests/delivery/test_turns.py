"""The lanes' turns when PostgreSQL does not come back."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import asyncpg
import pytest

from service.delivery import claims, turns
from service.delivery.claims import Claim
from service.kit import db, embedded
from tests.make import mailings


@asynccontextmanager
async def records_away(servers: embedded.Servers) -> AsyncIterator[None]:
    """PostgreSQL ends all our sessions and begins no other."""
    owner = await asyncpg.connect(servers.database_url, user="postgres")
    await owner.execute("ALTER ROLE hundredfold CONNECTION LIMIT 0")
    await owner.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'hundredfold'")
    try:
        yield
    finally:
        await owner.execute("ALTER ROLE hundredfold CONNECTION LIMIT -1")
        await owner.close()


async def test_when_the_records_are_away_for_longer_than_a_lease_no_lane_waits_for_ever(
    database: None, servers: embedded.Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claims, "LEASE", timedelta(seconds=0.2))
    mailing = await mailings.started(2)
    first, second = [row["id"] for row in await db.fetch("SELECT id FROM delivery ORDER BY id")]
    async with turns.of_run(Claim(mailing), 2) as taking, records_away(servers):
        early = asyncio.create_task(taking.turn([], first))
        await asyncio.sleep(0.1)
        late = asyncio.create_task(taking.turn([], second))
        async with asyncio.timeout(5):
            answers = await asyncio.gather(early, late, return_exceptions=True)
    assert all(isinstance(answer, db.AWAY) for answer in answers)

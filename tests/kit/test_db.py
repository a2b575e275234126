import asyncio
import contextvars

import asyncpg
import pytest

from service.kit import db, embedded, jobs
from service.organisation import queries
from tests.make import copies


async def test_the_organisation_is_there_after_migrating(database: None) -> None:
    assert (await queries.required()).fallback_language == "en"


async def test_a_failed_transaction_leaves_nothing_and_asks_for_nothing(database: None) -> None:
    with pytest.raises(RuntimeError):
        async with db.transaction():
            await db.execute("UPDATE organisation SET name = 'Gone'")
            jobs.enqueue("delivery.transactional")
            raise RuntimeError
    assert (await queries.required()).name != "Gone"


async def test_a_snapshot_sees_one_moment_and_changes_nothing(database: None) -> None:
    async with db.snapshot():
        before = await db.fetch_value("SELECT name FROM organisation")
        await asyncio.create_task(_rename("Lanterna"), context=contextvars.Context())
        assert await db.fetch_value("SELECT name FROM organisation") == before
        with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
            await db.execute("UPDATE organisation SET name = 'Another'")
    assert await db.fetch_value("SELECT name FROM organisation") == "Lanterna"


async def _rename(name: str) -> None:
    await db.execute("UPDATE organisation SET name = $1", name)


async def test_of_two_who_wait_for_each_other_one_may_try_again(database: None) -> None:
    both_began = asyncio.Barrier(2)

    async def hold(first: int, second: int) -> None:
        async with db.transaction():
            await db.execute("SELECT pg_advisory_xact_lock($1)", first)
            await both_began.wait()
            await db.execute("SELECT pg_advisory_xact_lock($1)", second)

    [told] = [end for end in await asyncio.gather(hold(1, 2), hold(2, 1), return_exceptions=True) if end]
    assert isinstance(told, db.AWAY)


async def test_who_asks_for_patience_may_think_for_longer_and_the_next_may_not(
    database: None, servers: embedded.Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db, "ASLEEP", "50ms")
    limit = "SELECT current_setting('idle_in_transaction_session_timeout')"
    async with copies.standing_on(servers.database_url):
        async with db.transaction():
            await db.have_patience()
            await asyncio.sleep(0.15)
            assert await db.fetch_value(limit) == "0"
        async with db.snapshot():
            assert await db.fetch_value(limit) == "0"
        assert await db.fetch_value(limit) == "50ms"


async def test_who_falls_asleep_in_a_transaction_keeps_what_it_locked_only_for_a_while(
    database: None, servers: embedded.Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db, "ASLEEP", "100ms")
    began, awake = asyncio.Event(), asyncio.Event()

    async def sleep() -> None:
        async with db.transaction():
            await db.execute("UPDATE organisation SET name = 'Asleep'")
            began.set()
            await awake.wait()
            await db.execute("UPDATE organisation SET name = 'Awake'")

    async with copies.standing_on(servers.database_url):
        sleeper = asyncio.create_task(sleep())
        await began.wait()
        async with asyncio.timeout(10):
            await db.execute("UPDATE organisation SET name = 'Here'")
        awake.set()
        with pytest.raises(db.AWAY):
            await sleeper
        assert (await queries.required()).name == "Here"

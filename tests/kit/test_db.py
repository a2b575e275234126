import asyncio

import pytest

from service.kit import db, jobs
from service.organisation import queries


async def test_the_organisation_is_there_after_migrating(database: None) -> None:
    assert (await queries.required()).fallback_language == "en"


async def test_a_failed_transaction_leaves_nothing_and_asks_for_nothing(database: None) -> None:
    with pytest.raises(RuntimeError):
        async with db.transaction():
            await db.execute("UPDATE organisation SET name = 'Gone'")
            jobs.enqueue("delivery.transactional")
            raise RuntimeError
    assert (await queries.required()).name != "Gone"


async def test_of_two_who_wait_for_each_other_one_may_try_again(database: None) -> None:
    both_began = asyncio.Barrier(2)

    async def hold(first: int, second: int) -> None:
        async with db.transaction():
            await db.execute("SELECT pg_advisory_xact_lock($1)", first)
            await both_began.wait()
            await db.execute("SELECT pg_advisory_xact_lock($1)", second)

    [told] = [end for end in await asyncio.gather(hold(1, 2), hold(2, 1), return_exceptions=True) if end]
    assert isinstance(told, db.AWAY)

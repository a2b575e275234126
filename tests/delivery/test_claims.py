"""Who takes rows stands in nobody's way."""

import asyncio

from service.delivery.claims import Claim
from service.kit import db
from tests.make import mailings
from tests.make.sleepers import Sleeper


async def test_whoever_falls_asleep_while_taking_rows_keeps_nobody_from_taking_theirs(database: None) -> None:
    steps = 0
    is_awake = False
    while not is_awake:
        mailing = await mailings.started(5)
        async with db.connection() as of_one, db.connection() as of_other:
            one, other = Claim(mailing), Claim(mailing)
            await one.begin(of_one)
            await other.begin(of_other)
            sleepy = Sleeper(one.take(3))
            await sleepy.goes_on(steps)
            is_awake = sleepy.done
            try:
                async with asyncio.timeout(10):
                    taken = await other.take(5)
            finally:
                await sleepy.wakes_up()
            [row] = await db.fetch("SELECT held FROM delivery_run WHERE id = $1", one.run)
            assert {row["id"] for row in taken}.isdisjoint(row["held"]) and len(taken) + len(row["held"]) == 5
        steps += 1
    assert steps > 2

"""How rows are taken by several workers, of whom one may be asleep."""

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


async def test_what_is_settled_while_more_is_taken_is_not_taken_again(database: None) -> None:
    mailing = await mailings.started(3)
    async with db.connection() as kept:
        claim = Claim(mailing)
        await claim.begin(kept)
        [first] = await claim.take(1)
        held = {first["id"]}
        more = Sleeper(claim.take(1, held))
        while not more.done:
            await more.goes_on(1)
            held.clear()
        [second] = more.result
        assert second["id"] != first["id"]

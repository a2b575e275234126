import asyncio

import pytest

from service.delivery.claims import Claim
from service.delivery.taking import WINDOW, Taking
from service.delivery.waiting import Line
from service.kit import db
from tests.make import mailings


async def taken(claim: Claim, taking: Taking) -> None:
    taking.when_few()
    await taking.rest()
    taking.result()


@pytest.mark.parametrize(("people", "more"), [(WINDOW + 1, True), (WINDOW - 1, False)])
async def test_a_full_window_means_that_others_can_help(database: None, people: int, more: bool) -> None:
    async with db.connection() as kept:
        claim, line = Claim(await mailings.started(people)), Line(24)
        await claim.begin(kept)
        taking = Taking(claim, line)
        await taken(claim, taking)
        assert (taking.more, taking.over, len(line)) == (more, False, len(taking.held))
        assert len(line) == min(people, WINDOW)


async def test_nothing_is_claimed_while_enough_wait_and_in_the_end_it_is_over(database: None) -> None:
    async with db.connection() as kept:
        claim, line = Claim(await mailings.started(WINDOW)), Line(1)
        await claim.begin(kept)
        taking = Taking(claim, line)
        for _look in range(2):
            await taken(claim, taking)
        assert len(line) == WINDOW and not taking.over
        while len(line) >= WINDOW // 2:
            waiting = line.next()
            assert waiting
            line.back(waiting)
        await taken(claim, taking)
        assert taking.over and not taking.more


async def test_rows_whose_domains_could_not_be_looked_up_are_not_held(database: None) -> None:
    """PostgreSQL went away between the two."""
    async with db.connection() as kept, db.connection() as other:
        claim, line = Claim(await mailings.started(3)), Line(1)
        await claim.begin(kept)
        taking = Taking(claim, line)
        async with other.transaction():
            await other.execute("LOCK TABLE mail_domain")
            taking.when_few()
            while not await kept.fetchval(_END_WHO_WAITS):
                await asyncio.sleep(0)
        await taking.rest()
        taking.result()
        assert not (taking.held or taking.over or len(line))
        for _claim in range(2):
            # The next one lets go of what this one held.
            taking.over = False
            await taken(claim, taking)
        assert len(line) == len(taking.held) == 3


_END_WHO_WAITS = (
    "SELECT bool_or(pg_terminate_backend(pid)) FROM pg_stat_activity"
    " WHERE wait_event_type = 'Lock' AND query LIKE '%mail_domain%' AND pid <> pg_backend_pid()"
)

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

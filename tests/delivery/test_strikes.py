import random

import pytest

from service.delivery import outbox, strikes
from service.delivery.strikes import Strikes
from tests.make import mailings


async def refusals_until_too_many(*workers: Strikes, refused: float, mails: int = 2000) -> int | None:
    """How many refusals it took; the workers take turns, and this part of their mails is refused."""
    chance, count = random.Random(7), 0
    for mail in range(mails):
        worker = workers[mail % len(workers)]
        if chance.random() >= refused:
            worker.accepted()
            continue
        count += 1
        if await worker.refused():
            return count
    return None


async def test_refusals_in_a_row_are_soon_too_many(database: None) -> None:
    mailing = await mailings.started(1)
    assert await refusals_until_too_many(Strikes(mailing), refused=1) == strikes.MOST


async def test_two_workers_count_together(database: None) -> None:
    mailing = await mailings.started(1)
    assert await refusals_until_too_many(Strikes(mailing), Strikes(mailing), refused=1) == strikes.MOST


@pytest.mark.parametrize("part", [0.4, 0.5, 0.8])
async def test_refusals_between_successes_are_too_many_within_twenty(database: None, part: float) -> None:
    mailing = await mailings.started(1)
    found = await refusals_until_too_many(Strikes(mailing), Strikes(mailing), refused=part)
    assert found and found <= 20


async def test_more_than_one_in_five_is_too_many(database: None) -> None:
    mailing = await mailings.started(1)
    assert await refusals_until_too_many(Strikes(mailing), Strikes(mailing), refused=0.3)


async def test_a_few_refusals_among_many_mails_stop_nothing(database: None) -> None:
    mailing = await mailings.started(1)
    assert await refusals_until_too_many(Strikes(mailing), Strikes(mailing), refused=0.05) is None


async def test_who_lets_it_go_on_begins_anew(database: None) -> None:
    mailing = await mailings.started(1)
    await refusals_until_too_many(Strikes(mailing), refused=1)
    await outbox.pause(mailing)
    await outbox.resume(mailing)
    assert not await Strikes(mailing).refused()


async def test_one_mailing_does_not_suffer_for_another(database: None) -> None:
    one, other = await mailings.started(1), await mailings.started(1)
    await refusals_until_too_many(Strikes(one), refused=1)
    assert not await Strikes(other).refused()


async def test_mails_to_one_person_are_counted_by_each_run(database: None) -> None:
    assert await refusals_until_too_many(Strikes(None), refused=1) == strikes.MOST


async def test_a_worker_is_careful_until_something_is_accepted(database: None) -> None:
    mine = Strikes(await mailings.started(1), lambda: 0.0)
    assert mine.lanes() == strikes.CAREFUL_LANES
    mine.accepted()
    assert mine.lanes() >= 12
    await mine.refused()
    seen = []
    for _mail in range(strikes.SEVERAL):
        seen.append(mine.lanes())
        mine.accepted()
    assert seen == [strikes.CAREFUL_LANES] * strikes.SEVERAL and mine.lanes() >= 12


def test_servers_that_do_not_answer_at_all_keep_nobody_careful_for_ever() -> None:
    seconds = iter([0.0, 0.4, 0.6, 3.0])
    mine = Strikes(None, lambda: next(seconds))
    assert [mine.lanes() for _look in range(3)] == [2, 3, 8]

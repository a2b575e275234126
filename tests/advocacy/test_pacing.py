"""Nobody's mailbox is flooded, and whoever wrote is told about when their letter leaves."""

from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from service.advocacy import pacing
from service.advocacy.office_hours import OfficeHours
from service.advocacy.pacing import Pace
from service.kit import clock, db
from tests.make import advocacy
from tests.make.advocacy_mails import MONDAY

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
# Nine to five in Zürich; MONDAY is at ten there.
SIX_AN_HOUR = Pace(hours=OfficeHours("Europe/Zurich"), gap=10 * MINUTE)


def times(pace: Pace, waiting: int, last: datetime | None = None) -> list[datetime]:
    found: list[datetime] = []
    for left in range(waiting, 0, -1):
        last = pace.next(last or MONDAY, last, left)
        found.append(last)
    return found


def test_the_first_leaves_at_once_and_the_others_ten_minutes_apart():
    assert times(SIX_AN_HOUR, 4) == [MONDAY, MONDAY + 10 * MINUTE, MONDAY + 20 * MINUTE, MONDAY + 30 * MINUTE]


def test_what_does_not_leave_today_leaves_in_the_morning():
    found = times(SIX_AN_HOUR, 45)
    assert found[41] == MONDAY + 6 * HOUR + 50 * MINUTE
    assert found[42:44] == [MONDAY + 23 * HOUR, MONDAY + 23 * HOUR + 10 * MINUTE]


def test_spread_they_leave_evenly_over_the_office_hours_until_it_closes():
    # Seven hours of today and eight of tomorrow.
    pace = Pace(hours=SIX_AN_HOUR.hours, gap=10 * MINUTE, spread_until=MONDAY + DAY + 9 * HOUR)
    found = times(pace, 14, last=MONDAY)
    assert found[:7] == [MONDAY + n * HOUR for n in range(1, 7)] + [MONDAY + 23 * HOUR]
    assert found[-1] == MONDAY + DAY + 6 * HOUR


def test_spread_or_not_none_leaves_faster_than_the_pace():
    pace = Pace(hours=SIX_AN_HOUR.hours, gap=10 * MINUTE, spread_until=MONDAY + HOUR)
    found = times(pace, 30, last=MONDAY)
    assert min(later - earlier for earlier, later in pairwise(found)) == 10 * MINUTE


@pytest.fixture
async def rosa(database):
    with clock.at(MONDAY):
        yield await advocacy.representative(await advocacy.parliament())


async def test_ben_is_told_when_the_three_before_him_will_have_left(rosa):
    action = await advocacy.action()
    for person in ("anna", "clara", "dora", "ben"):
        letter = await advocacy.letter(action, rosa, address=f"{person}@example.org")
    assert await pacing.expected(letter) == MONDAY + 30 * MINUTE


async def test_in_the_evening_it_is_the_next_morning(rosa):
    letter = await advocacy.letter(await advocacy.action(), rosa)
    with clock.at(MONDAY + 10 * HOUR):
        assert await pacing.expected(letter) == MONDAY + 23 * HOUR


async def test_after_one_that_just_left_it_is_ten_minutes_later(rosa):
    action = await advocacy.action()
    await advocacy.letter(action, rosa, "sent", "anna@example.org", left_at=MONDAY - 4 * MINUTE)
    assert (
        await pacing.expected(await advocacy.letter(action, rosa, address="ben@example.org")) == MONDAY + 6 * MINUTE
    )


@pytest.mark.parametrize("state", ["unconfirmed", "held", "sent", "failed"])
async def test_nobody_says_when_a_letter_leaves_that_does_not_wait_to_leave(rosa, state):
    assert await pacing.expected(await advocacy.letter(await advocacy.action(), rosa, state)) is None


@pytest.mark.parametrize("state", ["frozen", "closed"])
async def test_nor_while_its_action_rests(rosa, state):
    assert await pacing.expected(await advocacy.letter(await advocacy.action(state), rosa)) is None


async def test_nor_where_the_address_is_dead(rosa):
    letter = await advocacy.letter(await advocacy.action(), rosa)
    await db.execute("UPDATE representative SET bounced_at = $1", MONDAY)
    assert await pacing.expected(letter) is None


async def test_a_trial_does_not_stand_in_anybodys_way_and_leaves_at_once(rosa):
    trial = await advocacy.letter(await advocacy.action("draft"), rosa, address="olga@example.org", is_test=True)
    letter = await advocacy.letter(await advocacy.action(), rosa)
    with clock.at(MONDAY + 10 * HOUR):
        assert await pacing.expected(trial) == MONDAY + 10 * HOUR
    assert await pacing.expected(letter) == MONDAY

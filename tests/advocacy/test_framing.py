from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from service.advocacy import framing, queries
from service.advocacy.framing import Frame
from service.kit import clock
from service.kit.errors import Invalid
from tests.make import advocacy, cases

pytestmark = pytest.mark.usefixtures("database")
TYPED = {"name": "For Maria", "goal": "100", "last_day": "", "per_hour": "6", "from_hour": "9", "until_hour": "17"}
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


async def wrong(is_spread=False, prisoners=(), **typed):
    with pytest.raises(Invalid) as refused, clock.at(NOON):
        await framing.checked(TYPED | typed, prisoners, is_spread)
    return {field: str(told) for field, told in refused.value.fields.items()}


async def test_what_editors_type_becomes_a_frame():
    maria = await cases.prisoner("Maria")
    with clock.at(NOON):
        found = await framing.checked(TYPED | {"last_day": "2026-12-24"}, [maria, maria], True)
    assert found == Frame(name="For Maria", prisoners=[maria], goal=100, last_day=date(2026, 12, 24), spread=True)


@pytest.mark.parametrize("goal", ["1,200", "1’200", "1 200"])
async def test_a_goal_may_be_written_as_people_write_numbers(goal):
    assert (await framing.checked(TYPED | {"goal": goal}, [], False)).goal == 1200


async def test_an_empty_goal_is_none():
    assert (await framing.checked(TYPED | {"goal": ""}, [], False)).goal == 0


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("name", ""),
        ("name", "x" * 121),
        ("goal", "many"),
        ("goal", "-1"),
        ("goal", "²"),
        ("goal", "1000001"),
        ("last_day", "tomorrow"),
        ("last_day", "2026-11-19"),
        ("last_day", "2028-01-01"),
        ("per_hour", "0"),
        ("per_hour", "61"),
        ("per_hour", ""),
        ("from_hour", "24"),
        ("until_hour", "9"),
        ("until_hour", "25"),
    ],
)
async def test_what_cannot_be_is_said_beside_its_field(field, typed):
    assert list(await wrong(**{field: typed})) == [field]


async def test_letters_are_spread_until_a_day_only():
    assert list(await wrong(is_spread=True)) == ["last_day"]


async def test_who_may_not_be_shown_is_left_out_and_too_many_are_refused():
    hidden = await cases.prisoner("Hidden", publication="hidden")
    assert (await framing.checked(TYPED, [hidden, 4711], False)).prisoners == []
    many = [await cases.prisoner(f"Person {n}") for n in range(framing.MOST_PRISONERS + 1)]
    assert list(await wrong(prisoners=many)) == ["prisoners"]


@pytest.mark.parametrize("day", [date(2026, 3, 28), date(2026, 3, 29), date(2026, 10, 25), date(2026, 12, 31)])
async def test_the_last_day_ends_at_midnight_also_when_clocks_change(day):
    zurich = ZoneInfo("Europe/Zurich")
    closes_at = Frame(name="x", last_day=day).closes_at(zurich)
    assert closes_at and closes_at.astimezone(zurich).strftime("%H:%M") == "00:00"
    action = await queries.by_id(await advocacy.action(closes_at=closes_at), "en")
    assert framing.last_day(action, zurich) == day

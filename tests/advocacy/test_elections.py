import json
from datetime import UTC, date, datetime

import pytest

from service.advocacy import elections, representing
from service.kit import clock, db
from tests.make import advocacy, meps, register
from tests.make.register import LEA, ROSA, URS

pytestmark = pytest.mark.usefixtures("database")
DAY = "2027-12-06"
EVE = datetime(2027, 12, 5, 12, tzinfo=UTC)
MORNING = datetime(2027, 12, 6, 9, tzinfo=UTC)
NEW_ROSA = ROSA | {"since": DAY}
NEW_LEA = LEA | {"since": DAY}


@pytest.fixture
async def council(database: None) -> int:
    """Rosa and Urs sit; Rosa is elected again, Lea comes for Urs."""
    with clock.at(datetime(2027, 11, 1, tzinfo=UTC)):
        await register.accepted(ROSA, URS, as_of="2025-01-01")
        found: int = await db.fetch_value("SELECT id FROM parliament WHERE key = 'ch-nr'")
    return found


async def election() -> None:
    with clock.at(datetime(2027, 11, 1, tzinfo=UTC)):
        await register.accepted(NEW_ROSA, NEW_LEA, as_of=DAY, is_election=True)


async def names() -> list[str]:
    return [one.name for one in await representing.members("en")]


async def asking(council: int, **columns: object) -> int:
    return await advocacy.action(targets={"parliaments": [council]}, **columns)


async def chosen_again(action: int) -> bool:
    found: bool = await db.fetch_value("SELECT choose_again FROM action WHERE id = $1", action)
    return found


async def test_at_its_day_old_mandates_end_and_new_ones_begin(council):
    await election()
    with clock.at(EVE):
        assert await names() == ["Rosa Beispiel", "Urs Anderer"]
    with clock.at(MORNING):
        assert await names() == ["Lea Muster", "Rosa Beispiel"]
    assert await register.mandates() == [
        ("Rosa Beispiel", "BE", date(2023, 12, 4), date(2027, 12, 5)),
        ("Urs Anderer", "ZH", date(2023, 12, 4), date(2027, 12, 5)),
        ("Lea Muster", "BE", date(2027, 12, 6), None),
        ("Rosa Beispiel", "BE", date(2027, 12, 6), None),
    ]


async def test_whoever_is_elected_again_by_a_file_without_days_goes_on():
    listed = meps.people(6)
    await register.accept_all(await register.taken([("m.xml", meps.file(listed))]))
    with clock.at(datetime(2029, 7, 1, tzinfo=UTC)):
        made = await register.taken(
            [("m.xml", meps.file(listed[1:] + meps.people(7)[6:]))], "2029-07-17", is_election=True
        )
        assert sorted(kind for kind, _label in await register.said(made)) == ["left", "new"]
        await register.accept_all(made)
    assert [since for *_rest, since, _until in await register.mandates()].count(date(2029, 7, 17)) == 1


async def test_open_actions_choose_their_targets_again_at_the_day_and_not_before(council):
    touched = await asking(council)
    other = await advocacy.action(
        targets={"parliaments": [await advocacy.parliament("de-bt", "DE", "Europe/Berlin")]}
    )
    over = await asking(council, state="closed")
    await election()
    with clock.at(EVE):
        assert await elections.begin() == []
        assert not await chosen_again(touched)
    with clock.at(MORNING):
        assert len(await elections.begin()) == 1
        assert await elections.begin() == []
    assert [await chosen_again(action) for action in (touched, other, over)] == [True, False, False]
    assert json.loads(await db.fetch_value("SELECT detail FROM audit WHERE action = 'action.choose_again'")) == {}


async def test_an_election_that_is_accepted_on_its_day_touches_actions_at_once(council):
    action = await asking(council)
    with clock.at(MORNING):
        await register.accepted(NEW_ROSA, NEW_LEA, as_of=DAY, is_election=True)
        assert await chosen_again(action)


async def test_a_file_of_every_month_is_no_election(council):
    action = await asking(council)
    with clock.at(MORNING):
        await register.accepted(ROSA, as_of=DAY)
        await elections.begin()
    assert not await chosen_again(action)


async def test_a_sponsorship_ends_with_the_mandate_and_not_with_an_election_that_was_won(council):
    people = {row["name"]: row["id"] for row in await db.fetch("SELECT id, name FROM representative")}
    lost = await advocacy.promise(people["Urs Anderer"])
    won = await advocacy.promise(people["Rosa Beispiel"])
    await election()
    with clock.at(EVE):
        await elections.begin()
    assert await db.fetch_value("SELECT count(*) FROM promise WHERE until IS NULL") == 2
    with clock.at(MORNING):
        await elections.begin()
    until = {row["id"]: row["until"] for row in await db.fetch("SELECT id, until FROM promise")}
    assert until == {lost: date(2027, 12, 5), won: None}

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from service.advocacy import actions, opening, queries
from service.advocacy.changing import Over, Overtaken
from service.advocacy.opening import NotNow, NotReady
from service.advocacy.queries import Edition
from service.advocacy.targets import Targets
from service.kit import clock, db, jobs
from service.kit.errors import Invalid, NotFound
from tests.make import advocacy

pytestmark = pytest.mark.usefixtures("database")
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
async def rosa():
    return await advocacy.representative(await advocacy.parliament(), await advocacy.area())


@pytest.fixture
async def ready(rosa):
    """A draft that lacks nothing: whom it asks, and a text."""
    return await advocacy.action("draft", targets={"people": [rosa]})


async def find(action):
    return await queries.by_id(action, "en")


async def done():
    return [row["action"] for row in await db.fetch("SELECT action FROM audit ORDER BY id")]


async def test_what_lacks_nothing_opens(ready):
    await opening.open(ready, None)
    action = await find(ready)
    assert action.is_open and action.opened_at and await done() == ["action.opened"]


async def test_what_asks_nobody_or_says_nothing_does_not_open(rosa):
    for lacking in (
        await advocacy.action("draft"),
        await advocacy.action("draft", targets={"people": [rosa]}, languages=()),
    ):
        with pytest.raises(NotReady):
            await opening.open(lacking, None)
        assert (await find(lacking)).state == "draft"


async def test_it_opens_only_as_it_was_looked_at(ready):
    await actions.aim(ready, 1, Targets(sponsors=True, people=(await find(ready)).targets.people), None)
    with pytest.raises(Overtaken):
        await opening.open(ready, None, version=1)


async def test_of_two_who_open_it_at_once_one_does(ready):
    results = await asyncio.gather(*(opening.open(ready, None) for _each in range(2)), return_exceptions=True)
    assert sorted(map(str, map(type, results))) == sorted(map(str, (type(None), NotNow)))
    assert await done() == ["action.opened"]


async def test_it_opens_by_itself_on_the_morning_of_its_day(ready):
    with clock.at(NOON):
        at = await opening.plan(ready, "2026-11-24", None)
    assert at == datetime(2026, 11, 24, 7, tzinfo=UTC)
    for moment, state in ((at - timedelta(minutes=1), "draft"), (at, "open")):
        with clock.at(moment):
            await jobs.body("advocacy.open_and_close")()
        assert (await find(ready)).state == state
    assert (await find(ready)).opens_at is None


async def test_what_lacks_something_on_its_morning_stays_a_draft_and_says_so(ready):
    with clock.at(NOON):
        at = await opening.plan(ready, "2026-11-24", None)
    await db.execute("DELETE FROM action_edition")
    with clock.at(at):
        await jobs.body("advocacy.open_and_close")()
        await jobs.body("advocacy.open_and_close")()
    action = await find(ready)
    assert (action.state, action.opens_at) == ("draft", None) and "missing" in action.trouble
    assert (await done()).count("action.kept_back") == 1


@pytest.mark.parametrize("day", ["", "soon", "2026-11-20", "2020-01-01", "2028-01-01"])
async def test_a_day_that_cannot_be_is_said(ready, day):
    with pytest.raises(Invalid) as refused, clock.at(NOON):
        await opening.plan(ready, day, None)
    assert list(refused.value.fields) == ["opens_on"]


async def test_it_cannot_open_after_it_closes(ready):
    await db.execute("UPDATE action SET closes_at = $1", NOON + timedelta(days=2))
    with pytest.raises(Invalid), clock.at(NOON):
        await opening.plan(ready, "2026-11-24", None)


async def test_a_plan_can_be_taken_back(ready):
    with clock.at(NOON):
        at = await opening.plan(ready, "2026-11-24", None)
        await opening.unplan(ready, None)
    with clock.at(at):
        await jobs.body("advocacy.open_and_close")()
    assert (await find(ready)).state == "draft"


async def test_a_frozen_action_goes_on_when_staff_say_so(ready):
    await opening.open(ready, None)
    await opening.freeze(ready, None)
    assert (await find(ready)).state == "frozen"
    await opening.thaw(ready, None)
    assert (await find(ready)).is_open
    assert await done() == ["action.opened", "action.frozen", "action.thawed"]


@pytest.mark.parametrize("state", ["open", "frozen"])
async def test_after_its_last_day_it_closes_by_itself(state):
    action = await advocacy.action(state, closes_at=NOON)
    with clock.at(NOON - timedelta(seconds=1)):
        await jobs.body("advocacy.open_and_close")()
        assert (await find(action)).state == state
    with clock.at(NOON):
        await jobs.body("advocacy.open_and_close")()
    found = await find(action)
    assert (found.state, found.closed_at) == ("closed", NOON)


async def test_what_was_closed_by_mistake_opens_again_for_three_weeks():
    action = await advocacy.action(closes_at=NOON, spread=True)
    with clock.at(NOON):
        await opening.close(action, None)
    with clock.at(NOON + timedelta(days=20)):
        await opening.reopen(action, None)
        found = await find(action)
        assert found.is_open and found.closes_at is None and not found.spread
        await opening.close(action, None)
    with clock.at(NOON + timedelta(days=42)), pytest.raises(NotNow):
        await opening.reopen(action, None)


@pytest.mark.parametrize(
    ("state", "way"),
    [
        ("draft", opening.freeze),
        ("draft", opening.thaw),
        ("draft", opening.close),
        ("draft", opening.reopen),
        ("open", opening.open),
        ("open", opening.unplan),
        ("open", opening.thaw),
        ("open", opening.reopen),
        ("open", opening.end_trial),
        ("frozen", opening.open),
        ("frozen", opening.freeze),
    ],
)
async def test_no_other_way_leads_from_one_state_to_another(state, way):
    action = await advocacy.action(state)
    with pytest.raises(NotNow):
        await way(action, None)
    assert (await find(action)).state == state and await done() == []


async def test_nothing_leads_back_from_the_end_but_opening_it_again():
    action = await advocacy.action("closed")
    for way in (opening.open, opening.freeze, opening.thaw, opening.close, opening.unplan, opening.end_trial):
        with pytest.raises(Over):
            await way(action, None)


async def test_there_is_nothing_to_open_where_there_is_nothing():
    with pytest.raises(NotFound):
        await opening.open(4711, None)


async def test_a_try_out_sends_everything_to_one_address_and_its_letters_go_with_it(ready, rosa):
    await opening.try_out(ready, " Olga@Example.org ", None)
    assert await queries.test_address(ready) == "olga@example.org"
    await advocacy.letter(ready, rosa, is_test=True)
    await opening.end_trial(ready, None)
    assert await queries.test_address(ready) == "" and not (await find(ready)).is_test
    assert await db.fetch_value("SELECT count(*) FROM advocacy_letter") == 0


async def test_opening_ends_the_try_out_so_that_olga_can_write_in_earnest(ready, rosa):
    await opening.try_out(ready, "olga@example.org", None)
    await advocacy.letter(ready, rosa, "sent", is_test=True)
    await opening.open(ready, None)
    assert not (await find(ready)).is_test
    assert await db.fetch_value("SELECT count(*) FROM advocacy_letter") == 0


@pytest.mark.parametrize("address", ["", "olga", "olga@example.org\nBcc: x@example.org"])
async def test_a_try_out_needs_an_address(ready, address):
    with pytest.raises(Invalid) as refused:
        await opening.try_out(ready, address, None)
    assert list(refused.value.fields) == ["address"]


async def test_what_is_open_is_not_tried_out_any_more(ready):
    await opening.open(ready, None)
    with pytest.raises(NotNow):
        await opening.try_out(ready, "olga@example.org", None)


async def test_the_audit_names_no_address(ready):
    await opening.try_out(ready, "olga@example.org", None)
    assert "olga" not in str(await db.fetch("SELECT * FROM audit"))


async def test_an_empty_text_is_not_enough(rosa):
    action = await advocacy.action("draft", targets={"people": [rosa]}, languages=())
    await db.execute("INSERT INTO action_edition (action, language) VALUES ($1, 'en')", action)
    assert (await queries.editions(action))["en"] == Edition(language="en", version=1)
    with pytest.raises(NotReady):
        await opening.open(action, None)

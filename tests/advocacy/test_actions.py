import asyncio

import msgspec
import pytest

from service.advocacy import actions, changing, queries
from service.advocacy.changing import Over, Overtaken
from service.advocacy.framing import Frame
from service.advocacy.targets import Targets
from service.kit import db
from service.kit.errors import Invalid, NotFound
from tests.make import advocacy

pytestmark = pytest.mark.usefixtures("database")


async def find(action):
    return await queries.by_id(action, "en")


async def test_a_new_action_is_a_draft_that_asks_nobody_and_has_an_empty_text():
    action = await find(await actions.create("For Maria", None))
    assert (action.state, action.targets, action.languages) == ("draft", Targets(), ["en"])
    assert await db.fetch_value("SELECT action FROM audit") == "action.created"


@pytest.mark.parametrize("name", ["", "x" * 121])
async def test_it_needs_a_name_that_fits(name):
    with pytest.raises(Invalid):
        await actions.create(name, None)


async def test_a_copy_has_the_texts_targets_and_pace_of_the_earlier_one_and_none_of_its_days():
    parliament = await advocacy.parliament()
    first = await advocacy.action(
        "closed", prisoners=(3,), languages=("en", "de"), targets={"parliaments": [parliament]}, per_hour=2, goal=50
    )
    copy, before = await find(await actions.create("Again", None, first)), await find(first)
    assert (copy.targets, copy.prisoners, copy.per_hour, copy.goal) == (before.targets, [3], 2, 50)
    assert (copy.state, copy.closes_at, copy.opened_at, copy.name) == ("draft", None, None, "Again")
    said, copied = await queries.editions(first), await queries.editions(copy.id)
    assert list(said) == list(copied) == ["de", "en"]
    for language, text in said.items():
        same = {"version": text.version, "changed_at": text.changed_at}
        assert msgspec.structs.replace(copied[language], **same) == text


async def test_there_is_nothing_to_copy_from_what_there_is_not():
    with pytest.raises(NotFound):
        await actions.create("Again", None, 4711)
    assert await queries.every("en") == []


async def test_who_saves_on_top_of_somebody_else_is_told():
    action = await actions.create("For Maria", None)
    await actions.frame(action, 1, Frame(name="For Maria", goal=10), None)
    with pytest.raises(Overtaken):
        await actions.frame(action, 1, Frame(name="Mine"), None)
    with pytest.raises(Overtaken):
        await actions.aim(action, 1, Targets(sponsors=True), None)
    assert (await find(action)).goal == 10


async def test_of_two_who_save_at_once_one_is_told():
    action = await actions.create("For Maria", None)
    done = await asyncio.gather(
        *(actions.frame(action, 1, Frame(name=name), None) for name in ("One", "Other")), return_exceptions=True
    )
    assert sorted(map(type, done), key=str) == sorted([type(None), Overtaken], key=str)


async def test_targets_are_those_that_there_are():
    action, parliament = await actions.create("For Maria", None), await advocacy.parliament()
    await actions.aim(action, 1, Targets(parliaments=[parliament, 4711], people=[9]), None)
    assert (await find(action)).targets == Targets(parliaments=[parliament])
    with pytest.raises(Invalid):
        await actions.aim(action, 2, Targets(people=[9]), None)


async def test_after_an_election_staff_choose_again_or_say_that_they_are_still_right():
    parliament = await advocacy.parliament()
    one, other = await advocacy.action(choose_again=True), await advocacy.action(choose_again=True)
    await actions.keep_targets(one, None)
    await actions.aim(other, (await find(other)).version, Targets(parliaments=[parliament]), None)
    assert [(await find(id)).choose_again for id in (one, other)] == [False, False]


async def test_only_what_never_opened_can_be_deleted():
    draft, opened = await actions.create("For Maria", None), await advocacy.action()
    await actions.delete(draft, None)
    with pytest.raises(NotFound):
        await find(draft)
    with pytest.raises(actions.NotDraft):
        await actions.delete(opened, None)


async def test_what_is_over_stays_as_it_is():
    action = await advocacy.action("closed")
    for change in (
        actions.frame(action, 1, Frame(name="x"), None),
        actions.aim(action, 1, Targets(sponsors=True), None),
        actions.keep_targets(action, None),
        actions.delete(action, None),
    ):
        with pytest.raises(Over):
            await change


async def test_nobody_holds_what_there_is_not():
    with pytest.raises(NotFound):
        await changing.hold(4711)

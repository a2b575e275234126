"""What staff decide about held letters, and how they take it back."""

import asyncio
from datetime import timedelta

import pytest

from service.advocacy import deciding, states
from service.advocacy.deciding import NothingToUndo
from service.advocacy.tables import AdvocacyState as State
from service.kit import clock, db
from service.kit.errors import Invalid
from tests.make import advocacy
from tests.make.staff import staff


@pytest.fixture
async def vera(database):
    return (await staff("Vera", "moderator")).id


@pytest.fixture
async def rosa(database):
    return await advocacy.representative(await advocacy.parliament())


async def held(rosa, *addresses):
    action = await advocacy.action()
    made = [
        await advocacy.letter(action, rosa, State.HELD, address) for address in addresses or ("anna@example.org",)
    ]
    return made if addresses else made[0]


async def state(letter):
    return await db.fetch_value("SELECT state FROM advocacy_letter WHERE id = $1", letter)


async def failed():
    """To how many writers a text was given back."""
    return await db.fetch_value("SELECT count(*) FROM delivery")


async def audited():
    return [row["action"] for row in await db.fetch("SELECT action FROM audit ORDER BY id")]


async def test_what_vera_releases_leaves_when_its_turn_comes(vera, rosa):
    letter = await held(rosa)
    assert (await deciding.release([letter, letter], vera)).decided == [letter]
    assert await state(letter) == State.READY
    assert await audited() == ["letter.released"]


async def test_what_vera_sends_back_goes_when_it_can_be_undone_no_more(vera, rosa, work):
    letter = await held(rosa)
    await deciding.send_back([letter], vera, "hurts")
    await deciding.return_due()
    assert (await state(letter), await failed()) == (State.HELD, 0)
    with clock.at(clock.now() + deciding.UNTOLD):
        await deciding.return_due()
        await deciding.return_due()
        assert (await state(letter), await failed()) == (State.FAILED, 1)
        with pytest.raises(NothingToUndo):
            await deciding.undo(vera)
    assert await db.fetch_value("SELECT reason FROM advocacy_letter") == "hurts"
    assert await audited() == ["letter.to_be_sent_back", "letter.sent_back"]


@pytest.mark.parametrize("why", ["", "because", "came_back"])
async def test_nothing_goes_back_without_a_reason(vera, rosa, why):
    with pytest.raises(Invalid):
        await deciding.send_back([await held(rosa)], vera, why)


async def test_what_another_moderator_decided_meanwhile_stays(vera, rosa):
    olga = (await staff("Olga")).id
    first, second = await held(rosa, "anna@example.org", "boris@example.org")
    await deciding.send_back([first], olga, "links")
    await deciding.release([second], olga)
    for outcome in (await deciding.release([first, second], vera), await deciding.send_back([first], vera, "hurts")):
        assert outcome.decided == []
    assert (await deciding.release([first, second], vera)).left == 2
    with pytest.raises(NothingToUndo):
        await deciding.undo(vera)


async def test_of_two_who_decide_at_the_same_moment_one_does(vera, rosa):
    olga = (await staff("Olga")).id
    letters = [await held(rosa) for _each in range(6)]
    for letter in letters:
        outcomes = await asyncio.gather(
            deciding.release([letter], vera),
            deciding.send_back([letter], olga, "links"),
            deciding.release([letter], olga),
        )
        assert sum(len(outcome.decided) for outcome in outcomes) == 1


@pytest.mark.parametrize("other", [State.UNCONFIRMED, State.SENT, State.FAILED, State.DROPPED])
async def test_only_what_is_held_is_decided(vera, rosa, other):
    letter = await advocacy.letter(await advocacy.action(), rosa, other)
    assert (await deciding.release([letter], vera)).left == 1
    assert (await deciding.send_back([letter], vera, "hurts")).left == 1
    assert await state(letter) == other


async def test_undo_goes_back_decision_by_decision(vera, rosa):
    anna, boris, clara = await held(rosa, "anna@example.org", "boris@example.org", "clara@example.org")
    await deciding.release([anna, boris], vera)
    with clock.at(clock.now() + timedelta(seconds=3)):
        await deciding.send_back([clara], vera, "danger")
        assert await deciding.undo(vera) == [clara]
        assert await deciding.undo(vera) == [anna, boris]
        with pytest.raises(NothingToUndo):
            await deciding.undo(vera)
    assert {await state(letter) for letter in (anna, boris, clara)} == {State.HELD}
    with clock.at(clock.now() + timedelta(days=1)):
        await deciding.return_due()
    assert await failed() == 0


async def test_what_has_left_cannot_be_taken_back(vera, rosa):
    letter = await held(rosa)
    await deciding.release([letter], vera)
    await states.move([letter], State.LEAVING)
    with pytest.raises(NothingToUndo):
        await deciding.undo(vera)


async def test_of_several_that_were_released_those_that_wait_come_back(vera, rosa):
    anna, boris = await held(rosa, "anna@example.org", "boris@example.org")
    await deciding.release([anna, boris], vera)
    await states.move([anna], State.LEAVING)
    assert await deciding.undo(vera) == [boris]


async def test_a_letter_is_decided_anew_after_an_undo(vera, rosa):
    letter = await held(rosa)
    await deciding.send_back([letter], vera, "copy")
    await deciding.undo(vera)
    await deciding.release([letter], vera)
    with clock.at(clock.now() + timedelta(days=1)):
        await deciding.return_due()
    assert await state(letter) == State.READY


async def test_after_ten_minutes_there_is_nothing_to_undo(vera, rosa):
    await deciding.release([await held(rosa)], vera)
    with clock.at(clock.now() + deciding.UNTOLD), pytest.raises(NothingToUndo):
        await deciding.undo(vera)

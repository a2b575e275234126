import pytest

from service.advocacy import states
from service.advocacy.tables import AdvocacyState as State
from service.kit import clock, db
from tests.make import advocacy

pytestmark = pytest.mark.usefixtures("database")


async def annas(state: State) -> int:
    parliament = await advocacy.parliament()
    rosa = await advocacy.representative(parliament)
    return await advocacy.letter(await advocacy.action(), rosa, state)


async def test_of_two_that_send_the_same_letter_one_moves_it():
    letter = await annas(State.READY)
    assert await states.move([letter], State.LEAVING) == [letter]
    assert await states.move([letter], State.LEAVING) == []


@pytest.mark.parametrize("state", [State.UNCONFIRMED, State.HELD, State.FAILED, State.DROPPED])
async def test_what_is_not_confirmed_held_or_failed_does_not_leave(state):
    assert await states.move([await annas(state)], State.LEAVING) == []


@pytest.mark.parametrize("state", [State.FAILED, State.DROPPED])
async def test_nothing_leaves_the_end(state):
    letter = await annas(state)
    assert [await states.move([letter], to) for to in states.FROM] == [[]] * len(states.FROM)


async def test_a_letter_that_staff_release_was_confirmed_when_it_was_confirmed():
    letter = await annas(State.HELD)
    before = await db.fetch_value("SELECT confirmed_at FROM advocacy_letter")
    with clock.at(before.replace(year=before.year + 1)):
        assert await states.move([letter], State.READY, held_for=[]) == [letter]
    assert await db.fetch_value("SELECT confirmed_at FROM advocacy_letter") == before

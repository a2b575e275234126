import pytest

from service.kit import db
from service.kit.errors import NotFound
from service.wall import showing, states
from service.wall.tables import PostState
from tests.make import cases, wall

pytestmark = pytest.mark.usefixtures("database")


@pytest.mark.parametrize("state", [state for state in PostState if state != PostState.PUBLISHED])
async def test_nothing_but_what_is_published_is_shown(state):
    key = await wall.key(await wall.post(state=state))
    assert await showing.faces("en") == []
    with pytest.raises(NotFound if state != PostState.WITHDRAWN else (NotFound, showing.Gone)):
        await showing.face(key, "en")


async def test_what_was_public_and_is_withdrawn_is_gone_and_what_never_was_is_not_known():
    shown, waiting = await wall.post(), await wall.post(state="waiting")
    await states.move([shown, waiting], PostState.WITHDRAWN)
    with pytest.raises(showing.Gone):
        await showing.face(await wall.key(shown), "en")
    with pytest.raises(NotFound):
        await showing.face(await wall.key(waiting), "en")


async def test_a_published_post_counts_once_for_whom_it_stands_by():
    maria = await cases.prisoner()
    post = await wall.post(state="waiting", prisoner=maria)
    for state in (PostState.PUBLISHED, PostState.REJECTED, PostState.PUBLISHED):
        assert await states.move([post], state) == [post]
    assert await db.fetch_value("SELECT standing FROM prisoner WHERE id = $1", maria) == 1


async def test_nothing_leaves_the_withdrawn_state():
    post = await wall.post()
    await states.move([post], PostState.WITHDRAWN)
    assert [await states.move([post], state) for state in states.FROM] == [[]] * len(states.FROM)


async def test_the_mark_of_the_wall_changes_with_what_is_shown_and_with_nothing_else():
    post, waiting = await wall.post(), await wall.post(state="waiting")
    before = await showing.mark()
    await states.move([waiting], PostState.REJECTED)
    assert await showing.mark() == before
    await states.move([post], PostState.REPORTED)
    assert await showing.mark() != before


async def test_whoever_is_hidden_is_not_named_on_the_wall_either():
    maria = await cases.prisoner(publication="hidden")
    await wall.post(prisoner=maria)
    [face] = await showing.faces("en")
    assert face.person is None

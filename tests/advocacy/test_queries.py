from datetime import timedelta

import pytest

from service.advocacy import queries
from service.advocacy.queries import Closed, Edition, Frozen, Point
from service.kit import clock, db, sealing
from service.kit.errors import NotFound
from tests.make import advocacy

pytestmark = pytest.mark.usefixtures("database")


async def key(action):
    return await db.fetch_value("SELECT key FROM action WHERE id = $1", action)


async def opened(language="en", **columns):
    return await queries.open_action(await key(await advocacy.action(**columns)), language)


async def test_in_an_open_action_one_can_take_part():
    action = await opened()
    assert action.is_open and not action.is_test and not action.is_over
    assert action.edition.prompts == ["Why does Maria’s fate move you?", "What do you ask of your member?"]


@pytest.mark.parametrize("language", ["en", "de"])
async def test_a_draft_is_nowhere_to_be_found(language):
    with pytest.raises(NotFound):
        await opened(language, state="draft")


async def test_a_draft_that_is_tried_out_is_there_for_who_knows_its_link_and_is_no_open_action():
    action = await opened(state="draft", test_address=sealing.seal_address("olga@example.org"))
    assert action.is_test and not action.is_open
    assert await queries.test_address(action.id) == "olga@example.org"
    assert await queries.shown("en") == await queries.open_ones("en") == []


@pytest.mark.parametrize(("state", "problem"), [("closed", Closed), ("frozen", Frozen)])
async def test_what_is_over_or_rests_says_so_and_is_shown_all_the_same(state, problem):
    id = await advocacy.action(state=state)
    with pytest.raises(problem):
        await queries.open_action(await key(id), "en")
    assert (await queries.shown_action(await key(id), "en")).id == id
    assert [action.id for action in await queries.shown("en")] == [id]
    assert await queries.open_ones("en") == []


async def test_after_its_last_moment_it_is_over_before_the_clock_has_looked():
    id = await advocacy.action(closes_at=clock.now() + timedelta(minutes=1))
    assert await queries.open_ones("en")
    with clock.at(clock.now() + timedelta(minutes=1)):
        assert await queries.open_ones("en") == []
        with pytest.raises(Closed):
            await queries.open_action(await key(id), "en")


async def test_nothing_stands_under_an_unknown_key():
    with pytest.raises(NotFound):
        await queries.shown_action("nobody", "en")
    with pytest.raises(NotFound):
        await queries.by_id(4711, "en")


@pytest.mark.parametrize(
    ("written", "read", "shown"),
    [
        (("de", "en", "fr"), "fr", "fr"),
        (("de", "en", "fr"), "ru", "en"),
        (("de", "fr"), "ru", "de"),
        (("be",), "en", "be"),
    ],
)
async def test_readers_get_their_own_language_else_the_organisations_else_any(written, read, shown):
    action = await opened(read, languages=written)
    assert action.edition.language == shown and action.languages == sorted(written)


async def test_an_action_without_a_text_has_an_empty_edition():
    assert (await opened(languages=())).edition == Edition(language="en")


async def test_open_ones_come_before_those_that_are_over_and_new_before_old():
    old = await advocacy.action(opened_at=clock.now() - timedelta(days=9))
    over = await advocacy.action(state="closed")
    new = await advocacy.action()
    assert [action.id for action in await queries.shown("en")] == [new, old, over]
    assert [action.id for action in await queries.open_ones("en")] == [new, old]


async def test_marias_page_finds_the_actions_about_her():
    about = await advocacy.action(prisoners=(7, 8))
    await advocacy.action(prisoners=(9,))
    assert [action.id for action in await queries.of_prisoner(7, "en")] == [about]


def test_members_of_a_party_get_their_points_first_and_no_others():
    said = [Point("For all"), Point("For Greens", "Green Hills"), Point("For Blues", "Blue Bay")]
    edition = Edition(language="en", points=said)
    assert edition.points_for("green hills") == ["For Greens", "For all"]
    assert edition.points_for("") == ["For all"]

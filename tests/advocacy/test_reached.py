from datetime import timedelta

import pytest

from service.advocacy import queries, reached
from service.kit import clock, db
from tests.make import advocacy, cases

pytestmark = pytest.mark.usefixtures("database")


async def told(action: int) -> dict[str, bool]:
    """Who did something, and whether it came of the action."""
    found = await reached.of(await queries.by_id(action, "en"), "en")
    return {each.name: each.by_action for each in found}


async def test_what_came_of_the_action_is_told_apart_from_what_was_there_before() -> None:
    maryna, council = await cases.prisoner(), await advocacy.parliament()
    rosa, lea, ivo = [await advocacy.representative(council, name=name) for name in ("Rosa A", "Lea B", "Ivo C")]
    action = await advocacy.action(prisoners=(maryna,))
    before = clock.now() - timedelta(days=90)
    await advocacy.promise(rosa, maryna, told_at=before)
    await advocacy.promise(lea, maryna, told_at=clock.now() + timedelta(days=2))
    await advocacy.promise(ivo, maryna, kind="question", action=action, told_at=before)
    assert await told(action) == {"Rosa A": False, "Lea B": True, "Ivo C": True}


async def test_what_another_action_brought_about_is_not_claimed_by_this_one() -> None:
    maryna, council = await cases.prisoner(), await advocacy.parliament()
    rosa = await advocacy.representative(council)
    action, other = [await advocacy.action(prisoners=(maryna,)) for _each in range(2)]
    await advocacy.promise(rosa, maryna, action=other, told_at=clock.now() + timedelta(days=2))
    assert await told(action) == {"Rosa Beispiel": False}
    assert await told(other) == {"Rosa Beispiel": True}


async def test_hearsay_is_not_public_and_neither_is_whom_nobody_may_name() -> None:
    maryna, hidden = await cases.prisoner(), await cases.prisoner("Vera Lis", publication="hidden")
    rosa = await advocacy.representative(await advocacy.parliament())
    action = await advocacy.action(prisoners=(maryna, hidden))
    await advocacy.promise(rosa, maryna, action=action, confirmed_at=None, confirmed_by=None)
    await advocacy.promise(rosa, hidden, action=action)
    assert await told(action) == {}


async def test_whoever_left_parliament_is_still_named_for_what_they_did() -> None:
    maryna, council = await cases.prisoner(), await advocacy.parliament()
    rosa = await advocacy.representative(council, until=clock.now().date() - timedelta(days=5))
    action = await advocacy.action(prisoners=(maryna,))
    await advocacy.promise(rosa, maryna, kind="question")
    assert list(await told(action)) == ["Rosa Beispiel"]
    assert await db.fetch_value("SELECT count(*) FROM promise") == 1

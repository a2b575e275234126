"""Who of the wall may stand in a mail: whoever agreed to it, as long as they stand on the wall."""

from datetime import UTC, datetime, timedelta

import pytest

from service.kit import clock
from service.wall import in_mails
from service.wall.in_mails import Counts
from service.wall.tables import PostState
from tests.make import cases, wall

pytestmark = pytest.mark.usefixtures("database")

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


async def names(since: datetime | None = None, most: int = 12) -> list[str]:
    return [face.name for face in await in_mails.latest("en", since, most)]


@pytest.mark.parametrize("state", [state for state in PostState if state != PostState.PUBLISHED])
async def test_what_is_not_published_stands_in_no_mail(state: PostState) -> None:
    post = await wall.post(state=state)
    assert await names() == []
    assert await in_mails.chosen("en", [await wall.key(post)]) == await in_mails.still("en", [post]) == []
    assert await in_mails.like("", "en", 12) == []
    assert (await in_mails.counts(NOW)).people == 0


async def test_who_did_not_agree_to_mails_is_counted_and_not_shown() -> None:
    post = await wall.post(in_mails=False, published_at=NOW)
    assert await names() == [] and await in_mails.chosen("en", [await wall.key(post)]) == []
    assert await in_mails.counts(NOW) == Counts(1, 1)
    assert await in_mails.counts(NOW + timedelta(seconds=1)) == Counts(1, 0)


async def test_the_newest_come_first_and_older_ones_only_where_they_are_asked_for() -> None:
    for day, name in enumerate(("Anna", "Boris", "Clara")):
        await wall.post(name, published_at=NOW + timedelta(days=day))
    assert await names() == ["Clara", "Boris", "Anna"]
    assert await names(most=2) == ["Clara", "Boris"]
    assert await names(NOW + timedelta(days=1)) == ["Clara", "Boris"]


async def test_who_stands_by_somebody_who_is_free_stands_in_a_mail_only_if_they_were_chosen() -> None:
    free, inside = await cases.prisoner(state="released"), await cases.prisoner("Ales Lukin")
    anna, _boris = await wall.post("Anna", prisoner=free), await wall.post("Boris", prisoner=inside)
    assert await names() == ["Boris"]
    [face] = await in_mails.chosen("en", [await wall.key(anna)])
    assert face.name == "Anna" and face.person and face.person.name == "Maryna Kavalchuk"


async def test_the_chosen_keep_the_order_in_which_they_were_chosen() -> None:
    keys = [await wall.key(await wall.post(name)) for name in ("Anna", "Boris", "Clara")]
    wanted = [keys[2], "nobody", keys[0]]
    assert [face.name for face in await in_mails.chosen("en", wanted)] == ["Clara", "Anna"]


async def test_who_wants_to_be_found_by_no_search_engine_is_not_in_the_archive() -> None:
    with clock.at(NOW):
        hidden, anna = await wall.post("Boris", noindex=True), await wall.post("Anna")
    assert [face.name for face in await in_mails.still("en", [hidden, anna])] == ["Anna"]
    assert await names() == ["Anna", "Boris"]


@pytest.mark.parametrize(
    ("words", "found"), [("ANNA", ["Anna"]), ("bern", ["Boris"]), ("100 %", ["Boris"]), ("%", ["Boris"]), ("_", [])]
)
async def test_staff_find_posts_by_words_name_or_town(words: str, found: list[str]) -> None:
    await wall.post("Anna")
    await wall.post("Boris", sentence="100 % with you.", town="Bern")
    assert [face.name for face in await in_mails.like(words, "en", 12)] == found

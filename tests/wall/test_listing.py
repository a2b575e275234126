from datetime import UTC, datetime, timedelta

import pytest

from service.kit import clock
from service.kit.errors import NotFound
from service.wall import listing, states
from service.wall.listing import Filters
from service.wall.tables import PostState
from tests.make import cases, wall

pytestmark = pytest.mark.usefixtures("database")
MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)


async def names(most: int = 40, **wanted: str) -> list[str]:
    return [face.name for face in (await listing.find(Filters(**wanted), "en", most)).faces]


async def stand(*people: str, **columns: object) -> list[int]:
    """One after the other, an hour apart."""
    made = []
    for hour, name in enumerate(people):
        with clock.at(MONDAY + timedelta(hours=hour)):
            made.append(await wall.post(name, **columns))
    return made


async def walk(most: int, **wanted: str) -> list[list[str]]:
    """The names of every page, by following each to the next."""
    pages, after = [], ""
    while True:
        found = await listing.find(Filters(**wanted, after=after), "en", most)
        pages.append([face.name for face in found.faces])
        after = found.next
        if not after:
            return pages


async def test_whoever_came_last_stands_first():
    await stand("Anna", "Beat", "Clara")
    assert await names() == ["Clara", "Beat", "Anna"]


async def test_a_walk_meets_everybody_once_also_those_published_in_the_same_moment():
    with clock.at(MONDAY):
        for name in "ABCDEFG":
            await wall.post(name)
    assert await walk(3) == [["G", "F", "E"], ["D", "C", "B"], ["A"]]


async def test_the_last_page_leads_nowhere_even_when_it_is_full():
    await stand("Anna", "Beat")
    assert await walk(2) == [["Beat", "Anna"]]


async def test_pinned_faces_stand_in_front_and_are_not_met_again_on_the_way():
    await stand("Anna", "Beat", "Clara", "Dora", "Emil")
    await stand("Pia", pinned_at=MONDAY)
    assert await walk(3) == [["Pia", "Emil", "Dora"], ["Clara", "Beat", "Anna"]]


async def test_more_pinned_faces_than_fit_in_front_stand_where_they_would_otherwise():
    for hour, name in enumerate(("Old", "New")):
        with clock.at(MONDAY + timedelta(hours=hour)):
            await wall.post(name, pinned_at=clock.now())
    await stand("Anna")
    assert sorted(name for page in await walk(2) for name in page) == ["Anna", "New", "Old"]


async def test_who_is_withdrawn_is_on_no_page_and_does_not_count():
    anna, _beat = await stand("Anna", "Beat")
    assert await listing.standing_by() == 2
    await states.move([anna], PostState.WITHDRAWN)
    assert await names() == ["Beat"]
    assert await listing.standing_by() == 1


async def test_a_face_that_was_the_end_of_a_page_may_go_and_the_next_page_begins_at_the_same_place():
    made = await stand("Anna", "Beat", "Clara")
    first = await listing.find(Filters(), "en", 2)
    await states.move([made[1]], PostState.WITHDRAWN)
    assert await names(after=first.next) == ["Anna"]


async def test_one_can_look_by_prisoner_language_and_country():
    maryna = await cases.prisoner(key="maryna1")
    await wall.post("Anna", prisoner=maryna, language="de", country="CH")
    await wall.post("Beat", prisoner=maryna, language="fr", country="CH")
    await wall.post("Clara", language="de", country="DE")
    assert sorted(await names(prisoner="maryna1")) == ["Anna", "Beat"]
    assert sorted(await names(spoken="de")) == ["Anna", "Clara"]
    assert await names(country="CH", spoken="de") == ["Anna"]
    assert (await listing.find(Filters(country="CH"), "en")).count == 2


async def test_the_page_of_a_prisoner_who_is_hidden_is_not_there():
    hidden = await cases.prisoner(key="hidden1", publication="hidden")
    await wall.post("Anna", prisoner=hidden)
    for key in ("hidden1", "nobody", "' OR 1=1 --"):
        with pytest.raises(NotFound):
            await listing.find(Filters(prisoner=key), "en")


async def test_a_prisoner_is_found_by_a_part_of_the_name_in_any_script_but_not_by_one_that_is_not_shown():
    await wall.post("Anna", prisoner=await cases.prisoner())
    initials = {"name_be": "Зоя Марозава", "name_ru": "Зоя Морозова", "publication": "initials"}
    await wall.post("Beat", prisoner=await cases.prisoner("Zoya Marozava", **initials))
    assert await names(name="ковальчук") == ["Anna"]
    assert await names(name="kaval") == ["Anna"]
    assert await names(name="marozava") == []
    assert await names(name="?!") == []


@pytest.mark.parametrize("typed", ["сирень", "СИРЕНЬ", "сирен", "цветёт сирень", "сирень, цветёт!"])
async def test_a_sentence_is_found_by_its_words_in_any_case_and_by_how_they_begin(typed):
    await wall.post("Anna", sentence="Вы не одни. Сирень цветёт.")
    await wall.post("Beat", sentence="The lilac is in flower.")
    assert await names(q=typed) == ["Anna"]


@pytest.mark.parametrize("typed", ["' | !", "&&&", "a:*b", "\\", "lilac & | !", "('"])
async def test_signs_of_a_query_language_are_only_signs(typed):
    await wall.post("Anna")
    assert await names(q=typed) == []


async def test_a_search_counts_no_further_than_somebody_reads(monkeypatch):
    await stand(*"ABCDE")
    monkeypatch.setattr(listing, "MOST_COUNTED", 3)
    assert (await listing.find(Filters(q="free"), "en")).count == 4


async def test_the_countries_to_choose_from_are_those_of_the_wall():
    await wall.post(country="CH")
    await wall.post(country="CH")
    await wall.post(country="BY")
    await wall.post(country="FR", state="waiting")
    await wall.post()
    assert await listing.countries_of("fr") == [("BY", "Biélorussie"), ("CH", "Suisse")]


async def test_what_cannot_be_meant_is_left_out_of_the_filters():
    typed = {"spoken": "xx", "country": "zz", "after": "1' OR 1", "q": " a  b ", "page": "7"}
    assert listing.filters(typed) == Filters(q="a b")
    assert listing.filters({"country": "ch", "after": "17-3"}) == Filters(country="CH", after="17-3")


async def test_a_place_beyond_all_times_is_the_beginning_of_the_wall():
    await wall.post("Anna")
    assert await names(after="999999999999999999-1") == ["Anna"]
    assert await names(after="0-0") == []


async def test_how_many_stand_by_somebody_is_counted_for_everybody_and_for_each():
    maryna = await cases.prisoner(key="maryna1")
    await wall.post(prisoner=maryna)
    await wall.post()
    await wall.post(prisoner=maryna, state="waiting")
    [person] = (await listing.find(Filters(prisoner="maryna1"), "en")).people or []
    assert (await listing.standing_by(), await listing.standing_by(person)) == (2, 1)
    assert [face.name for face in await listing.latest("en", 5, person)] == ["Anna"]

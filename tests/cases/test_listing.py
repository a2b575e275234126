from datetime import date, timedelta

import pytest

from service.cases import listing, names
from service.cases.listing import Filters
from service.kit import clock
from tests.make import cases

pytestmark = pytest.mark.usefixtures("database")


async def published(name: str, days_ago: float, designation: str = "active", **others: object) -> int:
    made = await cases.prisoner(name, published_at=clock.now() - timedelta(days=days_ago), **others)
    await cases.status(made, designation=designation)
    return made


async def new_in_the_last_week(most: int = 100) -> list[str]:
    found = await listing.new_since(clock.now() - timedelta(days=7), clock.now(), "en", most)
    return [person.name for person in found]


async def test_new_cases_come_newest_first_and_older_ones_not_at_all():
    await published("Ales Novik", 3)
    await published("Vera Lis", 1)
    await published("Maryna Kavalchuk", 8)
    assert await new_in_the_last_week() == ["Vera Lis", "Ales Novik"]
    assert await new_in_the_last_week(most=1) == ["Vera Lis"]


async def test_one_window_begins_where_the_other_ends():
    await published("Ales Novik", 3)
    moment = (await listing.new_since(clock.now() - timedelta(days=7), clock.now(), "en"))[0].published_at
    assert [p.name for p in await listing.new_since(moment, clock.now(), "en")] == ["Ales Novik"]
    assert await listing.new_since(moment - timedelta(days=7), moment, "en") == []


async def test_only_whom_an_organisation_counts_as_a_political_prisoner_is_a_new_case():
    await published("Ales Novik", 1, "np")
    await cases.prisoner("Vera Lis")
    assert await new_in_the_last_week() == []


async def test_with_initials_alone_somebody_is_new_too_and_hidden_or_free_nobody_is():
    await published("Maryna Kavalchuk", 1, publication="initials")
    await published("Ales Novik", 1, publication="hidden")
    await published("Vera Lis", 1, vetoed_at=clock.now())
    await published("Ihar Bor", 1, state="released")
    assert await new_in_the_last_week() == ["M. K."]


TODAY = date(2026, 5, 20)


async def found(**chosen: object) -> list[str]:
    seen = await listing.find(Filters(**{"order": "name", **chosen}), "en", TODAY)
    return [person.name for person in seen.people]


async def somebody(latin: str, ru: str = "", be: str = "", others: tuple[str, ...] = (), **values: object) -> int:
    search = names.search_text(be, ru, latin, others)
    return await cases.prisoner(latin, name_ru=ru, name_be=be, other_names=list(others), search=search, **values)


async def test_a_name_is_found_in_whichever_script_it_is_typed():
    await somebody("Alaksandr Łukašyk", "Александр Лукашик", "Аляксандр Лукашык", ("Aleksandr Lukashik",))
    await somebody("Vera Lis", "Вера Лис", "Вера Ліс")
    for typed in ("Лукашык", "лукашик", "Łukašyk", "lukashik alex", "Аляксандр", "  LUKAŠYK  "):
        assert await found(q=typed) == ["Alaksandr Łukašyk"], typed


async def test_signs_alone_and_other_peoples_names_find_nobody():
    await somebody("Vera Lis", "Вера Лис")
    for typed in ("%", "_", "!?", "Kavalchuk", "Vera Kavalchuk"):
        assert await found(q=typed) == [], typed


async def test_people_are_found_by_facility_article_and_month_of_birth():
    homel, minsk = await cases.facility(), await cases.facility("СИЗО-1")
    await cases.prisoner("Ales Novik", homel, born="1990-06", articles=["342 ч. 1", "368"])
    await cases.prisoner("Ihar Bor", homel, born="--06-11", articles=["3421"])
    await cases.prisoner("Vera Lis", minsk, born="1984-12-06", articles=[])
    assert await found(facility=homel) == ["Ales Novik", "Ihar Bor"]
    assert await found(article="342") == ["Ales Novik"]
    assert await found(article="342 ч. 1") == ["Ales Novik"]
    assert await found(month=6) == ["Ales Novik", "Ihar Bor"]
    assert await found(month=6, facility=minsk) == []


async def test_people_are_found_by_what_one_organisation_says():
    for name, viasna, other in (("Ales Novik", "active", "np"), ("Vera Lis", "former", "active")):
        made = await cases.prisoner(name)
        await cases.status(made, "Viasna", viasna)
        await cases.status(made, "Dissidentby", other, external_id=f"d{made}")
    assert await found(says="active:Viasna") == ["Ales Novik"]
    assert await found(says="active:Dissidentby") == ["Vera Lis"]
    assert await found(says="active:Somebody else") == []
    assert await listing.organisations() == ["Dissidentby", "Viasna"]


async def test_who_speaks_of_the_hidden_alone_is_not_named():
    await cases.status(await cases.prisoner(publication="hidden"), "Friends of Maryna")
    await cases.status(await cases.prisoner(vetoed_at=clock.now()), "Friends of Anna")
    assert await listing.organisations() == []


async def test_whom_nobody_stands_by_comes_first_and_can_be_looked_for_alone():
    await cases.prisoner("Ales Novik", standing=5)
    await cases.prisoner("Vera Lis", standing=0)
    await cases.prisoner("Ihar Bor", standing=1)
    assert await found(order="") == ["Vera Lis", "Ihar Bor", "Ales Novik"]
    assert await found(alone=True) == ["Vera Lis"]


async def test_among_equals_chance_decides_and_anew_each_day():
    for number in range(12):
        await cases.prisoner(f"Person {number:02}", key=f"key{number}")
    orders = {
        tuple(person.name for person in (await listing.find(Filters(), "en", TODAY + timedelta(days=day))).people)
        for day in range(4)
    }
    assert len(orders) == 4
    again = await listing.find(Filters(), "en", TODAY)
    assert tuple(person.name for person in again.people) in orders


async def test_pages_hold_everybody_once_and_a_page_too_far_is_the_last():
    for number in range(listing.PAGE + 3):
        await cases.prisoner(f"Person {number:02}")
    pages = [await listing.find(Filters(order="name", page=page), "en", TODAY) for page in (1, 2, 99)]
    names_seen = [person.name for page in pages[:2] for person in page.people]
    assert names_seen == [f"Person {number:02}" for number in range(listing.PAGE + 3)]
    assert [(page.page, page.pages) for page in pages] == [(1, 2), (2, 2), (2, 2)]


async def test_the_figures_count_who_may_be_shown_in_each_state():
    for state, publication in (
        ("detained", "full"),
        ("detained", "initials"),
        ("released", "full"),
        ("died", "hidden"),
    ):
        await cases.prisoner(state=state, publication=publication)
    assert (await listing.find(Filters(), "en", TODAY)).counts == {"detained": 2, "released": 1, "died": 0}


async def test_a_facility_to_choose_tells_only_of_people_who_are_shown_there():
    homel, minsk = await cases.facility(), await cases.facility("СИЗО-1")
    await cases.prisoner(place=homel)
    for others in ({"publication": "initials"}, {"publication": "hidden"}, {"state": "released"}):
        await cases.prisoner(place=homel, **others)
        await cases.prisoner(place=minsk, **others)
    assert [(place.id, place.people) for place in await listing.places()] == [(homel, 1)]


async def test_russian_and_belarusian_readers_have_their_own_alphabet():
    await somebody("Ihar", "Игорь", "Ігар")
    await somebody("Yazep", "Язеп", "Язэп")
    await somebody("Alena", "Елена", "Алена")
    seen = await listing.find(Filters(order="name"), "be", TODAY)
    assert [person.name for person in seen.people] == ["Алена", "Ігар", "Язэп"]
    seen = await listing.find(Filters(order="name"), "ru", TODAY)
    assert [person.name for person in seen.people] == ["Елена", "Игорь", "Язеп"]


@pytest.mark.parametrize(
    "typed",
    [
        {"state": "elsewhere", "month": "13", "facility": "-1", "page": "0", "order": "random()", "says": "x:y"},
        {"month": "june", "facility": "9" * 12, "page": "²", "q": "   ", "article": ""},
        {},
    ],
)
def test_what_cannot_be_meant_is_left_out(typed):
    assert listing.filters(typed) == Filters()


def test_what_is_chosen_is_taken_as_it_is():
    typed = {
        "q": " Vera   Lis ",
        "state": "died",
        "says": "np:Viasna",
        "facility": "3",
        "month": "12",
        "alone": "yes",
    }
    chosen = Filters(q="Vera Lis", state="died", says="np:Viasna", facility=3, month=12, alone=True)
    assert listing.filters(typed) == chosen
    assert chosen.narrows and chosen.sorting == "name"

import pytest

from service.cases import queries, summary
from service.cases.publication import Person
from tests.make import cases

pytestmark = pytest.mark.usefixtures("database")


async def shown(language: str = "en", **others: object) -> Person:
    await cases.prisoner(key="k7", place=await cases.facility(), **others)
    return await queries.person("k7", language)


async def test_of_maryna_it_is_said_since_when_where_and_why():
    assert summary.lines(await shown()) == [
        "Detained: 25 March 2021",
        "Held in: Penal colony No. 4, Homel",
        "Articles: 342 ч. 1",
    ]


async def test_who_reads_cyrillic_reads_the_name_of_the_facility_as_it_is():
    person = await shown("ru")
    assert person.facility and summary.place_name(person.facility, "ru") == "ИК №4, г. Гомель"


async def test_of_whoever_is_free_or_dead_no_place_is_said():
    free = await shown(state="released", released_on="2026-05")
    assert summary.lines(free) == ["Released: May 2026", "Articles: 342 ч. 1"]
    assert summary.sentence(free) == "Free again. Thank you to everybody who wrote."


async def test_a_death_without_a_date_is_a_death():
    dead = await shown(state="died", articles=[])
    assert summary.lines(dead) == ["Died"]
    assert summary.sentence(dead) == "We remember."


async def test_by_initials_only_the_year_and_the_articles_are_said():
    assert summary.lines(await shown(publication="initials")) == ["Detained: 2021", "Articles: 342 ч. 1"]

import pytest

from service.cases import queries, timeline
from service.kit import db
from tests.make import cases

pytestmark = pytest.mark.usefixtures("database")


async def happened(prisoner: int, kind: str, day: str, texts: str = "{}") -> None:
    await db.execute(
        "INSERT INTO case_event (prisoner, kind, happened_on, texts, organisation, link)"
        " VALUES ($1, $2, $3, $4, 'Viasna', 'https://example.org/e')",
        *(prisoner, kind, day, texts),
    )


async def test_what_happened_is_told_in_order_in_a_language_that_there_is_and_with_its_source():
    maryna = await cases.prisoner(key="k7")
    await happened(maryna, "transferred", "")
    await happened(maryna, "sentenced", "2022-02-14", '{"ru": "Шесть лет."}')
    await happened(maryna, "detained", "2021-03")
    told = await timeline.of(await queries.person("k7", "fr"))
    assert [(one.kind, one.happened_on) for one in told] == [
        ("detained", "2021-03"),
        ("sentenced", "2022-02-14"),
        ("transferred", ""),
    ]
    sentence = told[1]
    assert sentence.text and (sentence.text.text, sentence.text.language) == ("Шесть лет.", "ru")
    assert (sentence.organisation, sentence.link) == ("Viasna", "https://example.org/e")


async def test_of_whoever_is_shown_by_initials_only_the_year_is_told():
    maryna = await cases.prisoner(key="k7", publication="initials")
    await happened(maryna, "detained", "2021-03-25", '{"en": "At home in Homel."}')
    [told] = await timeline.of(await queries.person("k7", "en"))
    assert (told.kind, told.happened_on, told.text, told.link) == ("detained", "2021", None, "")

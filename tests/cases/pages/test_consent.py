"""Full, initials, hidden, veto: what each means on every page, in every feed, file and search of the public."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pypdfium2
import pytest

from service.cases import names
from service.kit import clock, db
from service.kit.i18n import LANGUAGES
from tests.make import cases

TODAY = datetime(2026, 5, 20, 12, tzinfo=UTC)
# What leads to Maryna: her names in every form, her birthday, her life, her face, and where she is held.
SECRETS = (
    *("Kavalchuk", "Ковальчук", "Кавальчук", "Koval-Passport", "Maryna", "Марина", "Марына"),
    *("1984", "2 June", "2 juin", "2. Juni", "2 июня", "2 чэрвеня", "--06-02", "0602"),
    *("telescope", "0123456789abcdef", "family archive", "ИК №4", "Homel", "Антошкина", "246035"),
    *("25 March", "25 mars", "2021-03-25", "example.org/maryna", "two children", "Гомель"),
)
FEEDS = ("/prisoners/feed.atom", "/prisoners/feed.json", "/birthdays.ics")
READ = ("", "/prisoners", "/prisoners/new", "/birthdays", *FEEDS)
PRINTED = ("/en/birthdays/list.pdf?month=6", "/en/birthdays/labels.pdf?month=6", "/en/prisoners/k7/card.pdf?size=a6")
SEARCHES = [f"q={name}" for name in ("Maryna Kavalchuk", "ковальчук", "Марына", "Marina", "koval-passport")]
ORACLES = ["month=6", "facility=1", "month=6&article=342"]
LEVELS: dict[str, dict[str, Any]] = {
    "initials": {"publication": "initials"},
    "hidden": {"publication": "hidden"},
    "veto": {"publication": "full", "vetoed_at": TODAY},
    "hidden, initials and veto": {"publication": "initials", "vetoed_at": TODAY},
}
NOWHERE = [level for level in LEVELS if level != "initials"]


@pytest.fixture(autouse=True)
def _spring() -> Any:
    with clock.at(TODAY):
        yield


async def maryna(**others: Any) -> None:
    """Everything is known of her; her birthday is in two weeks and her case is new."""
    forms = ("Марына Кавальчук", "Марина Ковальчук", "Maryna Kavalchuk", ["Koval-Passport Marina"])
    source = {"organisation": "Viasna", "link": "https://example.org/maryna", "seen_on": "2026-05-01"}
    made = await cases.prisoner(
        forms[2],
        await cases.facility(),
        key="k7",
        other_names=forms[3],
        search=names.search_text(*forms),
        photo="0123456789abcdef0123456789abcdef.jpg",
        photo_credit="family archive",
        biography={"en": "She built a telescope."},
        sentence={"en": "six years"},
        sources=dict.fromkeys(("born", "facility", "arrested_on"), source),
        published_at=TODAY - timedelta(hours=1),
        **others,
    )
    await cases.status(made, link="https://example.org/maryna")
    await db.execute(
        "INSERT INTO case_event (prisoner, kind, happened_on, texts, organisation, link)"
        " VALUES ($1, 'detained', '2021-03-25', $2, 'Viasna', 'https://example.org/maryna')",
        made,
        '{"en": "Detained in front of her two children."}',
    )


def said_of_her(text: str) -> list[str]:
    """An unfolded calendar, without the years in which an event is repeated or was written."""
    return [secret for secret in SECRETS if secret in text.replace("\r\n ", "")]


async def read(web: Any, path: str) -> str:
    answer = await web.get(path)
    assert answer.status_code == 200, path
    text: str = answer.text
    # What was typed stands in the field again; that tells nothing.
    return re.sub(r' value="[^"]*"|href="/\w\w/prisoners\?[^"]*"', "", text)


async def test_with_full_consent_maryna_is_on_every_page_and_in_every_feed(web: Any) -> None:
    await maryna()
    for language in LANGUAGES:
        for place in (*READ, "/prisoners/k7"):
            page = await read(web, f"/{language}{place}")
            assert {"Kavalchuk", "Ковальчук", "Кавальчук"} & set(said_of_her(page)), (language, place)
        assert (await web.get(f"/{language}/prisoners/k7/share.png")).headers["content-type"] == "image/png"


async def test_with_full_consent_every_search_finds_her(web: Any) -> None:
    await maryna()
    for query in (*SEARCHES, *ORACLES):
        assert "Maryna Kavalchuk" in await read(web, f"/en/prisoners?{query}"), query


@pytest.mark.parametrize("level", LEVELS)
async def test_otherwise_nothing_anywhere_leads_to_her(web: Any, level: str) -> None:
    await maryna(**LEVELS[level])
    for language in LANGUAGES:
        for place in READ:
            assert said_of_her(await read(web, f"/{language}{place}")) == [], (language, place)


@pytest.mark.parametrize("level", LEVELS)
async def test_no_search_tells_that_she_is_there(web: Any, level: str) -> None:
    await cases.status(await cases.prisoner("Ala Shur", born="", articles=[]))
    await maryna(**LEVELS[level])
    searches = [f"/en/prisoners?{query}" for query in (*SEARCHES, *ORACLES)] + ["/en/birthdays?month=6&facility=1"]
    found = [await read(web, search) for search in searches]
    await db.execute("DELETE FROM prisoner WHERE key = 'k7'")
    for search, page in zip(searches, found, strict=True):
        assert page == await read(web, search), search


async def test_by_initials_she_is_listed_and_new_and_has_a_page_that_says_little(web: Any) -> None:
    await maryna(publication="initials")
    for language in LANGUAGES:
        for place in (
            "/prisoners",
            "/prisoners/new",
            "/prisoners/feed.atom",
            "/prisoners/feed.json",
            "/prisoners/k7",
        ):
            page = await read(web, f"/{language}{place}")
            assert "M. K." in page or "М. К." in page, place
            assert said_of_her(page) == [], place
    assert "noindex" in await read(web, "/en/prisoners/k7")


async def test_her_initials_do_not_find_her_either(web: Any) -> None:
    await maryna(publication="initials")
    assert "M. K." not in await read(web, "/en/prisoners?q=M.+K.")


async def test_the_order_of_names_does_not_tell_hers(web: Any) -> None:
    await maryna(publication="initials")
    for name in ("Ala Shur", "Zoya Maroz"):
        await cases.prisoner(name)
    page = await read(web, "/en/prisoners?order=name")
    assert page.index("Ala Shur") < page.index("Zoya Maroz") < page.index("M. K.")


@pytest.mark.parametrize("level", NOWHERE)
async def test_whoever_is_hidden_has_no_page_no_picture_no_initials_and_no_key(web: Any, level: str) -> None:
    await maryna(**LEVELS[level])
    for path in ("/en/prisoners/k7", "/en/prisoners/k7/share.png"):
        hidden, unknown = await web.get(path), await web.get(path.replace("k7", "k8"))
        assert hidden.status_code == 404
        assert hidden.text.replace("k7", "k8") == unknown.text
    for place in READ:
        page = await read(web, f"/en{place}")
        assert "k7" not in page and "M. K." not in page, place


async def printed(web: Any, path: str) -> str:
    """The words of a file to print; empty where there is none."""
    answer = await web.get(path)
    if answer.status_code != 200:
        return ""
    return "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(answer.content))


async def test_with_full_consent_she_stands_in_every_file_to_print(web: Any) -> None:
    await maryna()
    for path in PRINTED:
        assert "Ковальчук" in await printed(web, path), path


@pytest.mark.parametrize("level", LEVELS)
async def test_otherwise_no_file_to_print_leads_to_her(web: Any, level: str) -> None:
    await maryna(**LEVELS[level])
    for path in PRINTED:
        assert said_of_her(await printed(web, path)) == [], path


@pytest.mark.parametrize("level", NOWHERE)
async def test_whoever_is_hidden_later_is_not_shown_from_any_store(web: Any, level: str) -> None:
    await maryna()
    files = ["/en/prisoners/feed.atom", "/en/prisoners/feed.json", "/en/birthdays.ics", "/en/prisoners/k7/share.png"]
    marks = {path: {"If-None-Match": (await web.get(path)).headers["etag"]} for path in files}
    for path in files:
        assert (await web.get(path, headers=marks[path])).status_code == 304, path
    chosen = LEVELS[level]
    await db.execute(
        "UPDATE prisoner SET publication = $1, vetoed_at = $2", chosen["publication"], chosen.get("vetoed_at")
    )
    for path in files:
        after = await web.get(path, headers=marks[path])
        assert after.status_code == (404 if "share" in path else 200), path
        assert said_of_her(after.text) == [], path


async def test_nothing_about_people_is_kept_without_asking_again(web: Any) -> None:
    await maryna()
    for page in ("/en", "/en/prisoners", "/en/prisoners/k7", "/en/prisoners/new", "/en/birthdays"):
        assert (await web.get(page)).headers["cache-control"] == "no-store", page
    for file in ("/en/prisoners/feed.atom", "/en/birthdays.ics", "/en/prisoners/k7/share.png"):
        assert (await web.get(file)).headers["cache-control"] == "no-cache", file

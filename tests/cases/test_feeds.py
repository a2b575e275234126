import json
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree

import feedparser
import pytest

from service.cases import feeds, listing
from service.kit import clock, db
from service.kit import feeds as formats
from service.kit.feeds import Entry
from tests.make import cases

pytestmark = pytest.mark.usefixtures("database")
ATOM = "{http://www.w3.org/2005/Atom}"
FEED = feeds.feed("Stand by & <with> them", "en")


async def new_people() -> list[Entry]:
    return feeds.entries(await listing.new_since(clock.now() - timedelta(days=9), clock.now(), "en"))


async def published(name: str, days_ago: int = 1, **others: Any) -> int:
    made = await cases.prisoner(name, published_at=clock.now() - timedelta(days=days_ago), **others)
    await cases.status(made)
    return made


async def test_a_feed_reader_finds_the_new_cases_newest_first() -> None:
    await published("Ales Novik", 3)
    await published("Vera <Lis> & Co", 1)
    read = feedparser.parse(formats.atom(FEED, await new_people()))
    assert not read.bozo
    assert (read.version, read.feed.title, read.feed.language) == (
        "atom10",
        "Stand by & <with> them: new cases",
        "en",
    )
    assert [entry.title for entry in read.entries] == ["Vera <Lis> & Co", "Ales Novik"]
    assert read.entries[1].link.startswith("https://news.example.org/en/prisoners/")
    assert "In prison in Belarus" in read.entries[0].summary


async def test_the_atom_feed_has_all_that_rfc_4287_asks_for() -> None:
    await published("Vera Lis")
    root = ElementTree.fromstring(formats.atom(FEED, await new_people()))
    assert root.tag == f"{ATOM}feed"
    for parent in (root, *root.findall(f"{ATOM}entry")):
        for needed in ("id", "title", "updated"):
            assert len(parent.findall(f"{ATOM}{needed}")) == 1, needed
        assert len(parent.findall(f"{ATOM}link[@rel='alternate']")) == 1
    assert root.findtext(f"{ATOM}author/{ATOM}name") == FEED.author
    assert [link.get("href") for link in root.findall(f"{ATOM}link[@rel='self']")] == [FEED.url("atom")]
    moments = [element.text for element in root.iter(f"{ATOM}updated")]
    assert all(moment and moment.endswith("Z") and len(moment) == 20 for moment in moments)


async def test_the_json_feed_has_all_that_version_1_1_asks_for() -> None:
    await published("Vera Lis")
    feed = json.loads(formats.json(FEED, await new_people()))
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert (
        feed["title"]
        and feed["feed_url"] == FEED.url("json")
        and feed["home_page_url"] == f"https://news.example.org{FEED.page}"
    )
    [item] = feed["items"]
    assert isinstance(item["id"], str) and item["title"] == "Vera Lis"
    assert "content_text" in item or "content_html" in item
    assert item["date_published"].endswith("Z") and item["date_modified"].endswith("Z")
    assert feed["authors"] == [{"name": FEED.author}]


async def test_both_feeds_know_an_entry_by_the_same_id_that_stays_and_holds_no_name() -> None:
    vera = await published("Vera Lis", key="k7")
    ids = set()
    for name in ("Vera Lis", "Viera Lis"):
        await db.execute("UPDATE prisoner SET name_latin = $2 WHERE id = $1", vera, name)
        ids.add(feedparser.parse(formats.atom(FEED, await new_people())).entries[0].id)
        ids.add(json.loads(formats.json(FEED, await new_people()))["items"][0]["id"])
    assert ids == {"tag:news.example.org,2026:en/k7"}


async def test_a_changed_record_changes_the_moment_of_its_entry_and_of_the_feed() -> None:
    await published("Vera Lis", changed_at=clock.now() - timedelta(hours=5))
    before = feedparser.parse(formats.atom(FEED, await new_people()))
    await db.execute("UPDATE prisoner SET changed_at = $1", clock.now())
    after = feedparser.parse(formats.atom(FEED, await new_people()))
    assert after.feed.updated > before.feed.updated
    assert after.entries[0].updated > before.entries[0].updated
    assert after.entries[0].published == before.entries[0].published


async def test_an_empty_feed_is_a_feed() -> None:
    read = feedparser.parse(formats.atom(FEED, []))
    assert not read.bozo and read.entries == [] and read.feed.updated
    assert json.loads(formats.json(FEED, []))["items"] == []


async def test_signs_that_no_xml_may_hold_do_not_break_the_feed() -> None:
    await published("Vera\x0b Lis\x1f")
    assert (
        ElementTree.fromstring(formats.atom(FEED, await new_people())).findtext(f"{ATOM}entry/{ATOM}title")
        == "Vera Lis"
    )

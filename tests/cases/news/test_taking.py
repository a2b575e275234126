"""Feeds are read in turn, and their news wait beside the records."""

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from service.cases import events
from service.cases.news import feeds, taking
from service.kit import clock, db
from service.kit.errors import Invalid, NotFound
from tests.make import cases as make
from tests.make import feeds as news
from tests.make.feeds import Host, allowed, rss
from tests.make.staff import sign_in, staff

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
async def host(tmp_path: Path) -> AsyncIterator[Host]:
    async with news.host(tmp_path) as made:
        yield made


async def items() -> list[tuple[str, list[int]]]:
    rows = await db.fetch("SELECT title, prisoners FROM news_item ORDER BY id")
    return [(row["title"], row["prisoners"]) for row in rows]


async def test_news_come_once_and_name_those_whom_they_are_about(host: Host) -> None:
    maryna = await make.prisoner()
    host.paths["/feed"] = rss(("Марину Ковальчук перевели", "В ИК №4"), ("Weather", "Rain"))
    await feeds.add("News", "Example", host.url(), None)
    assert await taking.take_due(host.net()) == 1
    assert await items() == [("Марину Ковальчук перевели", [maryna]), ("Weather", [])]
    # Its hour is not over.
    assert await taking.take_due(host.net()) == 0
    host.paths["/feed"] = rss(("New", "Maryna Kavalchuk is free"), ("Weather", "Rain"))
    with clock.at(clock.now() + timedelta(hours=1)):
        assert await taking.take_due(host.net()) == 1
    assert [title for title, _people in await items()] == ["Марину Ковальчук перевели", "Weather", "New"]


async def test_trouble_is_told_and_goes_when_it_is_over(host: Host) -> None:
    feed = await feeds.add("News", "Example", host.url(), None)
    await taking.take_due(host.net())
    assert await db.fetch_value("SELECT trouble FROM news_feed") == "The feed answered with 404."
    host.paths["/feed"] = rss(("News", "text"))
    await feeds.read_again(feed)
    await taking.take_due(host.net())
    assert await db.fetch_value("SELECT trouble FROM news_feed") == ""
    assert len(await items()) == 1


async def test_one_broken_feed_does_not_keep_the_others_back(host: Host) -> None:
    host.paths |= {"/broken": b"<a>" * 1000, "/feed": rss(("News", "text"))}
    await feeds.add("Broken", "Example", host.url("/broken"), None)
    await feeds.add("Good", "Example", host.url(), None)
    assert await taking.take_due(host.net()) == 2
    assert len(await items()) == 1


async def test_the_job_reads_what_is_due_and_finds_a_host_that_is_no_longer_named(
    work: Callable[[], Any], host: Host
) -> None:
    await feeds.add("News", "Example", host.url(), None)
    with allowed("other.example.org"):
        assert await work() == ["cases.read_news"]
    assert "is not one of FEED_HOSTS" in await db.fetch_value("SELECT trouble FROM news_feed")
    assert host.asked == []


async def test_old_news_go(host: Host) -> None:
    host.paths["/feed"] = rss(("News", "text"))
    await feeds.add("News", "Example", host.url(), None)
    await taking.take_due(host.net())
    host.paths["/feed"] = rss()
    with clock.at(clock.now() + timedelta(days=181)):
        await taking.take_due(host.net())
    assert await items() == []


async def test_a_feed_is_added_once_from_a_named_host_alone(host: Host) -> None:
    await feeds.add("News", "Example", host.url(), None)
    for url in (host.url(), "https://elsewhere.example.net/feed", "http://news.example.org/feed"):
        with pytest.raises(Invalid) as refused:
            await feeds.add("News", "Example", url, None)
        assert list(refused.value.fields) == ["url"]


async def test_a_piece_of_news_begins_a_case_event_of_those_alone_whom_it_is_about(host: Host) -> None:
    maryna, hanna = await make.prisoner(), await make.prisoner("Hanna Zhuk", name_ru="Анна Жук", name_be="Ганна Жук")
    host.paths["/feed"] = rss(("Maryna Kavalchuk sentenced", "2 years"))
    await feeds.add("News", "Example", host.url(), None)
    await taking.take_due(host.net())
    await feeds.begin_event(1, maryna, "sentenced", "2026-11-20", None)
    [event] = await events.of(maryna)
    assert (event.kind, event.happened_on, event.organisation) == ("sentenced", "2026-11-20", "Example")
    assert event.link == "https://news.example.org/0"
    with pytest.raises(NotFound):
        await feeds.begin_event(1, hanna, "sentenced", "2026-11-20", None)
    with pytest.raises(Invalid):
        await feeds.begin_event(1, maryna, "promoted", "2026-11-20", None)
    with pytest.raises(Invalid):
        await feeds.begin_event(1, maryna, "died", "2099-11-20", None)


async def test_olga_looks_through_the_news(web: Any, host: Host) -> None:
    csrf = await sign_in(web, await staff("Olga"))
    maryna = await make.prisoner()
    await web.post("/staff/news", data={"csrf": csrf, "name": "News", "organisation": "Example", "url": host.url()})
    host.paths["/feed"] = rss(
        ("Maryna Kavalchuk: &lt;script&gt;", "<![CDATA[<img src=x onerror=alert(1)>Sentenced]]>")
    )
    await taking.take_due(host.net())
    page = (await web.get("/staff/news")).text
    assert "onerror" not in page and "<script>" not in page
    assert f'href="/staff/prisoners/{maryna}">Maryna Kavalchuk' in unescape(page)
    form = {"csrf": csrf, "prisoner": str(maryna), "kind": "sentenced", "happened_on": "2026-11-20"}
    answer = await web.post("/staff/news/1/event", data=form)
    assert answer.headers["location"] == f"/staff/prisoners/{maryna}"
    answer = await web.post("/staff/news/1/event", data=form | {"happened_on": "soon"})
    assert answer.headers["location"].startswith("/staff/news")
    await web.post("/staff/news/1", data={"csrf": csrf})
    assert "No news" in (await web.get("/staff/news?show=all")).text
    assert "Maryna Kavalchuk" in (await web.get("/staff/news?show=done")).text
    await web.post("/staff/news/feeds/1/remove", data={"csrf": csrf})
    assert "No feed yet" in (await web.get("/staff/news")).text


async def test_an_address_that_may_not_be_read_is_told_beside_its_field(web: Any, host: Host) -> None:
    csrf = await sign_in(web, await staff("Olga"))
    form = {"csrf": csrf, "name": "News", "organisation": "", "url": "https://169.254.169.254/latest"}
    answer = await web.post("/staff/news", data=form)
    assert answer.status_code == 422
    page = unescape(answer.text)
    assert "169.254.169.254 is not one of FEED_HOSTS" in page and "Please say whose news these are." in page
    assert 'value="https://169.254.169.254/latest"' in page


async def test_vera_who_only_looks_reads_news_and_changes_nothing(web: Any, host: Host) -> None:
    csrf = await sign_in(web, await staff("Vera", role="viewer"))
    assert 'name="url"' not in (await web.get("/staff/news")).text
    for path in ("/staff/news", "/staff/news/1", "/staff/news/1/event", "/staff/news/feeds/1/remove"):
        assert (await web.post(path, data={"csrf": csrf})).status_code == 403

from datetime import timedelta
from typing import Any

import feedparser
import pytest

from service.kit import clock
from tests.make import advocacy

pytestmark = pytest.mark.usefixtures("database")


async def test_a_feed_reader_finds_what_one_can_take_part_in_newest_first(web: Any) -> None:
    await advocacy.action(key="k1", opened_at=clock.now() - timedelta(days=3))
    await advocacy.action(key="k2", languages=())
    feed = feedparser.parse((await web.get("/en/actions/feed.atom")).content)
    assert not feed.bozo
    assert [entry.link.rsplit("/", 1)[1] for entry in feed.entries] == ["k2", "k1"]
    item = (await web.get("/en/actions/feed.json")).json()["items"][1]
    assert item["url"] == "https://news.example.org/en/actions/k1"
    assert "Please take on a sponsorship" in item["content_text"]


@pytest.mark.parametrize("state", ["draft", "frozen", "closed"])
async def test_what_is_not_open_is_in_no_feed(web: Any, state: str) -> None:
    await advocacy.action(state=state)
    for ending in ("atom", "json"):
        assert "sponsorship" not in (await web.get(f"/en/actions/feed.{ending}")).text


async def test_a_feed_is_sent_once_until_it_changes(web: Any) -> None:
    await advocacy.action()
    first = await web.get("/de/actions/feed.atom")
    again = await web.get("/de/actions/feed.atom", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304


async def test_in_another_language_there_is_a_feed_too_and_in_none_of_ours_none(web: Any) -> None:
    await advocacy.action()
    assert (await web.get("/be/actions/feed.json")).json()["items"][0]["language"] == "en"
    assert (await web.get("/xx/actions/feed.json")).status_code == 404

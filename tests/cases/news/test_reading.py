"""Whatever a feed is made of, what comes out is plain text, soon."""

import time
from datetime import UTC, datetime

import pytest

from service.cases.news import reading
from service.cases.news.fetching import Unfetched
from service.kit import clock
from tests.make.feeds import rss

ATOM = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><title>News</title>
<entry><id>urn:1</id><title type="html">Суд над &lt;b&gt;Марынай&lt;/b&gt; Кавальчук</title>
<link href="https://news.example.org/1"/><updated>2026-11-20T10:00:00Z</updated>
<summary>Працэс пачаўся.</summary></entry></feed>"""


def test_atom_and_rss_are_read() -> None:
    [entry] = reading.entries(ATOM.encode())
    assert (entry.title, entry.summary) == ("Суд над Марынай Кавальчук", "Працэс пачаўся.")
    assert entry.url == "https://news.example.org/1"
    assert entry.published_at == datetime(2026, 11, 20, 10, tzinfo=UTC)
    assert [entry.title for entry in reading.entries(rss(("One", "1"), ("Two", "2")))] == ["One", "Two"]


@pytest.mark.parametrize("encoding", ["utf-8", "windows-1251", "utf-16", "koi8-u"])
def test_a_feed_in_another_encoding_is_read_too(encoding: str) -> None:
    feed = ATOM.replace("utf-8", encoding)
    [entry] = reading.entries(feed.replace("ў", "у").replace("і", "и").encode(encoding))
    assert entry.title.startswith("Суд над")


def test_markup_scripts_and_control_characters_stay_behind() -> None:
    summary = (
        "&lt;p&gt;Anna &amp;amp; Vera&lt;/p&gt;&lt;script&gt;alert(1)&lt;/script&gt;&lt;img onerror=alert(2)&gt;"
    )
    [entry] = reading.entries(rss(("<![CDATA[<b>Bold</b>\u202e news]]>", summary)))
    assert (entry.title, entry.summary) == ("Bold news", "Anna & Vera")


def test_a_link_that_is_none_is_left_out() -> None:
    feed = rss(("Title", "text")).replace(b"https://news.example.org/0", b"javascript:alert(1)")
    [entry] = reading.entries(feed)
    assert entry.url == ""


def test_a_day_to_come_is_today() -> None:
    with clock.at(datetime(2026, 11, 1, tzinfo=UTC)):
        [entry] = reading.entries(ATOM.encode())
    assert entry.published_at == datetime(2026, 11, 1, tzinfo=UTC)


LAUGHS = '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "lol">' + "".join(
    f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(12)
)


@pytest.mark.parametrize(
    "bomb",
    [
        (LAUGHS + "]><rss version='2.0'><channel><item><title>&m;</title></item></channel></rss>").encode(),
        (LAUGHS + "]><rss/>").encode("utf-16"),
        b'<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel><item><title>&x;</title></item></channel></rss>',
        b'<?xml version="1.0" encoding="utf-7"?>+ADwAIQ-ENTITY',
        b'<?xml version="1.0" encoding="idna"?><rss/>',
        b"<rss version='2.0'><channel>" + b"<item>" * 100_000,
        b"<a>" * 600_000,
        b"<html><body>Not a feed</body></html>",
        b"\0" * 100_000,
        b"{}",
        b"",
        b"<rss><" + b"a" * 1_900_000,
        b"<rss>" + b"<!DOCTYPE" * 200_000,
    ],
    ids=range(13),
)
def test_bombs_and_what_is_no_feed_are_refused_at_once(bomb: bytes) -> None:
    began = time.process_time()
    with pytest.raises(Unfetched):
        reading.entries(bomb)
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    "feed",
    [
        rss(*(("A title " + "x" * 5000, "y" * 14_000) for _n in range(100))),
        rss(*((f"T{n}", "s") for n in range(12_000))),
        rss(("T", "&lt;div&gt;" * 150_000)),
        rss(("T", "&lt;" * 450_000)),
        rss(("T", "<![CDATA[" + "<b " * 600_000 + "]]>")),
        rss(("T" + "<" * 1_500_000, "s")),
        rss(("T" + "<!--" * 400_000, "s")),
        rss(("T" + "&" * 1_500_000, "s")),
        rss(("T", "s"))[:-40] + b"<x " + b"a='b' " * 300_000,
    ],
    ids=range(9),
)
def test_two_megabytes_of_anything_are_soon_read_and_little_of_it_is_kept(feed: bytes) -> None:
    began = time.process_time()
    try:
        found = reading.entries(feed[:2_000_000])
    except Unfetched:
        found = []
    assert time.process_time() - began < 5
    assert len(found) <= reading.MOST
    assert all(len(entry.title) <= 300 and len(entry.summary) <= 2000 for entry in found)

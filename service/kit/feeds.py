"""Feeds for feed readers: Atom (RFC 4287) and JSON Feed 1.1. What identifies an entry holds no name."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

import msgspec

from service.kit.settings import settings

ATOM = "application/atom+xml"
JSON = "application/feed+json"
_NAMESPACE = "http://www.w3.org/2005/Atom"
_VERSION = "https://jsonfeed.org/version/1.1"
# What no XML document may hold.
_IMPOSSIBLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# A feed without entries was changed at some time, too.
_NEVER = datetime(2026, 1, 1, tzinfo=UTC)

ElementTree.register_namespace("", _NAMESPACE)


class Feed(msgspec.Struct, frozen=True):
    """`subject`: which of our feeds it is, a word for good. `page` and `address`: paths, the latter without .atom."""

    subject: str
    title: str
    author: str
    language: str
    page: str
    address: str

    def url(self, ending: str) -> str:
        return f"{settings().origin}{self.address}.{ending}"


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """`key`: what it is known by for good. `language`: of its text. `image`: an address, or empty."""

    key: str
    url: str
    title: str
    text: str
    language: str
    published: datetime
    changed: datetime
    image: str = ""


def atom(feed: Feed, entries: Sequence[Entry]) -> bytes:
    root = ElementTree.Element(f"{{{_NAMESPACE}}}feed", {"xml:lang": feed.language})
    _add(root, "id", _tag(feed, feed.subject))
    _add(root, "title", feed.title)
    _add(root, "updated", _moment(max((entry.changed for entry in entries), default=_NEVER)))
    _add(_add(root, "author"), "name", feed.author)
    _add(root, "link", rel="self", type=ATOM, href=feed.url("atom"))
    _add(root, "link", rel="alternate", type="text/html", hreflang=feed.language, href=settings().origin + feed.page)
    for entry in entries:
        _add_entry(root, feed, entry)
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)


def json(feed: Feed, entries: Sequence[Entry]) -> bytes:
    return msgspec.json.encode(
        {
            "version": _VERSION,
            "title": feed.title,
            "home_page_url": settings().origin + feed.page,
            "feed_url": feed.url("json"),
            "language": feed.language,
            "authors": [{"name": feed.author}],
            "items": [_item(feed, entry) for entry in entries],
        }
    )


def _add_entry(root: ElementTree.Element, feed: Feed, entry: Entry) -> None:
    here = _add(root, "entry")
    _add(here, "id", _tag(feed, entry.key))
    _add(here, "title", entry.title)
    _add(here, "published", _moment(entry.published))
    _add(here, "updated", _moment(entry.changed))
    _add(here, "link", rel="alternate", type="text/html", hreflang=feed.language, href=entry.url)
    if entry.image:
        _add(here, "link", rel="enclosure", type="image/jpeg", href=entry.image)
    # The language of the text, where it is not the feed's.
    own = {} if entry.language == feed.language else {"xml:lang": entry.language}
    _add(here, "summary", entry.text, **own)


def _item(feed: Feed, entry: Entry) -> dict[str, Any]:
    item = {
        "id": _tag(feed, entry.key),
        "url": entry.url,
        "title": entry.title,
        "content_text": entry.text,
        "date_published": _moment(entry.published),
        "date_modified": _moment(entry.changed),
        "language": entry.language,
    }
    return item | ({"image": entry.image} if entry.image else {})


def _add(parent: ElementTree.Element, name: str, text: str | None = None, **attributes: str) -> ElementTree.Element:
    made = ElementTree.SubElement(parent, f"{{{_NAMESPACE}}}{name}", attributes)
    made.text = _IMPOSSIBLE.sub("", text) if text is not None else None
    return made


def _tag(feed: Feed, subject: str) -> str:
    """RFC 4151: ours for good, and nothing but a key."""
    return f"tag:{urlsplit(settings().origin).hostname},2026:{feed.language}/{subject}"


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")

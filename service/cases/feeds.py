"""New cases for feed readers: Atom (RFC 4287) and JSON Feed 1.1. What identifies an entry holds no name."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

import msgspec

from service.cases import summary
from service.cases.publication import Person
from service.kit.i18n import lazy as _
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


class Site(msgspec.Struct, frozen=True):
    """The organisation whose feed it is, in one language."""

    name: str
    language: str

    @property
    def title(self) -> str:
        return _("{organisation}: new cases", organisation=self.name).into(self.language)

    @property
    def page(self) -> str:
        return f"{settings().origin}/{self.language}/prisoners/new"

    def address(self, ending: str) -> str:
        return f"{settings().origin}/{self.language}/prisoners/feed.{ending}"


def atom(people: Sequence[Person], site: Site) -> bytes:
    root = ElementTree.Element(f"{{{_NAMESPACE}}}feed", {"xml:lang": site.language})
    _add(root, "id", _tag(site.language, "new-cases"))
    _add(root, "title", site.title)
    _add(root, "updated", _moment(max((person.changed_at for person in people), default=_NEVER)))
    _add(_add(root, "author"), "name", site.name)
    _add(root, "link", rel="self", type=ATOM, href=site.address("atom"))
    _add(root, "link", rel="alternate", type="text/html", hreflang=site.language, href=site.page)
    for person in people:
        _add_entry(root, person)
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)


def json(people: Sequence[Person], site: Site) -> bytes:
    feed: dict[str, Any] = {
        "version": _VERSION,
        "title": site.title,
        "home_page_url": site.page,
        "feed_url": site.address("json"),
        "language": site.language,
        "authors": [{"name": site.name}],
        "items": [_item(person) for person in people],
    }
    return msgspec.json.encode(feed)


def _add_entry(root: ElementTree.Element, person: Person) -> None:
    entry = _add(root, "entry")
    _add(entry, "id", _tag(person.language, person.key))
    _add(entry, "title", person.name)
    _add(entry, "published", _moment(person.published_at))
    _add(entry, "updated", _moment(person.changed_at))
    _add(entry, "link", rel="alternate", type="text/html", hreflang=person.language, href=person.url)
    _add(entry, "summary", _text(person))


def _item(person: Person) -> dict[str, Any]:
    return {
        "id": _tag(person.language, person.key),
        "url": person.url,
        "title": person.name,
        "content_text": _text(person),
        "date_published": _moment(person.published_at),
        "date_modified": _moment(person.changed_at),
        "language": person.language,
    }


def _text(person: Person) -> str:
    return "\n".join([*summary.lines(person), summary.sentence(person)])


def _add(parent: ElementTree.Element, name: str, text: str | None = None, **attributes: str) -> ElementTree.Element:
    made = ElementTree.SubElement(parent, f"{{{_NAMESPACE}}}{name}", attributes)
    made.text = _IMPOSSIBLE.sub("", text) if text is not None else None
    return made


def _tag(language: str, subject: str) -> str:
    """RFC 4151: ours for good, and nothing but a key."""
    return f"tag:{urlsplit(settings().origin).hostname},2026:{language}/{subject}"


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")

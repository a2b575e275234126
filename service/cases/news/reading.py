"""What stands in a feed: plain texts alone, whatever it was made of."""

import hashlib
import re
from calendar import timegm
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from html import unescape
from io import BytesIO
from typing import Any
from xml.parsers.expat import ExpatError, ParserCreate

import feedparser
import msgspec
import nh3

from service.cases import fields
from service.cases.news.fetching import Unfetched
from service.kit import clock

MOST = 100
LONGEST_TITLE = 300
LONGEST_SUMMARY = 2000
_LONGEST_MARKUP = 20_000
_DEEPEST = 60
_MOST_TAGS = 20_000
_LARGEST_MALFORMED = 100_000
_DECLARED = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{1,40})[\"'][^>]{0,200}\?>")
_ENCODINGS = {"utf-8", "utf8", "us-ascii", "ascii", "windows-1251", "windows-1252", "iso-8859-1", "koi8-r", "koi8-u"}
_ENTITY = re.compile(r"<!\s*(ENTITY|ELEMENT|ATTLIST)", re.IGNORECASE)
_DECLARATION = re.compile(r"^\s*<\?xml.{0,400}?\?>", re.DOTALL)
# Without a way back (*+): over a name of a million letters that never ends, looking again would take for ever.
_DOCTYPE = re.compile(r"<!DOCTYPE[^<>\[]*+>", re.IGNORECASE)
_END = re.compile(r"</(?:\w{1,20}:)?(?:item|entry)\s*>", re.IGNORECASE)
_TAG = re.compile(r"<(/?)[A-Za-z][^<>]*+>")
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")


class Entry(msgspec.Struct, frozen=True):
    """One piece of news. `guid`: a hash of what the feed calls it; `url`: empty where it names no page."""

    guid: str
    url: str
    title: str
    summary: str
    published_at: datetime


def entries(content: bytes) -> list[Entry]:
    """At most MOST, as the feed orders them. Raises Unfetched for what is no feed."""
    text = _text(content)
    if _ENTITY.search(text):
        raise Unfetched(why="The feed defines entities of its own; no honest feed needs that, so it was not read.")
    source = _first(_DOCTYPE.sub("", _DECLARATION.sub("", text)))
    _must_be_bearable(source)
    found = _parsed(source.encode("utf-8", "replace"))
    if not found.get("version"):
        raise Unfetched(why="What stands at this address is no RSS and no Atom feed.")
    return [entry for each in found["entries"][:MOST] if (entry := _entry(each))]


def plain(markup: str) -> str:
    """The words of HTML on one line."""
    words = nh3.clean(markup[:_LONGEST_MARKUP], tags=set(), clean_content_tags={"script", "style"})
    return " ".join(_UNSEEN.sub(" ", unescape(words)).split())


def _parsed(source: bytes) -> Mapping[str, Any]:
    try:
        parsed: Mapping[str, Any] = feedparser.parse(
            BytesIO(source),
            response_headers={"content-type": "application/xml; charset=utf-8"},
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except Exception:
        # Whatever a parser of feeds stumbles over, the other feeds have their turn.
        raise Unfetched(why="The feed could not be understood.") from None
    return parsed


def _text(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    declared = _DECLARED.match(content.removeprefix(b"\xef\xbb\xbf"))
    encoding = declared[1].decode("ascii").lower() if declared else "utf-8"
    if encoding not in _ENCODINGS:
        raise Unfetched(why=f"The feed is written in an encoding that is not read here ({encoding}).")
    return content.removeprefix(b"\xef\xbb\xbf").decode(encoding, "replace").replace("\0", "")


def _first(text: str) -> str:
    """Without the entries after the first MOST: it is the parsing of them that takes time."""
    ends = [found.end() for found in _END.finditer(text)]
    return text[: ends[MOST - 1]] + text[ends[-1] :] if len(ends) > MOST else text


def _must_be_bearable(text: str) -> None:
    """Feeds are flat and well-formed; the parser may take very long over what is not. Raises Unfetched."""
    depth = deepest = 0
    for tags, found in enumerate(_TAG.finditer(text)):
        depth = max(0, depth - 1) if found[1] else depth + (not found[0].endswith("/>"))
        deepest = max(deepest, depth)
        if deepest > _DEEPEST or tags > _MOST_TAGS:
            raise Unfetched(why="The feed is nested too deep, or has too many parts, to be one.")
    if len(text) > _LARGEST_MALFORMED and not _is_well_formed(text):
        raise Unfetched(why="The feed is not well-formed XML, and too large to guess what was meant.")


def _is_well_formed(text: str) -> bool:
    try:
        ParserCreate().Parse(text.encode("utf-8", "replace"), True)
    except ExpatError:
        return False
    return True


def _entry(found: Mapping[str, Any]) -> Entry | None:
    link = str(found.get("link") or "").strip()
    title = plain(str(found.get("title") or ""))[:LONGEST_TITLE]
    summary = plain(_longest(found))[:LONGEST_SUMMARY]
    if not title and not summary:
        return None
    called = str(found.get("id") or link or title + summary)
    return Entry(
        guid=hashlib.sha256(called.encode("utf-8", "replace")).hexdigest(),
        url=link if len(link) <= fields.LONGEST_LINK and fields.LINK.match(link) else "",
        title=title or summary[:100],
        summary=summary,
        published_at=_moment(found.get("published_parsed") or found.get("updated_parsed")),
    )


def _longest(found: Mapping[str, Any]) -> str:
    texts = [str(found.get("summary") or ""), *(str(each.get("value") or "") for each in found.get("content") or [])]
    return max((text[:_LONGEST_MARKUP] for text in texts), key=len)


def _moment(parsed: Any) -> datetime:
    """A day that is still to come, or that is none, is today."""
    now = clock.now()
    try:
        moment = datetime.fromtimestamp(timegm(parsed), UTC) if parsed else now
    except (ValueError, OverflowError, TypeError, OSError):
        return now
    return moment if now - timedelta(days=36_500) < moment <= now else now

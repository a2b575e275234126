"""What people pass on of a prisoner: a sentence, links that need no script of anybody, and a picture made here."""

import asyncio
import hashlib
from urllib.parse import quote

import msgspec

from service.cases import photos, summary
from service.cases.publication import Person
from service.cases.tables import State
from service.kit import typesetting
from service.kit.errors import NotFound
from service.kit.i18n import lazy as _
from service.kit.keeping import Kept

HASHTAG = "#WeStandBYyou"
WIDTH, HEIGHT = 1200, 630
_TEMPLATE = "share"
_LONGEST = 900
_kept = Kept(most=60, patience=12)


class Way(msgspec.Struct, frozen=True):
    """Where a text can be passed on: a link that opens it there, ready to be sent or thrown away."""

    name: str
    url: str


def text(person: Person) -> str:
    """In the reader's language, without the address of the page."""
    texts = {
        State.DETAINED: _("{name} is in prison in Belarus. Nobody is forgotten. {hashtag}"),
        State.RELEASED: _("{name} is free again. Others are still waiting for a word. {hashtag}"),
        State.DIED: _("We remember {name}. {hashtag}"),
    }
    said = texts[State(person.state)].into(person.language)
    return said.format(name=person.name, hashtag=HASHTAG)


def ways(person: Person) -> list[Way]:
    return ways_of(person.name, text(person), person.url, person.language)


def ways_of(title: str, said: str, url: str, language: str) -> list[Way]:
    """For any page: `title` becomes the subject of a mail, `said` stands before the address."""
    said, page = quote(said, safe=""), quote(url, safe="")
    return [
        Way(_("E-mail").into(language), f"mailto:?subject={quote(title, safe='')}&body={said}%0A{page}"),
        Way("Telegram", f"https://t.me/share/url?url={page}&text={said}"),
        Way("WhatsApp", f"https://wa.me/?text={said}%20{page}"),
        Way("Facebook", f"https://www.facebook.com/sharer/sharer.php?u={page}"),
        Way("Bluesky", f"https://bsky.app/intent/compose?text={said}%20{page}"),
        Way("X", f"https://x.com/intent/post?text={said}&url={page}"),
    ]


def mark(person: Person, organisation: str) -> str:
    """Changes with everything that the picture shows."""
    shown = [
        person.name,
        person.language,
        person.state,
        person.photo,
        person.photo_credit,
        *_said(person),
        organisation,
    ]
    return hashlib.sha256(msgspec.json.encode(shown)).hexdigest()[:32]


async def picture(person: Person, organisation: str) -> bytes:
    """A PNG of 1200 by 630 pixels. Raises Busy, and what typesetting.png raises."""

    async def make() -> bytes:
        return await typesetting.png(_TEMPLATE, await _data(person, organisation))

    return await _kept.get(mark(person, organisation), make)


async def _data(person: Person, organisation: str) -> dict[str, object]:
    return {
        "language": person.language,
        "state": person.state,
        "name": person.name,
        "lines": _said(person)[:-1],
        "sentence": _said(person)[-1],
        "organisation": organisation,
        "hashtag": HASHTAG,
        "photo": await photo(person),
        "credit": person.photo_credit,
    }


def _said(person: Person) -> list[str]:
    return [*summary.lines(person)[:2], summary.sentence(person)]


async def photo(person: Person) -> list[int]:
    """For the data of typesetting; empty where there is none, or none that can be drawn."""
    if not person.photo:
        return []
    try:
        _kind, content = await photos.public(person.photo.rpartition("/")[2])
        return await asyncio.to_thread(typesetting.picture, content, _LONGEST)
    except (NotFound, ValueError):
        return []

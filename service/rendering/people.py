"""People and faces as mails show them: each is a piece of a list, made once for a language.

What is not given is left out.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import msgspec
from msgspec import Struct

from service.kit.settings import settings
from service.rendering import environment, text
from service.rendering.blocks import FacilityAddress, FromTheWall, Living, YourPrisoners
from service.rendering.inserts import NOBODY, Insert

# Where a card's address stands in its text part: no line of it may be wrapped.
_ADDRESS = "@address@"


class Words(Struct, frozen=True):
    text: str
    language: str


class Card(Struct, frozen=True, kw_only=True):
    """`key`: the prisoner. Dates are written out already; `age`: reached on the birthday that the mail is about.

    `address`: the lines of an envelope, letter for letter, in `script`; `sources`: organisations.
    `is_brief`: one of so many that each has only a line.
    """

    key: int
    name: str
    url: str
    birthday: str = ""
    age: int | None = None
    born: str = ""
    detained: str = ""
    sentence: Words | None = None
    biography: Words | None = None
    place: str = ""
    address: list[str] = []
    script: str = "ru"
    photo: str = ""
    photo_credit: str = ""
    sources: list[str] = []
    is_brief: bool = False


class Place(Struct, frozen=True, kw_only=True):
    """A facility. `address`: as in Card, without a person; `checked`: when somebody looked at it last."""

    name: str
    address: list[str]
    script: str = "ru"
    rules: Words | None = None
    checked: str = ""


class Face(Struct, frozen=True, kw_only=True):
    """A supporter with a photo and a sentence from the wall. `key`: below zero.

    `about`: the prisoner they stand by, in `person` as readers may see them; 0 and "" for all of them.
    """

    key: int
    url: str
    photo: str
    sentence: Words
    name: str
    line: str = ""
    about: int = 0
    person: str = ""
    person_url: str = ""


class Filling(Struct, frozen=True):
    """What a block fills itself with. `counted`: how many faces there are on the wall, as sentences."""

    cards: Sequence[Card] = ()
    place: Place | None = None
    faces: Sequence[Face] = ()
    counted: str = ""

    @property
    def anybody(self) -> bool:
        return bool(self.cards or self.faces)


# By the number of the block.
Data = Mapping[int, Filling]
NOTHING: Data = MappingProxyType({})


def mine_url(language: str) -> str:
    """Where anybody gets the names of a few people to write to."""
    return f"{settings().origin}/{language}/letters/mine"


def kind(block: Living) -> str:
    return str(block.__struct_config__.tag)


def is_list(block: object) -> bool:
    """Whether people stand in it who can be taken out."""
    return isinstance(block, Living) and not isinstance(block, FacilityAddress)


def inserts(block: Living, place: int, filling: Filling, language: str) -> list[Insert]:
    """The list of a block: its people in their order, and what stands there when nobody does."""
    personal, word = isinstance(block, YourPrisoners), kind(block)
    if isinstance(block, FromTheWall):
        pieces = [(face.key, face.about, _piece("wall/face", word, face, language)) for face in filling.faces]
    else:
        pieces = [(card.key, 0, _card(word, card, language)) for card in filling.cards]
    pieces.append((NOBODY, 0, _piece("people/nobody", word, None, language)))
    return [
        Insert(place, personal, key, position, *piece, about) for position, (key, about, piece) in enumerate(pieces)
    ]


def _card(kind: str, card: Card, language: str) -> tuple[str, str]:
    """HTML and text."""
    html, written = _piece("people/card", kind, card, language, address=_ADDRESS)
    before, address, after = written.partition(_ADDRESS)
    lines = "\n".join(text.cleaned(card.address)) if address else ""
    return html, "\n\n".join(part for part in (before.strip(), lines, after.strip()) if part)


def _piece(template: str, kind: str, card: Card | Face | None, language: str, address: str = "") -> tuple[str, str]:
    """HTML and text."""
    values = {
        "kind": kind,
        "card": text.cleaned(msgspec.to_builtins(card)),
        "mine_url": mine_url(language),
        "address": address,
    }
    html = environment.rendered(language, f"blocks/{template}.mjml", values)
    return html.strip(), text.tidy(environment.rendered(language, f"blocks/{template}.txt", values)).strip()

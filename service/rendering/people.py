"""People as mails show them: each is a piece of a list, made once for a language. What is not given is left out."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import msgspec
from msgspec import Struct

from service.kit.settings import settings
from service.rendering import environment, text
from service.rendering.blocks import FacilityAddress, Living, YourPrisoners
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


class Filling(Struct, frozen=True):
    """What a block fills itself with."""

    cards: Sequence[Card] = ()
    place: Place | None = None


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
    personal = isinstance(block, YourPrisoners)
    shown = [
        Insert(place, personal, card.key, position, *_piece("card", kind(block), card, language))
        for position, card in enumerate(filling.cards)
    ]
    return [*shown, Insert(place, personal, NOBODY, len(shown), *_piece("nobody", kind(block), None, language))]


def _piece(template: str, kind: str, card: Card | None, language: str) -> tuple[str, str]:
    """HTML and text."""
    shown = text.cleaned(msgspec.to_builtins(card))
    values = {"kind": kind, "card": shown, "mine_url": mine_url(language), "address": _ADDRESS}
    html = environment.rendered(language, f"blocks/people/{template}.mjml", values)
    written = environment.rendered(language, f"blocks/people/{template}.txt", values)
    before, address, after = written.partition(_ADDRESS)
    parts = [text.tidy(before).strip(), "\n".join(shown["address"]) if address else "", text.tidy(after).strip()]
    return html.strip(), "\n\n".join(part for part in parts if part)

"""People and faces as mails show them: each is a piece of a list, made once for a language.

What is not given is left out.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import msgspec
from msgspec import Struct

from service.kit.settings import settings
from service.rendering import environment, text
from service.rendering.blocks import FacilityAddress, FromTheWall, Living, YourPrisoners, YourRepresentatives
from service.rendering.inserts import ACTIONS, AREAS, NOBODY, THANKS, Insert

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


class Act(Struct, frozen=True, kw_only=True):
    """An action. `counted`: how far it had come as the mail was made; `picture`: how far it has come when it is read.

    `url`: of its page; `until`: its last day, written out; `about`: the prisoner it is for, if it is for one;
    `is_thanks`: for those who took part; `is_over`: nobody can take part any more.
    """

    id: int
    url: str
    title: str
    lead: str = ""
    ask: str = ""
    thanks: str = ""
    counted: str = ""
    picture: str = ""
    until: str = ""
    about: int = 0
    is_thanks: bool = False
    is_over: bool = False

    @property
    def key(self) -> int:
        return (THANKS if self.is_thanks else ACTIONS) + self.id


class Delegate(Struct, frozen=True, kw_only=True):
    """A representative. `url`: where one writes to them."""

    name: str
    url: str
    party: str = ""
    committees: list[str] = []


class Delegation(Struct, frozen=True, kw_only=True):
    """To whom somebody of an area can write; `area` 0: somebody who named none.

    `others`: more that are not listed; `invites`: whoever names their postcode finds their own members.
    `parties`: of a large one the names alone, by party.
    """

    area: int = 0
    name: str = ""
    members: list[Delegate] = []
    parties: list[tuple[str, list[Delegate]]] = []
    others: int = 0
    invites: bool = False


class Filling(Struct, frozen=True):
    """What a block fills itself with. `counted`: how many faces there are on the wall, as sentences."""

    cards: Sequence[Card] = ()
    place: Place | None = None
    faces: Sequence[Face] = ()
    counted: str = ""
    act: Act | None = None
    delegations: Sequence[Delegation] = ()

    @property
    def anybody(self) -> bool:
        return bool(self.cards or self.faces or self.act)


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
    personal, word = is_own(block), kind(block)
    if isinstance(block, YourRepresentatives):
        return _delegations(place, filling, language)
    if act := filling.act:
        pieces = [(act.key, act.about, _piece("actions/act", word, act, language))]
    elif isinstance(block, FromTheWall):
        pieces = [(face.key, face.about, _piece("wall/face", word, face, language)) for face in filling.faces]
    else:
        pieces = [(card.key, 0, _card(word, card, language)) for card in filling.cards]
    pieces.append((NOBODY, 0, _piece("people/nobody", word, None, language)))
    return [
        Insert(place, personal, key, position, *piece, about) for position, (key, about, piece) in enumerate(pieces)
    ]


def is_own(block: object) -> bool:
    """Whether each reader sees something else there."""
    return isinstance(block, YourPrisoners | YourRepresentatives)


def _delegations(place: int, filling: Filling, language: str) -> list[Insert]:
    """One for each area, of which nobody is ever taken out; `about`: the action."""
    about = filling.act.key if filling.act else 0
    return [
        Insert(
            place,
            True,
            AREAS + each.area,
            number,
            *_piece("actions/delegation", "your_representatives", each, language),
            about,
        )
        for number, each in enumerate(filling.delegations)
    ]


def _card(kind: str, card: Card, language: str) -> tuple[str, str]:
    """HTML and text."""
    html, written = _piece("people/card", kind, card, language, address=_ADDRESS)
    before, address, after = written.partition(_ADDRESS)
    lines = "\n".join(text.cleaned(card.address)) if address else ""
    return html, "\n\n".join(part for part in (before.strip(), lines, after.strip()) if part)


def _piece(template: str, kind: str, card: Struct | None, language: str, address: str = "") -> tuple[str, str]:
    """HTML and text."""
    values = {
        "kind": kind,
        "card": text.cleaned(msgspec.to_builtins(card)),
        "mine_url": mine_url(language),
        "address": address,
    }
    html = environment.rendered(language, f"blocks/{template}.mjml", values)
    return html.strip(), text.tidy(environment.rendered(language, f"blocks/{template}.txt", values)).strip()

"""What a file of members or of places says, in one form whatever its own is. Pure: nothing here asks a database."""

from collections.abc import Mapping, Sequence
from datetime import date

import msgspec

from service.kit.errors import Problem
from service.kit.i18n import Sentence

LARGEST = 64_000_000


class Area(msgspec.Struct, frozen=True):
    """`kind`: canton, constituency, state, country …; `names`: by language, or "" for one name in all of them."""

    country: str
    kind: str
    code: str
    names: Mapping[str, str]
    valid_from: date | None = None
    valid_until: date | None = None


class Place(msgspec.Struct, frozen=True):
    """`area`: the code of an area of `kind`."""

    country: str
    postcode: str
    town: str
    kind: str
    area: str
    valid_from: date | None = None
    valid_until: date | None = None


class Mandate(msgspec.Struct, frozen=True):
    """`parliament`: "ch-nr", "ch-sr", "de-bt", "fr-an", "eu-ep"; `kind` and `area`: both empty for a list member."""

    parliament: str
    kind: str = ""
    area: str = ""
    since: date | None = None
    until: date | None = None


class Seat(msgspec.Struct, frozen=True):
    """In the committee `code` of a parliament; `names`: of the committee, as of an Area."""

    parliament: str
    code: str
    names: Mapping[str, str]
    role: str = ""
    since: date | None = None
    until: date | None = None


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """`ids`: how sources know this person, {"ch.parlament": "4137"}. What a file does not say is empty: an e-mail
    address is never guessed."""

    ids: Mapping[str, str]
    name: str
    family_name: str = ""
    party: str = ""
    faction: str = ""
    languages: Sequence[str] = ()
    email: str = ""
    phone: str = ""
    postal: str = ""
    website: str = ""
    mandates: Sequence[Mandate] = ()
    seats: Sequence[Seat] = ()


class Unread(msgspec.Struct, frozen=True):
    """`line` of the file, from 1; in JSON and XML the line on which the entry begins. `file`: in an archive."""

    line: int
    why: Sentence
    file: str = ""


class Found(msgspec.Struct, frozen=True):
    members: Sequence[Member] = ()
    areas: Sequence[Area] = ()
    places: Sequence[Place] = ()
    unread: Sequence[Unread] = ()


class NotARegister(Problem):
    """The file as a whole cannot be read: what remains of it would look like a parliament that lost its members."""

    code = "not_a_register"
    status = 422
    sentence = Sentence("{why}")
    field = "files"


class NoParliament(NotARegister):
    code = "no_parliament"
    sentence = Sentence(
        "This file does not say whose members are in it. Please choose their parliament here, and the file once more."
        " A parliament that is missing is added under “Parliaments”, above."
    )
    field = "parliament"

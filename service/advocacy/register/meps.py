"""The European Parliament's full list of members as XML, in any of the Union's languages. It has no addresses."""

from functools import cache

from babel import Locale

from service.advocacy.register import values, xml_entries
from service.advocacy.register.found import Area, Found, Mandate, Member, NotARegister
from service.advocacy.register.telling import Entry, Telling
from service.advocacy.register.xml_entries import Node
from service.kit import countries
from service.kit.i18n import LANGUAGES, Sentence

PARLIAMENT = "eu-ep"
ROOT, ENTRY = "meps", "mep"
KIND = "country"
_ID = "eu.europarl"
_MEMBERS = (
    *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR"),
    *("HU", "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"),
)
_SPOKEN = (
    *("bg", "cs", "da", "de", "el", "en", "es", "et", "fi", "fr", "ga", "hr"),
    *("hu", "it", "lt", "lv", "mt", "nl", "pl", "pt", "ro", "sk", "sl", "sv"),
)
# As lists of the Parliament write them, where CLDR writes otherwise.
_ALSO = {"czech republic": "CZ", "république tchèque": "CZ", "tschechische republik": "CZ"}


def read(content: bytes) -> Found:
    """The list says who is a member, not since when."""
    telling = Telling()
    members: dict[str, Member] = {}
    for node in xml_entries.entries(content, ENTRY):
        entry = Entry(telling, node.line)
        member = entry.read(lambda node=node, entry=entry: _member(node, entry), None)  # type: ignore[misc]
        if member and member.ids[_ID] in members:
            entry.tell(Sentence("This id stands here a second time; the entry before counts."))
        elif member:
            members[member.ids[_ID]] = member
    if not members and not telling.all():
        raise NotARegister(why="There is no member (mep) in this file.")
    found = sorted({member.mandates[0].area for member in members.values()})
    return Found(members=list(members.values()), areas=[_area(code) for code in found], unread=telling.all())


def _member(node: Node, entry: Entry) -> Member:
    if node.unknown:
        raise values.unreadable("The sign &{shown}; is not explained in this file.", node.unknown)
    id = values.identity(node.text("id"))
    entry.who = id
    name = values.name(node.text("fullName"))
    return Member(
        ids={_ID: id},
        name=name,
        family_name=entry.read(lambda: values.words(_family_name(name)), ""),
        party=entry.read(lambda: values.words(node.text("nationalPoliticalGroup")), ""),
        faction=entry.read(lambda: values.words(node.text("politicalGroup")), ""),
        mandates=[Mandate(PARLIAMENT, KIND, _country(node.text("country")))],
    )


def _family_name(name: str) -> str:
    """What is in capitals: Zofia da ERDACHT-MUSTER, David McBEISPIEL. Empty where nothing is."""
    parts = name.split()
    first = next((place for place, part in enumerate(parts) if _is_in_capitals(part)), len(parts))
    return " ".join(parts[first:])


def _is_in_capitals(part: str) -> bool:
    letters = "".join(c for c in part if c.isalpha())
    return len(letters) > 1 and letters[-2:].isupper() and not part.endswith(".")


def _country(name: str) -> str:
    plain = values.line(name)
    code = _codes().get(plain.casefold(), "")
    if not code:
        raise values.unreadable("“{shown}” is not a country of the Union.", plain)
    return code


@cache
def _codes() -> dict[str, str]:
    """By name in any of the Union's languages."""
    named = {
        str(Locale.parse(language).territories[code]).casefold(): code for language in _SPOKEN for code in _MEMBERS
    }
    return named | _ALSO


def _area(code: str) -> Area:
    return Area(code, KIND, code, {language: countries.name(code, language) for language in LANGUAGES})

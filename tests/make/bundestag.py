"""Made-up members in the shape of the Bundestag's MDB_STAMMDATEN.XML; the same for a seed."""

import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from io import BytesIO
from random import Random
from xml.sax.saxutils import escape

DTD = b"<!ELEMENT DOCUMENT (VERSION, MDB+)>\r\n<!ELEMENT MDB (ID, NAMEN, BIOGRAFISCHE_ANGABEN, WAHLPERIODEN)>\r\n"
_FIRST = ["Änne", "Jörg", "Käthe", "Günther", "Birgül", "Wiebke", "Ömer", "Hannelore", "Ruben", "Zofia"]
_FAMILY = ["Musterfrau", "Beispiel", "Großmann", "Probst-Lüders", "Öztestürk", "Erdacht", "Weißnicht", "Überall"]
_CONSTITUENCIES = [("001", "Dünental – Nordmark", "SLH"), ("075", "Köpenhain", "BLN"), ("299", "Saarwinkel", "SAA")]
_PARTIES = [("PFM", "Fraktion der Partei für Muster"), ("BÜNDNIS X/DIE MUSTER", "Fraktion Bündnis X/Die Muster")]
_COMMITTEE = "Ausschuss für Menschenrechte und humanitäre Hilfe"


@dataclass(frozen=True)
class Institution:
    kind: str
    name: str
    since: str = ""
    until: str = ""
    role: str = ""


@dataclass(frozen=True)
class Term:
    number: int
    since: str
    until: str = ""
    # Number, name, Land; None for who came by a list.
    constituency: tuple[str, str, str] | None = None
    institutions: tuple[Institution, ...] = ()
    elected: str = ""


@dataclass(frozen=True)
class Name:
    first: str
    family: str
    title: str = ""
    nobility: str = ""
    prefix: str = ""
    place: str = ""
    since: str = "20.10.2009"
    until: str = ""


@dataclass(frozen=True)
class Person:
    id: str
    names: tuple[Name, ...]
    terms: tuple[Term, ...] = field(default_factory=tuple)
    party: str = "PFM"


def people(count: int, seed: int = 7) -> list[Person]:
    """Every third came by a list, every fifth was there before too."""
    chance = Random(seed)
    return [_person(number, chance) for number in range(1, count + 1)]


def _person(number: int, chance: Random) -> Person:
    party, faction = chance.choice(_PARTIES)
    seats = (
        Institution("Fraktion/Gruppe", faction, "25.03.2025"),
        Institution("Ausschuss", _COMMITTEE, "21.05.2025", role="Ordentliches Mitglied"),
        Institution("Parlamentariergruppe", "Deutsch-Erdachte Parlamentariergruppe", "01.07.2025"),
    )
    constituency = None if number % 3 == 0 else _CONSTITUENCIES[number % len(_CONSTITUENCIES)]
    terms = [Term(21, "25.03.2025", "", constituency, seats)]
    if number % 5 == 0:
        terms.insert(0, Term(20, "26.10.2021", "25.03.2025", None, seats[:1]))
    name = Name(chance.choice(_FIRST), chance.choice(_FAMILY))
    return Person(str(11_000_000 + number), (name,), tuple(terms), party)


def file(listed: Iterable[Person], encoding: str = "utf-8-sig", newline: str = "\r\n", doctype: str = "") -> bytes:
    """As the Bundestag writes it: a byte order mark, a DTD beside it, empty elements for what is not said."""
    declared = "UTF-8" if encoding.startswith("utf-8") else encoding
    lines = [
        f'<?xml version="1.0" encoding="{declared}"?>',
        doctype or '<!DOCTYPE DOCUMENT SYSTEM "MDB_STAMMDATEN.DTD">',
        "<DOCUMENT>",
        "  <VERSION>1.0</VERSION>",
        *(line for person in listed for line in _lines(person)),
        "</DOCUMENT>",
    ]
    return (newline.join(lines) + newline).encode(encoding)


def zipped(xml: bytes) -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("MDB_STAMMDATEN.DTD", DTD)
        archive.writestr("MDB_STAMMDATEN.XML", xml)
    return target.getvalue()


def _element(name: str, text: str) -> str:
    return f"<{name}>{escape(text)}</{name}>" if text else f"<{name}/>"


def _wrapped(name: str, lines: list[str]) -> list[str]:
    return [f"  <{name}>", *(f"  {line}" for line in lines), f"  </{name}>"]


def _lines(person: Person) -> list[str]:
    names = [line for name in person.names for line in _wrapped("NAME", _name(name))]
    terms = [line for term in person.terms for line in _wrapped("WAHLPERIODE", _term(term))]
    bare = (_element(name, "") for name in ("STERBEDATUM", "RELIGION", "VITA_KURZ", "VEROEFFENTLICHUNGSPFLICHTIGES"))
    about = ["<GEBURTSDATUM>01.02.1970</GEBURTSDATUM>", *bare, _element("PARTEI_KURZ", person.party)]
    inside = [
        _element("ID", person.id),
        *_wrapped("NAMEN", names),
        *_wrapped("BIOGRAFISCHE_ANGABEN", about),
        *_wrapped("WAHLPERIODEN", terms),
    ]
    return _wrapped("MDB", inside)


def _name(name: Name) -> list[str]:
    said = {
        "NACHNAME": name.family,
        "VORNAME": name.first,
        "ORTSZUSATZ": f"({name.place})" if name.place else "",
        "ADEL": name.nobility,
        "PRAEFIX": name.prefix,
        "ANREDE_TITEL": name.title,
        "AKAD_TITEL": name.title,
        "HISTORIE_VON": name.since,
        "HISTORIE_BIS": name.until,
    }
    return [_element(element, text) for element, text in said.items()]


def _term(term: Term) -> list[str]:
    number, name, land = term.constituency or ("", "", "")
    institutions = [line for each in term.institutions for line in _wrapped("INSTITUTION", _institution(each))]
    said = {
        "WP": str(term.number),
        "MDBWP_VON": term.since,
        "MDBWP_BIS": term.until,
        "WKR_NUMMER": number,
        "WKR_NAME": name,
        "WKR_LAND": land,
        "LISTE": "" if number else "NRW",
        "MANDATSART": term.elected or ("Direktwahl" if number else "Landesliste"),
    }
    return [*(_element(*item) for item in said.items()), *_wrapped("INSTITUTIONEN", institutions)]


def _institution(each: Institution) -> list[str]:
    said = {
        "INSART_LANG": each.kind,
        "INS_LANG": each.name,
        "MDBINS_VON": each.since,
        "MDBINS_BIS": each.until,
        "FKT_LANG": each.role,
        "FKTINS_VON": each.since if each.role else "",
        "FKTINS_BIS": each.until if each.role else "",
    }
    return [_element(*item) for item in said.items()]

"""The French Assemblée nationale's open data of deputies (AMO10 and its likes): the zip of JSON files in acteur/ and
organe/, the one file that holds all, or a single one of them."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from service.advocacy.register import archive, json_entries, values
from service.advocacy.register.found import Area, Found, Mandate, Member, NotARegister, Seat
from service.advocacy.register.json_entries import Item
from service.advocacy.register.telling import Entry, Telling
from service.kit.i18n import Sentence

PARLIAMENT = "fr-an"
INTO = ("export", "acteurs", "organes")
_ID = "fr.assemblee"
_PHONE, _WEBSITE = "Téléphone", "Site internet"
_KIND = "constituency"
_LONGEST_CODE, _LONGEST_ROLE = 40, 40
Json = dict[str, Any]


def read(content: bytes) -> Found:
    telling = Telling()
    people: list[tuple[Entry, Json]] = []
    bodies: dict[str, Json] = {}
    for file, item in _items(content, telling):
        entry = Entry(telling, item.line, file)
        if not isinstance(item.value, dict):
            entry.tell(Sentence("This entry is no object."))
        elif item.name == "acteur":
            people.append((entry, item.value))
        else:
            bodies[_text(item.value, "uid")] = item.value
    if not people:
        raise NotARegister(why="There is no deputy (acteur) in this file.")
    members: dict[str, Member] = {}
    areas: dict[str, Area] = {}
    for entry, acteur in people:
        one = _Deputy(acteur, bodies, entry)
        member = entry.read(one.member, None)
        if member and member.ids[_ID] in members:
            entry.tell(Sentence("This id stands here a second time; the entry before counts."))
        elif member:
            members[member.ids[_ID]] = member
            areas |= one.areas
    return Found(members=list(members.values()), areas=sorted(areas.values(), key=_by_code), unread=telling.all())


def _items(content: bytes, telling: Telling) -> Iterator[tuple[str, Item]]:
    if not archive.is_zip(content):
        yield from (("", item) for item in json_entries.entries(content, INTO) if item.name in ("acteur", "organe"))
        return
    for name, file in archive.files(content, ".json"):
        try:
            items = [item for item in json_entries.entries(file, INTO) if item.name in ("acteur", "organe")]
        except NotARegister as problem:
            telling.add(1, problem.told, name)
            continue
        yield from ((name, item) for item in items)


class _Deputy:
    def __init__(self, acteur: Json, bodies: dict[str, Json], entry: Entry) -> None:
        self._acteur = acteur
        self._bodies = bodies
        self._entry = entry
        self.areas: dict[str, Area] = {}

    def member(self) -> Member | None:
        """Raises Unreadable where it cannot be said who this is."""
        id = values.identity(_text(self._acteur, "uid"))
        self._entry.who = id
        ident = _part(_part(self._acteur, "etatCivil"), "ident")
        family = values.family_name(_text(ident, "nom"))
        name = values.name(f"{_text(ident, 'prenom')} {family}")
        terms = [term for each in self._terms("ASSEMBLEE") if (term := self._read(self._mandate, each))]
        if not terms:
            self._entry.tell(Sentence("No mandate in the Assemblée nationale could be read, so they were left out."))
            return None
        return Member(
            ids={_ID: id},
            name=name,
            family_name=family,
            party=self._body_of_today("PARPOL"),
            faction=self._body_of_today("GP"),
            email=self._first("AdresseMail_Type", "", values.email),
            phone=self._first("AdresseTelephonique_Type", _PHONE, values.phone),
            postal=self._postal(),
            website=self._first("AdresseSiteWeb_Type", _WEBSITE, values.website),
            mandates=sorted(terms, key=lambda term: str(term.since)),
            seats=list(self._seats()),
        )

    def _read(self, read: Any, each: Json) -> Any:
        return self._entry.read(partial(read, each), None)

    def _terms(self, kind: str) -> list[Json]:
        terms = _all(_part(self._acteur, "mandats").get("mandat"))
        return [each for each in terms if _text(each, "typeOrgane") == kind]

    def _mandate(self, term: Json) -> Mandate:
        since, until = _span(term)
        place = _part(_part(term, "election"), "lieu")
        department, number = _text(place, "numDepartement"), _text(place, "numCirco")
        if not department and not number:
            return Mandate(PARLIAMENT, since=since, until=until)
        if not (department.isalnum() and len(department) < 5 and number.isdecimal() and len(number) < 4):
            raise values.unreadable("“{shown}” is not a circonscription.", f"{department}-{number}")
        code = f"{department}-{int(number):02}"
        called = values.words(_text(place, "departement")) or department
        self.areas[code] = Area("FR", _KIND, code, {"": f"{called} ({_ordinal(int(number))} circonscription)"})
        return Mandate(PARLIAMENT, _KIND, code, since, until)

    def _body_of_today(self, kind: str) -> str:
        """Its name; of those that have not ended the one that began last."""
        spans = [(each, self._read(_span, each)) for each in self._terms(kind)]
        running = [(str(span[0]), each) for each, span in spans if span and span[1] is None]
        if not running:
            return ""
        refs = _refs(max(running, key=lambda pair: pair[0])[1])
        return next((name for ref in refs if (name := self._entry.read(partial(self._called, ref), ""))), "")

    def _called(self, ref: str) -> str:
        if ref not in self._bodies:
            raise values.unreadable("What {shown} is called does not stand in this file.", ref)
        return values.words(_text(self._bodies[ref], "libelle"))

    def _seats(self) -> Iterator[Seat]:
        for term in self._terms("COMPER"):
            for ref in _refs(term):
                if seat := self._read(partial(self._seat, ref), term):
                    yield seat

    def _seat(self, ref: str, term: Json) -> Seat:
        since, until = _span(term)
        role = values.words(_text(_part(term, "infosQualite"), "codeQualite"), _LONGEST_ROLE)
        return Seat(PARLIAMENT, values.code(ref, _LONGEST_CODE), {"fr": self._called(ref)}, role, since, until)

    def _addresses(self, kind: str) -> list[Json]:
        """Those with the smallest weight come first, as the Assemblée wants them shown."""
        found = [
            each for each in _all(_part(self._acteur, "adresses").get("adresse")) if _text(each, "@xsi:type") == kind
        ]
        return sorted(found, key=_weight)

    def _first(self, kind: str, label: str, read: Any) -> str:
        said = [_text(each, "valElec") for each in self._addresses(kind) if label in ("", _text(each, "typeLibelle"))]
        return next((value for text in said if (value := self._entry.read(partial(read, text), ""))), "")

    def _postal(self) -> str:
        return next(
            (text for each in self._addresses("AdressePostale_Type") if (text := self._read(_lines, each))), ""
        )


def _lines(address: Json) -> str:
    street = f"{_text(address, 'numeroRue')} {_text(address, 'nomRue')}"
    town = f"{_text(address, 'codePostal')} {_text(address, 'ville')}"
    return values.postal([_text(address, "intitule"), street, _text(address, "complementAdresse"), town])


def _span(term: Json) -> Any:
    return values.span(_text(term, "dateDebut"), _text(term, "dateFin"))


def _refs(term: Json) -> list[str]:
    said = _part(term, "organes").get("organeRef")
    return [each for each in (said if isinstance(said, list) else [said]) if isinstance(each, str)]


def _text(around: Json, name: str) -> str:
    """Also of {"@xsi:type": …, "#text": "PA1"}; empty for null, and for {"@xsi:nil": "true"}."""
    said = around.get(name)
    if isinstance(said, dict):
        said = said.get("#text")
    return said.strip() if isinstance(said, str) else ""


def _part(around: Json, name: str) -> Json:
    said = around.get(name)
    return said if isinstance(said, dict) else {}


def _all(said: Any) -> list[Json]:
    """Of one object, where there is only one, or of an array."""
    return [each for each in (said if isinstance(said, list) else [said]) if isinstance(each, dict)]


def _weight(address: Json) -> int:
    weight = _text(address, "poids")
    return int(weight) if weight.isascii() and weight.isdecimal() and len(weight) < 6 else 99_999


def _ordinal(number: int) -> str:
    return "1re" if number == 1 else f"{number}e"


def _by_code(area: Area) -> str:
    return area.code

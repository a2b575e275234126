"""A plain CSV of our own: members, or places with their areas, with the headers below in English, German or French.

A member who sits for several areas or was elected several times has several rows with the same id.
"""

import re
from collections.abc import Iterator
from functools import partial

import msgspec

from service.advocacy.register import cantons, csv_rows, values
from service.advocacy.register.csv_rows import Row
from service.advocacy.register.found import Area, Found, Mandate, Member, NoParliament, NotARegister, Place, Seat
from service.advocacy.register.telling import Entry, Telling
from service.cases.sources import spreadsheet
from service.kit.i18n import Sentence

# Of each column the header in English, German and French, and what else is understood.
MEMBERS = {
    "id": ("id", "Kennung", "identifiant"),
    "parliament": ("parliament", "Parlament", "parlement"),
    "name": ("name", "Name", "nom"),
    "family_name": ("family name", "Nachname", "nom de famille", "surname", "Familienname"),
    "party": ("party", "Partei", "parti"),
    "faction": ("faction", "Fraktion", "groupe", "group", "groupe parlementaire"),
    "languages": ("languages", "Sprachen", "langues", "language", "Sprache", "langue"),
    "email": ("e-mail", "E-Mail", "courriel", "mail", "E-Mail-Adresse", "adresse e-mail", "e-mail address"),
    "phone": ("telephone", "Telefon", "téléphone", "phone"),
    "postal": ("postal address", "Postadresse", "adresse postale", "address", "Adresse", "postal"),
    "website": ("website", "Webseite", "site web", "Website", "site internet"),
    "since": ("since", "seit", "depuis"),
    "until": ("until", "bis", "jusqu’au", "jusque"),
    "committees": ("committees", "Kommissionen", "commissions", "Ausschüsse"),
}
AREAS = {
    "area": ("area", "Gebiet", "territoire", "Kanton", "canton", "Wahlkreis", "constituency", "circonscription"),
    "area_name": ("area name", "Name des Gebiets", "nom du territoire"),
    "area_kind": ("kind of area", "Art des Gebiets", "type de territoire", "area kind"),
}
PLACES = {
    "country": ("country", "Land", "pays"),
    "postcode": ("postcode", "Postleitzahl", "code postal", "PLZ", "NPA", "zip"),
    "town": ("town", "Ort", "localité", "Ortschaft", "commune", "place"),
    "valid_from": ("valid from", "gültig ab", "valable dès"),
    "valid_until": ("valid until", "gültig bis", "valable jusqu’au"),
}
# What an area of these is, where a file does not say.
_KINDS = {"ch-nr": "canton", "ch-sr": "canton", "de-bt": "constituency", "fr-an": "constituency", "eu-ep": "country"}
_DEFAULT_KIND = "area"
_PARLIAMENT = re.compile(r"[a-z]{2}-[a-z0-9]{2,12}", re.ASCII)
_COUNTRY = re.compile(r"[A-Z]{2}", re.ASCII)
_LANGUAGE = re.compile(r"[a-z]{2}", re.ASCII)
_POSTCODE = re.compile(r"[A-Z0-9][A-Z0-9 -]{1,11}", re.ASCII)
_CODES, _KIND_LENGTH = 40, 20
_DETAILS = ("name", "family_name", "party", "faction", "languages", "email", "phone", "postal", "website")


def read(content: bytes, parliament: str = "") -> Found:
    """`parliament`: whose members these are in rows that do not say so. Raises NotARegister, NoParliament."""
    telling = Telling()
    header = csv_rows.header(content)
    places = is_of_places(header)
    columns = _by_header((PLACES if places else MEMBERS) | AREAS)
    _tell_unused(header, columns, telling)
    needed = ("postcode", "town", "area") if places else ("name",)
    if not (places or parliament or "parliament" in {columns.get(spreadsheet.plain(cell)) for cell in header}):
        raise NoParliament
    reader = _Places(parliament) if places else _Members(parliament)
    for row in csv_rows.rows(content, columns, needed, telling):
        entry = Entry(telling, row.line)
        entry.read(partial(reader.take, row, entry), None)
    return reader.found(telling)


def is_of_places(header: list[str]) -> bool:
    columns = _by_header(PLACES | AREAS | MEMBERS)
    named = {columns.get(spreadsheet.plain(cell)) for cell in header}
    return {"postcode", "town", "area"} <= named and "name" not in named


def is_of_members(header: list[str]) -> bool:
    columns = _by_header(MEMBERS | AREAS)
    named = {columns[plain] for cell in header if (plain := spreadsheet.plain(cell)) in columns}
    return "name" in named and len(named) > 1


def _tell_unused(header: list[str], columns: dict[str, str], telling: Telling) -> None:
    seen: set[str] = set()
    for cell in header:
        column, shown = columns.get(spreadsheet.plain(cell), ""), values.shorten(cell)
        if column in seen:
            telling.add(
                1, Sentence("The column “{column}” says what one before it says; that one counts.", column=shown)
            )
        elif not column and shown:
            telling.add(1, Sentence("The column “{column}” is none that we know, so it was left out.", column=shown))
        seen |= {column} if column else set()


def _by_header(columns: dict[str, tuple[str, ...]]) -> dict[str, str]:
    own = {spreadsheet.plain(column): column for column in columns}
    return {spreadsheet.plain(header): column for column, headers in columns.items() for header in headers} | own


class _Members:
    def __init__(self, parliament: str) -> None:
        self._parliament = parliament
        self._members: dict[tuple[str, str], Member] = {}
        self._lines: dict[tuple[str, str], int] = {}
        self._areas: dict[tuple[str, str, str], Area] = {}

    def found(self, telling: Telling) -> Found:
        if not self._members and not telling.all():
            raise NotARegister(why="There is no member in this file.")
        areas = list(self._areas.values())
        return Found(members=list(self._members.values()), areas=areas, unread=telling.all())

    def take(self, row: Row, entry: Entry) -> None:
        """Raises Unreadable for a row of which nothing can be taken."""
        cells = row.cells
        name = values.name(cells.get("name", ""))
        id = values.words(cells.get("id", ""), values.LONGEST_ID)
        entry.who = id or name
        parliament = self._of(cells)
        key = (parliament, id or f"={name}")
        if key in self._members and not id:
            raise values.unreadable("There is another {shown} without an id; only an id tells them apart.", name)
        member = self._member(row, entry, parliament, id or name)
        before = self._members.get(key)
        if before is None:
            self._members[key], self._lines[key] = member, row.line
            return
        self._tell_contradictions(before, member, self._lines[key], entry)
        mandates = list(dict.fromkeys((*before.mandates, *member.mandates)))
        seats = [*before.seats, *(seat for seat in member.seats if seat not in before.seats)]
        self._members[key] = msgspec.structs.replace(before, mandates=mandates, seats=seats)

    def _of(self, cells: dict[str, str]) -> str:
        parliament = values.line(cells.get("parliament", "")).lower() or self._parliament
        if not parliament:
            raise values.unreadable("It does not say of which parliament this is a member.")
        if not _PARLIAMENT.fullmatch(parliament):
            raise values.unreadable("“{shown}” is not the key of a parliament, such as ch-nr.", parliament)
        return parliament

    def _member(self, row: Row, entry: Entry, parliament: str, id: str) -> Member:
        said = row.cells.get
        return Member(
            ids={f"csv.{parliament}": id},
            name=values.name(said("name", "")),
            family_name=entry.read(lambda: values.words(said("family_name", "")), ""),
            party=entry.read(lambda: values.words(said("party", "")), ""),
            faction=entry.read(lambda: values.words(said("faction", "")), ""),
            languages=list(_languages(said("languages", ""), entry)),
            email=entry.read(lambda: values.email(said("email", "")), ""),
            phone=entry.read(lambda: values.phone(said("phone", "")), ""),
            postal=entry.read(lambda: values.postal(re.split(r"[\r\n|]+", said("postal", ""))), ""),
            website=entry.read(lambda: values.website(said("website", "")), ""),
            mandates=[self._mandate(row.cells, parliament)],
            seats=list(_seats(said("committees", ""), parliament, entry)),
        )

    def _mandate(self, cells: dict[str, str], parliament: str) -> Mandate:
        since, until = values.span(cells.get("since", ""), cells.get("until", ""))
        if not values.line(cells.get("area", "")):
            return Mandate(parliament, since=since, until=until)
        area = _area(cells, parliament, parliament[:2].upper())
        _keep(self._areas, area)
        return Mandate(parliament, area.kind, area.code, since, until)

    def _tell_contradictions(self, before: Member, again: Member, line: int, entry: Entry) -> None:
        for detail in _DETAILS:
            said = getattr(again, detail)
            if said and said != getattr(before, detail):
                called = MEMBERS[detail][0]
                entry.tell(
                    Sentence("The {column} is another than in line {line}, which counts.", column=called, line=line)
                )


class _Places:
    def __init__(self, parliament: str) -> None:
        self._parliament = parliament
        self._places: dict[Place, None] = {}
        self._areas: dict[tuple[str, str, str], Area] = {}

    def found(self, telling: Telling) -> Found:
        if not self._places and not telling.all():
            raise NotARegister(why="There is no place in this file.")
        return Found(places=list(self._places), areas=list(self._areas.values()), unread=telling.all())

    def take(self, row: Row, entry: Entry) -> None:
        cells = row.cells
        postcode = values.line(cells.get("postcode", "")).upper()
        entry.who = postcode[:12]
        if not _POSTCODE.fullmatch(postcode):
            raise values.unreadable("“{shown}” is not a postcode.", postcode)
        country = values.line(cells.get("country", "")).upper() or self._parliament[:2].upper()
        if not _COUNTRY.fullmatch(country):
            raise values.unreadable("“{shown}” is not a country in two letters.", country)
        town = values.words(cells.get("town", ""))
        if not town or not values.line(cells.get("area", "")):
            raise values.unreadable("There is no town or no area in this row.")
        since, until = values.span(cells.get("valid_from", ""), cells.get("valid_until", ""))
        area = _area(cells, self._parliament, country)
        _keep(self._areas, area)
        self._places[Place(country, postcode, town, area.kind, area.code, since, until)] = None


def _area(cells: dict[str, str], parliament: str, country: str) -> Area:
    """Without a name where the file has none."""
    code = values.code(cells["area"])
    kind = values.words(cells.get("area_kind", ""), _KIND_LENGTH).lower() or _kind(parliament, country, code)
    named = values.words(cells.get("area_name", ""))
    return Area(code if kind == "country" and len(code) == 2 else country, kind, code, {"": named} if named else {})


def _kind(parliament: str, country: str, code: str) -> str:
    """A canton is the one that is known already, whichever Swiss council its members sit in."""
    is_canton = country == cantons.COUNTRY and code in cantons.AREAS
    return _KINDS.get(parliament, cantons.KIND if is_canton else _DEFAULT_KIND)


def _keep(areas: dict[tuple[str, str, str], Area], area: Area) -> None:
    """The first that has a name."""
    key = (area.country, area.kind, area.code)
    if key not in areas or not areas[key].names:
        areas[key] = area


def _languages(cell: str, entry: Entry) -> Iterator[str]:
    for language in dict.fromkeys(values.line(cell).lower().replace(";", ",").replace("/", ",").split(",")):
        plain = language.strip()
        if _LANGUAGE.fullmatch(plain):
            yield plain
        elif plain:
            entry.tell(Sentence("“{shown}” is not a language in two letters.", shown=values.shorten(plain)))


def _seats(cell: str, parliament: str, entry: Entry) -> Iterator[Seat]:
    """Parted by ; or | or lines."""
    for part in dict.fromkeys(re.split(r"[;|\r\n]+", cell)):
        if name := entry.read(partial(values.words, part, values.LONGEST_NAME), ""):
            yield Seat(parliament, values.code(name, _CODES), {"": name})

"""MDB_STAMMDATEN.XML, the German Bundestag's master data of all members since 1949, as it is or in its zip."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from operator import attrgetter

import msgspec

from service.advocacy.register import archive, values, xml_entries
from service.advocacy.register.found import Area, Found, Mandate, Member, NotARegister, Seat
from service.advocacy.register.telling import Entry, Telling
from service.advocacy.register.xml_entries import Node
from service.kit.i18n import Sentence

PARLIAMENT = "de-bt"
ROOT, ENTRY = "DOCUMENT", "MDB"
FILE = "mdb_stammdaten.xml"
_ID = "de.bundestag"
_DIRECT = "Direktwahl"
_FACTION = "Fraktion/Gruppe"
_LONGEST_CODE, _LONGEST_ROLE = 40, 40


class _Term(msgspec.Struct, frozen=True):
    """A member's time in one Wahlperiode. `constituency`: number and name, empty for who came by a list."""

    number: int
    mandate: Mandate
    constituency: tuple[str, str]
    node: Node


def read(content: bytes) -> Found:
    """Constituencies change from one Wahlperiode to the next, so that their areas are valid for some time only."""
    telling = Telling()
    members, terms = [], []
    seen: set[str] = set()
    for node in xml_entries.entries(_xml(content), ENTRY):
        entry = Entry(telling, node.line)
        one = _Person(node, entry)
        member = entry.read(one.member, None)
        if member and member.ids[_ID] in seen:
            entry.tell(Sentence("This id stands here a second time; the entry before counts."))
        elif member:
            seen.add(member.ids[_ID])
            members.append(member)
            terms += one.terms
    if not seen and not telling.all():
        raise NotARegister(why="There is no member (MDB) in this file.")
    return Found(members=members, areas=list(_areas(terms)), unread=telling.all())


def is_archive(names: list[str]) -> bool:
    return any(name.lower().endswith(FILE) for name in names)


def _xml(content: bytes) -> bytes:
    if not archive.is_zip(content):
        return content
    found = next(archive.files(content, FILE), None)
    if found is None:
        raise NotARegister(why="There is no MDB_STAMMDATEN.XML in this archive.")
    return found[1]


class _Person:
    def __init__(self, node: Node, entry: Entry) -> None:
        self._node = node
        self._entry = entry
        self.terms: list[_Term] = []

    def member(self) -> Member | None:
        """Raises Unreadable where it cannot be said who this is."""
        if self._node.unknown:
            raise values.unreadable("The sign &{shown}; is not explained in this file.", self._node.unknown)
        id = values.identity(self._node.text("ID"))
        self._entry.who = id
        known_as = self._known_as()
        family = values.line(" ".join(known_as.text(part) for part in ("ADEL", "PRAEFIX", "NACHNAME")))
        name = self._name(known_as, values.family_name(family))
        self.terms = sorted(self._read_terms(), key=attrgetter("number"))
        if not self.terms:
            self._entry.tell(Sentence("No time in the Bundestag could be read, so this member was left out."))
            return None
        return Member(
            ids={_ID: id},
            name=name,
            family_name=family,
            party=self._party(),
            faction=self._faction(),
            mandates=[term.mandate for term in self.terms],
            seats=[seat for term in self.terms for seat in self._seats(term)],
        )

    def _known_as(self) -> Node:
        """The name of today: of those that have not ended the one that began last."""
        names = self._node.all("NAMEN", "NAME")
        if not names:
            raise values.unreadable("There is no name.")
        since = {id(name): values.day(name.text("HISTORIE_VON")) or date.min for name in names}
        return max(names, key=lambda name: (not name.text("HISTORIE_BIS"), since[id(name)]))

    def _name(self, known_as: Node, family: str) -> str:
        """With the place that tells two of the same name apart: Anna Beispiel (Musterstadt)."""
        place = known_as.text("ORTSZUSATZ").strip("() ")
        parts = (known_as.text("ANREDE_TITEL"), known_as.text("VORNAME"), family, f"({place})" if place else "")
        return values.name(" ".join(parts))

    def _party(self) -> str:
        said = next((node.text("PARTEI_KURZ") for node in self._node.all("BIOGRAFISCHE_ANGABEN")), "")
        return self._entry.read(lambda: values.words(said), "")

    def _read_terms(self) -> Iterator[_Term]:
        for node in self._node.all("WAHLPERIODEN", "WAHLPERIODE"):
            if term := self._entry.read(partial(self._term, node), None):
                yield term

    def _term(self, node: Node) -> _Term:
        number = node.text("WP")
        if not (number.isascii() and number.isdecimal() and len(number) < 4):
            raise values.unreadable("“{shown}” is not the number of a Wahlperiode.", number)
        since, until = values.span(node.text("MDBWP_VON"), node.text("MDBWP_BIS"))
        if since is None:
            raise values.unreadable("Wahlperiode {shown} has no beginning.", number)
        constituency = _constituency(node) if node.text("MANDATSART") == _DIRECT else ("", "")
        kind = "constituency" if constituency[0] else ""
        return _Term(int(number), Mandate(PARLIAMENT, kind, constituency[0], since, until), constituency, node)

    def _faction(self) -> str:
        """Of the last Wahlperiode, the one that has not ended or else the one that began last."""
        said = [each for each in _institutions(self.terms[-1].node) if each.text("INSART_LANG") == _FACTION]
        since = {
            id(each): self._entry.read(partial(values.day, each.text("MDBINS_VON")), None) or date.min
            for each in said
        }
        last = max(said, key=lambda each: (not each.text("MDBINS_BIS"), since[id(each)]), default=None)
        return self._entry.read(lambda: values.words(last.text("INS_LANG")), "") if last else ""

    def _seats(self, term: _Term) -> Iterator[Seat]:
        for node in _institutions(term.node):
            if "ausschuss" not in node.text("INSART_LANG").lower():
                continue
            if seat := self._entry.read(partial(_seat, node, term.mandate), None):
                yield seat


def _constituency(node: Node) -> tuple[str, str]:
    """Number without leading zeros, and name. Empty where the oldest entries do not say."""
    number = node.text("WKR_NUMMER")
    if not number:
        return "", ""
    if not (number.isascii() and number.isdecimal() and len(number) < 5):
        raise values.unreadable("“{shown}” is not the number of a Wahlkreis.", number)
    number = str(int(number))
    return number, values.words(node.text("WKR_NAME")) or f"Wahlkreis {number}"


def _institutions(term: Node) -> list[Node]:
    return term.all("INSTITUTIONEN", "INSTITUTION")


def _seat(node: Node, mandate: Mandate) -> Seat:
    """Begins and ends with the mandate where the file does not say."""
    name = values.words(node.text("INS_LANG"), values.LONGEST_NAME)
    if not name:
        raise values.unreadable("A committee has no name.")
    since, until = values.span(
        node.text("FKTINS_VON") or node.text("MDBINS_VON"), node.text("FKTINS_BIS") or node.text("MDBINS_BIS")
    )
    return Seat(
        PARLIAMENT,
        values.code(name, _LONGEST_CODE),
        {"de": name},
        values.words(node.text("FKT_LANG"), _LONGEST_ROLE),
        since or mandate.since,
        until or mandate.until,
    )


def _areas(terms: list[_Term]) -> Iterator[Area]:
    """One for as long as a constituency keeps its name from one Wahlperiode to the next."""
    begins: dict[int, date] = {}
    named: dict[str, dict[int, str]] = {}
    for term in terms:
        since = term.mandate.since or date.max
        begins[term.number] = min(begins.get(term.number, since), since)
        if term.constituency[0]:
            named.setdefault(term.constituency[0], {})[term.number] = term.constituency[1]
    for code, names in sorted(named.items(), key=lambda item: int(item[0])):
        yield from _through_time(code, names, begins)


def _through_time(code: str, names: dict[int, str], begins: dict[int, date]) -> Iterator[Area]:
    first = 0
    for number, name in sorted(names.items()):
        first = first or number
        following = min((later for later in begins if later > number), default=0)
        if following and names.get(following) == name:
            continue
        until = begins[following] - timedelta(days=1) if following else None
        yield Area("DE", "constituency", code, {"": name}, begins[first], until)
        first = 0

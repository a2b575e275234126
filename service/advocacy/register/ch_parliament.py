"""The Swiss parliament's exports (ws.parlament.ch): Person, MemberCouncil, PersonCommunication, MemberCommittee and
Canton, in one language or several, joined by PersonNumber.

Whoever ever sat in it may stand in them; a mandate that is over has its last day.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial

import msgspec

from service.advocacy.register import ch_contacts, ch_odata, values
from service.advocacy.register.cantons import AREAS, KIND
from service.advocacy.register.ch_odata import Row
from service.advocacy.register.found import Found, Mandate, Member, NotARegister, Seat
from service.advocacy.register.telling import Telling
from service.kit import clock
from service.kit.i18n import LANGUAGES, Sentence

ID = "ch.parlament"
NATIONAL_COUNCIL, COUNCIL_OF_STATES = "ch-nr", "ch-sr"
_COUNCILS = {
    **dict.fromkeys(("nr", "cn", "n", "nationalrat", "conseil national", "consiglio nazionale"), NATIONAL_COUNCIL),
    **dict.fromkeys(("national council", "cussegl naziunal"), NATIONAL_COUNCIL),
    **dict.fromkeys(("sr", "ce", "cs", "s", "ständerat", "conseil des etats"), COUNCIL_OF_STATES),
    **dict.fromkeys(("conseil des états", "consiglio degli stati", "council of states"), COUNCIL_OF_STATES),
    "cussegl dals chantuns": COUNCIL_OF_STATES,
}
_GOVERNMENT = {"br", "cf", "bundesrat", "conseil fédéral", "consiglio federale", "federal council", "cussegl federal"}
_NATIVE = {
    **dict.fromkeys(("d", "de", "deutsch", "allemand", "tedesco", "german"), "de"),
    **dict.fromkeys(("f", "fr", "französisch", "français", "francese", "french"), "fr"),
    **dict.fromkeys(("i", "it", "italienisch", "italien", "italiano", "italian"), "it"),
    **dict.fromkeys(("r", "rm", "rätoromanisch", "romanche", "romancio", "romansh"), "rm"),
}
_LONGEST_CODE, _LONGEST_ROLE, _LONGEST_FAMILY = 40, 40, 120
ByNumber = Mapping[str, Sequence[Row]]


def read(files: Sequence[tuple[str, bytes]]) -> Found:
    """`files`: name and content of each, JSON or a zip of it. Raises NotARegister."""
    telling = Telling()
    by_entity = ch_odata.rows(files, telling)
    if not by_entity["MemberCouncil"]:
        raise NotARegister(
            why="There is nothing of MemberCouncil in these files, which says who sits in which council."
        )
    cantons = _cantons(by_entity["Canton"])
    by_number = {entity: _by_number(listed) for entity, listed in by_entity.items() if entity != "Canton"}
    _tell_strangers(by_number, telling)
    members, ministers = [], 0
    for number, councils in by_number["MemberCouncil"].items():
        one = _Person(number, {entity: found.get(number, ()) for entity, found in by_number.items()}, cantons)
        if member := councils[0].entry.read(one.member, None):
            members.append(member)
        ministers += one.is_minister
    if ministers:
        telling.add(0, Sentence("People of the Federal Council, left out: {count}.", count=ministers))
    areas = {mandate.area for member in members for mandate in member.mandates}
    return Found(members=members, areas=[a for code, a in AREAS.items() if code in areas], unread=telling.all())


def _cantons(listed: Sequence[Row]) -> dict[str, str]:
    """Abbreviation by number."""
    found = {}
    for row in listed:
        number = row.entry.read(partial(row.number, "CantonNumber"), "")
        code = row.entry.read(partial(row.text, "CantonAbbreviation"), "")
        if number and code in AREAS:
            found[number] = code
    return found


def _by_number(listed: Sequence[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in listed:
        number = row.entry.read(partial(row.number, "PersonNumber"), None)
        if number:
            row.entry.who = number
            found.setdefault(number, []).append(row)
        elif number is not None:
            row.entry.tell(Sentence("There is no PersonNumber."))
    return found


def _tell_strangers(by_number: Mapping[str, ByNumber], telling: Telling) -> None:
    strangers = {number for found in by_number.values() for number in found} - by_number["MemberCouncil"].keys()
    if strangers:
        telling.add(
            0, Sentence("People who sit in no council by these files, left out: {count}.", count=len(strangers))
        )


class _Person:
    """`rows`: theirs, by entity; `is_minister`: in the government, and in no chamber."""

    def __init__(self, number: str, rows: Mapping[str, Sequence[Row]], cantons: Mapping[str, str]) -> None:
        self._number = number
        self._councils = rows["MemberCouncil"]
        self._persons = rows["Person"]
        self._contacts = rows["PersonCommunication"]
        self._committees = rows["MemberCommittee"]
        self._cantons = cantons
        self.is_minister = False

    def member(self) -> Member | None:
        """None for who never sat in a chamber. Raises Unreadable where it cannot be said who this is."""
        both = [*self._councils, *self._persons]
        family = values.words(values.name(ch_odata.first(both, "LastName")), _LONGEST_FAMILY)
        name = values.name(f"{ch_odata.first(both, 'FirstName')} {family}")
        mandates = self._mandates()
        if not mandates:
            if not self.is_minister:
                self._tell(Sentence("No seat could be read, so this person was left out."))
            return None
        self.is_minister = False
        contacts = ch_contacts.read(self._contacts)
        return Member(
            ids={ID: self._number},
            name=name,
            family_name=family,
            party=self._said("PartyAbbreviation", "PartyName"),
            faction=self._said("ParlGroupName", "ParlGroupAbbreviation"),
            languages=self._languages(),
            email=contacts.email,
            phone=contacts.phone,
            website=contacts.website,
            mandates=mandates,
            seats=self._seats(mandates[-1].parliament),
        )

    def _tell(self, why: Sentence) -> None:
        self._councils[0].entry.tell(why)

    def _said(self, *names: str) -> str:
        return self._councils[0].entry.read(lambda: values.words(ch_odata.first(self._councils, *names)), "")

    def _languages(self) -> Sequence[str]:
        if not self._persons:
            return ()
        entry = self._persons[0].entry
        said = entry.read(lambda: ch_odata.first(self._persons, "NativeLanguage"), "")
        known = _NATIVE.get(said.lower())
        if said and not known:
            entry.tell(Sentence("“{said}” is no language of this parliament.", said=values.shorten(said)))
        return (known,) if known else ()

    def _mandates(self) -> list[Mandate]:
        """One after the other, that which goes on last. The languages say the same, so that each stands here once."""
        found: dict[tuple[str, str, object], Mandate] = {}
        for row in self._councils:
            if mandate := row.entry.read(partial(self._mandate, row), None):
                known = found.setdefault((mandate.parliament, mandate.area, mandate.since), mandate)
                if known != mandate:
                    row.entry.tell(Sentence("The same seat ends on another day here than in the entry before it."))
        return sorted(found.values(), key=lambda one: (one.until or date.max, one.since or date.min))

    def _mandate(self, row: Row) -> Mandate | None:
        """Raises Unreadable where it cannot be said in which council, for whom, or whether it is over."""
        parliament = self._parliament(row)
        if not parliament:
            self.is_minister = True
            return None
        since, until, active = row.day("DateJoining"), row.day("DateLeaving"), row.flag("Active")
        if since and until and until < since:
            raise values.unreadable("It ends before it begins ({shown}).", f"{since} – {until}")
        if active is False and not until:
            raise values.unreadable("This seat is over, but not since when.")
        if active and until and until < clock.now().date():
            row.entry.tell(Sentence("This seat ended on {until}, and is called active.", until=until.isoformat()))
        return Mandate(parliament, KIND, self._canton(row), since, until)

    @staticmethod
    def _parliament(row: Row) -> str:
        """Empty for the government."""
        said = [text for name in ("CouncilAbbreviation", "CouncilName") if (text := row.text(name))]
        if any(text.lower() in _GOVERNMENT for text in said):
            return ""
        found = {_COUNCILS[text.lower()] for text in said if text.lower() in _COUNCILS}
        if len(found) != 1:
            raise values.unreadable("“{shown}” is no council that we know.", " ".join(said))
        return found.pop()

    def _canton(self, row: Row) -> str:
        code = row.text("CantonAbbreviation") or self._cantons.get(row.number("Canton"), "")
        if code not in AREAS:
            raise values.unreadable("“{shown}” is not a canton.", code or row.text("CantonName"))
        return code

    def _seats(self, own: str) -> list[Seat]:
        """`own`: the council of the member, for committees of both."""
        found: dict[tuple[str, str], Seat] = {}
        for row in self._committees:
            if seat := row.entry.read(partial(self._seat, row, own), None):
                found[seat.parliament, seat.code] = _joined(found.get((seat.parliament, seat.code), seat), seat)
        return list(found.values())

    @staticmethod
    def _seat(row: Row, own: str) -> Seat:
        code = values.code(row.number("CommitteeNumber"), _LONGEST_CODE)
        name = values.words(row.text("CommitteeName") or row.text("Abbreviation"))
        if not code or not name:
            raise values.unreadable("A committee has no number or no name.")
        parliament = _COUNCILS.get(row.text("CouncilAbbreviation").lower(), own)
        language = row.language.lower() if row.language.lower() in LANGUAGES else ""
        role = values.words(row.text("CommitteeFunctionName"), _LONGEST_ROLE)
        since, until = row.day("DateJoining"), row.day("DateLeaving")
        return Seat(parliament, code, {language: name}, role, since, until)


def _joined(known: Seat, seat: Seat) -> Seat:
    """The same committee in another language, or again at another time; the time that ends last counts."""
    last = max(known, seat, key=lambda one: one.until or date.max)
    names = {**seat.names, **known.names}
    ours = {language: name for language, name in names.items() if language}
    return msgspec.structs.replace(last, names=ours or names, role=known.role or seat.role)

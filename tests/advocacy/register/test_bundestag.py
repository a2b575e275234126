from datetime import date

import pytest

from service.advocacy.register import bundestag
from service.advocacy.register.found import Found, NotARegister
from tests.make import bundestag as make
from tests.make.bundestag import Institution, Name, Person, Term

COMMITTEE = "Ausschuss für Menschenrechte und humanitäre Hilfe"
KATHE = Person(
    "11000101",
    (
        Name("Käthe", "Erdacht", since="01.01.1998", until="31.12.2012"),
        Name("Käthe", "Großmann", title="Dr.", prefix="von", since="01.01.2013"),
    ),
    (
        Term(20, "26.10.2021", "25.03.2025"),
        Term(
            21,
            "25.03.2025",
            constituency=("075", "Köpenhain", "BLN"),
            institutions=(
                Institution("Fraktion/Gruppe", "Fraktion der Alten", "25.03.2025", "30.06.2025"),
                Institution("Fraktion/Gruppe", "Fraktion der Partei für Muster", "01.07.2025"),
                Institution("Ausschuss", COMMITTEE, "21.05.2025", role="Ordentliches Mitglied"),
                Institution("Parlamentariergruppe", "Deutsch-Erdachte Gruppe", "01.07.2025"),
            ),
        ),
    ),
)


def told(found: Found) -> list[tuple[int, str]]:
    return [(each.line, str(each.why)) for each in found.unread]


def line_of(content: bytes, id: str) -> int:
    """Where the MDB of that id begins."""
    before = content.decode("utf-8-sig").split(f"<ID>{id}</ID>")[0]
    return before[: before.rindex("<MDB>")].count("\n") + 1


def test_kathe_is_read_with_her_name_of_today_and_her_mandates_of_both_periods() -> None:
    [member] = bundestag.read(make.file([KATHE])).members
    assert (member.ids, member.name, member.family_name) == (
        {"de.bundestag": "11000101"},
        "Dr. Käthe von Großmann",
        "von Großmann",
    )
    assert (member.party, member.faction) == ("PFM", "Fraktion der Partei für Muster")
    assert [(each.parliament, each.kind, each.area, each.since, each.until) for each in member.mandates] == [
        ("de-bt", "", "", date(2021, 10, 26), date(2025, 3, 25)),
        ("de-bt", "constituency", "75", date(2025, 3, 25), None),
    ]


def test_her_committee_is_a_seat_and_a_friendship_group_is_none() -> None:
    [seat] = bundestag.read(make.file([KATHE])).members[0].seats
    assert (seat.names, seat.role, seat.since, seat.until) == (
        {"de": COMMITTEE},
        "Ordentliches Mitglied",
        date(2025, 5, 21),
        None,
    )
    assert len(seat.code) <= 40


def test_nobody_gets_an_address_that_the_file_does_not_have() -> None:
    found = bundestag.read(make.file(make.people(60)))
    assert len(found.members) == 60 and found.unread == ()
    assert {(each.email, each.phone, each.postal, each.website) for each in found.members} == {("", "", "", "")}


def test_members_of_a_list_have_no_constituency() -> None:
    on_list = Person("1", (Name("Jörg", "Beispiel"),), (Term(21, "25.03.2025"),))
    beaten = Person(
        "2", (Name("Ömer", "Erdacht"),), (Term(21, "25.03.2025", "", ("001", "Nord", "SLH"), elected="Landesliste"),)
    )
    found = bundestag.read(make.file([on_list, beaten]))
    assert [each.mandates[0].area for each in found.members] == ["", ""] and list(found.areas) == []


def test_two_of_the_same_name_are_told_apart_by_their_places() -> None:
    frank = Person("1", (Name("Frank", "Muster", nobility="Freiherr", prefix="zu", place="Dorfstadt"),), KATHE.terms)
    [member] = bundestag.read(make.file([frank])).members
    assert (member.name, member.family_name) == ("Frank Freiherr zu Muster (Dorfstadt)", "Freiherr zu Muster")


def test_a_constituency_is_valid_as_long_as_it_keeps_its_name() -> None:
    def elected(id: str, number: int, since: str, until: str, name: str) -> Person:
        return Person(id, (Name("Änne", "Überall"),), (Term(number, since, until, ("080", name, "BLN")),))

    found = bundestag.read(
        make.file(
            [
                elected("1", 19, "24.10.2017", "26.10.2021", "Altdorf"),
                elected("2", 20, "26.10.2021", "25.03.2025", "Altdorf"),
                elected("3", 21, "25.03.2025", "", "Altdorf – Neudorf"),
            ]
        )
    )
    assert [(each.code, each.names[""], each.valid_from, each.valid_until) for each in found.areas] == [
        ("80", "Altdorf", date(2017, 10, 24), date(2025, 3, 24)),
        ("80", "Altdorf – Neudorf", date(2025, 3, 25), None),
    ]


def test_a_constituency_of_the_first_years_may_have_no_name() -> None:
    early = Person("1", (Name("Ruben", "Weißnicht"),), (Term(5, "19.10.1965", "19.10.1969", ("174", "", "BWG")),))
    assert bundestag.read(make.file([early])).areas[0].names == {"": "Wahlkreis 174"}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "utf-16", "iso-8859-1", "windows-1252"])
@pytest.mark.parametrize("newline", ["\r\n", "\n"])
def test_the_file_is_read_in_any_encoding_and_with_any_line_ends(encoding: str, newline: str) -> None:
    plain = make.people(10)
    plain = [one for one in plain if not any(term.constituency and "–" in term.constituency[1] for term in one.terms)]
    found = bundestag.read(make.file(plain, encoding, newline))
    assert [each.family_name for each in found.members] == [one.names[0].family for one in plain]


def test_the_zip_with_the_dtd_beside_it_says_the_same() -> None:
    xml = make.file(make.people(5))
    assert bundestag.read(make.zipped(xml)).members == bundestag.read(xml).members


def test_broken_entries_are_told_by_the_line_on_which_they_begin_and_the_others_read() -> None:
    name = (Name("Wiebke", "Beispiel"),)
    broken = [
        Person("", name, KATHE.terms),
        Person("12", (), KATHE.terms),
        Person("13", (Name("", "<script>"),), KATHE.terms),
        Person("14", name, (Term(21, "31.02.2025"),)),
        Person("15", name, (Term(21, "25.03.2025", "01.01.2025"),)),
        Person("16", name, ()),
        KATHE,
        KATHE,
    ]
    content = make.file(broken)
    found = bundestag.read(content)
    assert [each.ids["de.bundestag"] for each in found.members] == ["11000101"]
    assert told(found)[:3] == [
        (5, "There is no id."),
        (line_of(content, "12"), "12: There is no name."),
        (line_of(content, "13"), "13: “<script>” is not a name: it has signs that names do not have."),
    ]
    assert (line_of(content, "14"), "14: “31.02.2025” is not a day of the calendar.") in told(found)
    assert (line_of(content, "15"), "15: It ends before it begins (25.03.2025 – 01.01.2025).") in told(found)
    assert told(found)[-1][1] == "11000101: This id stands here a second time; the entry before counts."


def test_one_broken_period_does_not_take_the_others_along() -> None:
    terms = (*KATHE.terms[:1], Term(21, "soon", constituency=("075", "Köpenhain", "BLN")))
    found = bundestag.read(make.file([Person("11", KATHE.names, terms)]))
    assert len(found.members[0].mandates) == 1
    assert told(found) == [(5, "11: “soon” is not a date.")]


def test_a_committee_with_a_broken_date_is_told_and_left_out() -> None:
    seat = Institution("Ausschuss", COMMITTEE, "99.99.2025", role="Vorsitzende")
    found = bundestag.read(make.file([Person("11", KATHE.names, (Term(21, "25.03.2025", institutions=(seat,)),))]))
    assert list(found.members[0].seats) == []
    assert told(found) == [(5, "11: “99.99.2025” is not a day of the calendar.")]


def test_a_sign_that_only_the_dtd_explains_is_told_and_not_dropped_from_a_name() -> None:
    content = make.file([KATHE]).replace("Großmann".encode(), b"Gro&szlig;mann")
    found = bundestag.read(content)
    assert list(found.members) == [] and told(found) == [(5, "The sign &szlig; is not explained in this file.")]


LAUGHS = (
    '<!DOCTYPE DOCUMENT [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1 if n > 1 else chr(0)};" * 10}">'.replace("\0", "") for n in range(1, 10))
    + "]>"
)


@pytest.mark.parametrize(
    "doctype",
    [
        LAUGHS,
        '<!DOCTYPE DOCUMENT [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        "<!DOCTYPE DOCUMENT [<!ELEMENT a ANY>]>",
    ],
)
def test_a_file_with_entities_of_its_own_is_refused(doctype: str) -> None:
    with pytest.raises(NotARegister, match="of its own"):
        bundestag.read(make.file([KATHE], doctype=doctype))


def test_a_file_that_breaks_off_is_refused_and_looks_like_no_parliament_that_lost_its_members() -> None:
    content = make.file(make.people(50))
    with pytest.raises(NotARegister, match=r"broken in line \d+"):
        bundestag.read(content[: len(content) // 2])


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"<DOCUMENT>" + b"<MDB>" * 100, "nested deeper"),
        (b"<DOCUMENT><MDB>" + b"<A/>" * 30_000, "more parts"),
        (b"<DOCUMENT>" + b"<MDB/>" * 100_001, "more entries"),
        (b"", "no member"),
        (b"<DOCUMENT/>", "no member"),
        (b'<?xml version="1.0" encoding="klingon"?><DOCUMENT/>', "broken|encoding"),
        (b"PK\x03\x04 and nothing more", "damaged"),
    ],
)
def test_a_hostile_or_empty_file_is_refused_in_a_sentence(content: bytes, why: str) -> None:
    with pytest.raises(NotARegister, match=why):
        bundestag.read(content)

from datetime import date

import pytest

from service.advocacy.register import plain_csv
from service.advocacy.register.found import Found, NotARegister
from service.cases.sources import spreadsheet
from tests.make import plain_register as make


def read(text: str, parliament: str = "ch-nr") -> Found:
    return plain_csv.read(text.encode(), parliament)


def told(found: Found) -> list[tuple[int, str]]:
    return [(each.line, str(each.why)) for each in found.unread]


@pytest.mark.parametrize("language", ["en", "de", "fr"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_council_is_read_however_the_spreadsheet_saved_it(language: str, delimiter: str, encoding: str) -> None:
    content = make.file(make.MEMBERS[language], make.people(40), delimiter, encoding)
    found = plain_csv.read(content, "ch-nr")
    assert (len(found.members), told(found)) == (40, [])
    assert [each.name for each in found.members] == [row[1] for row in make.people(40)]


@pytest.mark.parametrize(("parliament", "kind"), [("ch-youth", "canton"), ("at-nr", "area")])
def test_a_canton_is_not_kept_twice_for_another_swiss_council(parliament: str, kind: str) -> None:
    found = read("name;area\nRosa Beispiel;BE\n", parliament)
    assert [(each.kind, each.code) for each in found.areas] == [(kind, "BE")]


def test_a_member_is_read_with_all_that_the_row_says() -> None:
    [row] = make.people(1)
    [member] = plain_csv.read(make.file(make.MEMBERS["de"], [row]), "ch-nr").members
    assert (member.ids, member.name, member.family_name) == ({"csv.ch-nr": "4001"}, row[1], row[2])
    assert (member.party, member.faction, list(member.languages)) == (
        "Partei; der Muster",
        "Fraktion „M“",
        ["de", "fr"],
    )
    assert (member.email, member.phone) == ("nr.1@example.org", "+41 58 555 00 00")
    assert member.postal == "Bundesplatz 3\n3003 Bern"
    [mandate] = member.mandates
    assert (mandate.parliament, mandate.kind, mandate.area, mandate.since) == (
        "ch-nr",
        "canton",
        row[9],
        date(2023, 12, 4),
    )
    assert [seat.names[""] for seat in member.seats] == [
        "Aussenpolitische Kommission (APK)",
        "Geschäftsprüfungskommission",
    ]


def test_the_areas_of_members_are_found_with_their_names() -> None:
    found = plain_csv.read(make.file(make.MEMBERS["de"], make.people(40)), "ch-nr")
    assert {(each.country, each.kind, each.code, each.names[""]) for each in found.areas} <= {
        ("CH", "canton", "ZH", "Zürich"),
        ("CH", "canton", "GE", "Genève"),
        ("CH", "canton", "GR", "Graubünden"),
        ("CH", "canton", "UR", "Uri"),
    }


def test_who_has_no_address_gets_none_and_who_has_no_area_is_sent_by_nobody_in_particular() -> None:
    found = read("name;party\nAnna Muster;PFM\n", "at-nr")
    [member] = found.members
    assert (member.email, member.phone, member.mandates[0].kind, member.mandates[0].area) == ("", "", "", "")
    assert member.ids == {"csv.at-nr": "Anna Muster"}


def test_several_rows_of_one_id_are_several_mandates() -> None:
    found = read(
        "id;name;party;area;since;until\n"
        "7;Anna Muster;PFM;ZH;2019-12-02;2023-12-03\n"
        "7;Anna Muster;XYZ;BE;2023-12-04;\n"
        "7;Anna Muster;PFM;BE;2023-12-04;\n"
    )
    [member] = found.members
    assert [(each.area, each.until) for each in member.mandates] == [("ZH", date(2023, 12, 3)), ("BE", None)]
    assert (member.party, told(found)) == ("PFM", [(3, "7: The party is another than in line 2, which counts.")])


def test_two_of_the_same_name_need_an_id() -> None:
    found = read("name;party\nAnna Muster;PFM\nAnna Muster;XYZ\n")
    assert len(found.members) == 1
    assert told(found) == [
        (3, "Anna Muster: There is another Anna Muster without an id; only an id tells them apart.")
    ]


def test_rows_may_name_their_parliament() -> None:
    found = read("name;Parlament;Gebiet\nAnna Muster;de-bt;75\nUrs Muster;at-nr;Tirol\nUli Muster;Bundestag;1\n", "")
    assert [(each.mandates[0].parliament, each.mandates[0].kind) for each in found.members] == [
        ("de-bt", "constituency"),
        ("at-nr", "area"),
    ]
    assert told(found) == [(4, "Uli Muster: “bundestag” is not the key of a parliament, such as ch-nr.")]


def test_broken_cells_and_rows_are_told_by_line() -> None:
    found = read(
        "id;name;e-mail;telephone;website;languages;since;until;notes;canton;area\n"
        "1;Anna Muster;anna at example.org;call me;javascript:alert(1);German;;;x;ZH;BE\n"
        "2;=1+1;;;;;;;;;\n"
        "3;Urs Muster;;;;;soon;;;;\n"
        "4;Uli Muster;;;;;2024-01-01;2023-01-01;;;\n"
        ";;;;;;2024-01-01;;;;\n"
    )
    [anna] = found.members
    assert (anna.email, anna.phone, anna.website, list(anna.languages), anna.mandates[0].area) == (
        "",
        "",
        "",
        [],
        "ZH",
    )
    assert told(found) == [
        (1, "The column “notes” is none that we know, so it was left out."),
        (1, "The column “area” says what one before it says; that one counts."),
        (2, "1: “German” is not a language in two letters.".replace("German", "german")),
        (2, "1: “anna at example.org” is not an e-mail address."),
        (2, "1: “call me” is not a telephone number."),
        (2, "1: “javascript:alert(1)” is not a web address."),
        (3, "“=1+1” is not a name: it has signs that names do not have."),
        (4, "3: “soon” is not a date."),
        (5, "4: It ends before it begins (2024-01-01 – 2023-01-01)."),
        (6, "There is no name."),
    ]


@pytest.mark.parametrize("language", ["en", "de", "fr"])
def test_places_may_lie_in_several_areas(language: str) -> None:
    rows = [["1410", "Denezy", "VD"], ["1410", "Denezy", "FR"], ["1410", "Denezy", "FR"], ["?", "Nowhere", "VD"]]
    found = plain_csv.read(make.file(make.PLACES[language], rows), "ch-nr")
    assert [(each.country, each.postcode, each.kind, each.area) for each in found.places] == [
        ("CH", "1410", "canton", "VD"),
        ("CH", "1410", "canton", "FR"),
    ]
    assert told(found) == [(5, "?: “?” is not a postcode.")]


def test_every_header_that_is_documented_stands_for_one_column_alone() -> None:
    for columns in (plain_csv.MEMBERS | plain_csv.AREAS, plain_csv.PLACES | plain_csv.AREAS):
        headers = [(spreadsheet.plain(header), column) for column, all in columns.items() for header in all]
        assert len({header for header, _column in headers}) == len(set(headers))


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        (b"\xff\xfe", "empty"),
        (b"first;second\n1;2\n", "no column “name”"),
        (b"name;party\n", "no member"),
        (b"%PDF-1.7 name;party\n", "."),
        (b"name;" * 300 + b"\n", "columns"),
        (b'name;party\n"' + b"x" * 20_000_000, "larger than"),
    ],
)
def test_what_is_no_list_is_refused_in_a_sentence(content: bytes, why: str) -> None:
    with pytest.raises(NotARegister, match=why):
        plain_csv.read(content, "ch-nr")

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from service.advocacy.register import ch_parliament
from service.advocacy.register.found import Found, Mandate, Member, NotARegister, Seat
from service.kit import clock
from tests.make import ch_parliament as make
from tests.make.ch_parliament import NEVER, Councillor

ANNA = Councillor(4200, "Anna", "Probe", "BE")


def one(person: Councillor, **languages: Any) -> Member:
    [member] = ch_parliament.read(make.files([person], **languages)).members
    return member


def told(found: Found) -> list[str]:
    return [str(unread.why) for unread in found.unread]


def changed(entity: str, person: Councillor = ANNA, **said: Any) -> Found:
    """The export in German, with other values in the first row of an entity."""
    rows = make.entities([person], "DE")
    rows[entity][0] |= said
    return ch_parliament.read([(f"{name}.json", json.dumps(each).encode()) for name, each in rows.items()])


def test_both_councils_are_joined_from_the_files_of_five_entities_in_three_languages() -> None:
    found = ch_parliament.read(make.files())
    assert [member.name for member in found.members] == [
        "Rahel Muster-Tobler",
        "Élodie d'Exemple",
        "Ticino Campione",
        "Ueli Beispiel",
    ]
    assert [member.mandates[0].parliament for member in found.members] == ["ch-nr", "ch-sr", "ch-nr", "ch-nr"]
    assert [member.languages for member in found.members] == [("de",), ("fr",), ("it",), ()]
    assert [area.code for area in found.areas] == ["ZH", "BE", "TI", "VD"]
    assert found.members[0].ids == {"ch.parlament": "4101"}
    assert (found.members[0].party, found.members[0].faction) == ("DEM", "Demokratische Fraktion")


@pytest.mark.parametrize("languages", [("DE",), ("FR",), ("IT",), ("IT", "FR", "DE")])
def test_a_member_sits_in_the_same_council_in_whatever_language(languages: tuple[str, ...]) -> None:
    states = replace(ANNA, council="SR")
    assert one(ANNA, languages=languages).mandates == [Mandate("ch-nr", "canton", "BE", date(2023, 12, 4))]
    assert one(states, languages=languages).mandates == [Mandate("ch-sr", "canton", "BE", date(2023, 12, 4))]


def test_german_words_come_before_french_ones_whatever_the_order_of_the_files() -> None:
    files = make.files()
    assert ch_parliament.read(files[::-1]).members[-1].party == "DEM"
    assert one(ANNA, languages=("FR",)).party == "PDM"


def test_one_zip_says_the_same_as_its_files() -> None:
    apart, packed = ch_parliament.read(make.files()), ch_parliament.read([("a.zip", make.zipped(make.files()))])
    assert packed.members == apart.members and told(packed) == told(apart)


@pytest.mark.parametrize("shape", ["results", "d", "list", "value"])
def test_the_list_may_stand_in_any_of_the_shapes_that_exports_have(shape: str) -> None:
    def shaped(rows: make.Rows) -> bytes:
        forms = {"results": {"d": {"results": rows}}, "d": {"d": rows}, "list": rows, "value": {"value": rows}}
        return json.dumps(forms[shape]).encode("utf-8-sig")

    files = [(name, shaped(rows)) for name, rows in make.entities(make.PEOPLE, "DE").items()]
    assert len(ch_parliament.read(files).members) == 4


def test_without_metadata_an_entity_is_known_by_its_columns() -> None:
    rows = make.entities(make.PEOPLE, "DE")
    for each in (row for listed in rows.values() for row in listed):
        del each["__metadata"], each["Persons"]
    members = ch_parliament.read([(f"{n}.json", json.dumps(rows[n]).encode()) for n in rows]).members
    assert members == ch_parliament.read(make.files(languages=("DE",))).members


def test_the_parliaments_own_address_is_taken_before_others_and_a_fax_never() -> None:
    rahel = one(make.PEOPLE[0])
    assert rahel.email == "rahel.muster-tobler@parl.ch"
    assert (rahel.phone, rahel.website) == ("+41 44 000 00 00", "https://www.muster.example")


@pytest.mark.parametrize("language", make.LANGUAGES)
def test_a_private_address_is_left_alone_and_no_other_one_is_guessed(language: str) -> None:
    found = ch_parliament.read(make.files([make.PEOPLE[1]], (language,)))
    assert found.members[0].email == ""
    assert told(found) == ["4102: The only e-mail address is a private one, and was left out."]


def test_committees_have_their_names_by_language_and_those_of_both_councils_are_the_members_own() -> None:
    assert one(make.PEOPLE[0]).seats == [
        Seat(
            *("ch-nr", "5"),
            {"de": "Aussenpolitische Kommission NR", "fr": "Commission de politique extérieure CN"},
            "Mitglied",
        ),
        Seat(
            *("ch-nr", "60"),
            {"de": "Delegation beim Europarat", "fr": "Délégation auprès du Conseil de l'Europe"},
            "Mitglied",
        ),
    ]
    states = replace(ANNA, council="SR", committees=("Del-ER",))
    assert [seat.parliament for seat in one(states).seats] == ["ch-sr"]


def test_a_committee_in_italian_alone_has_one_name_for_all() -> None:
    [seat] = one(replace(ANNA, committees=("APK-N",)), languages=("IT",)).seats
    assert seat.names == {"": "Aussenpolitische Kommission NR"}


def test_who_left_has_a_last_day_and_who_sits_has_none() -> None:
    ueli = one(make.PEOPLE[3])
    assert ueli.mandates == [Mandate("ch-nr", "canton", "BE", date(2015, 11, 30), date(2023, 12, 3))]
    assert one(ANNA).mandates[0].until is None


def test_who_moved_from_one_council_to_the_other_has_two_mandates_and_the_present_one_last() -> None:
    then = {"DE": "ALT", "FR": "VIEUX", "IT": "VEC"}
    before = replace(ANNA, joined=date(2011, 12, 5), left=date(2019, 12, 1), active=False, party=then)
    after = replace(ANNA, council="SR", joined=date(2019, 12, 2))
    for people in ([after, before], [before, after]):
        rows = make.entities(people, "DE")["MemberCouncil"]
        [member] = ch_parliament.read([("MemberCouncil.json", make.odata(rows))]).members
        assert [one.parliament for one in member.mandates] == ["ch-nr", "ch-sr"]
        assert [one.until for one in member.mandates] == [date(2019, 12, 1), None]
        assert member.party == "DEM"


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("/Date(1701648000000)/", date(2023, 12, 4)),
        ("/Date(1701644400000+0100)/", date(2023, 12, 4)),
        ("2023-12-04T00:00:00", date(2023, 12, 4)),
        ("/Date(-6847804800000)/", None),
        ("1753-01-01T00:00:00", None),
        (None, None),
        ("", None),
    ],
)
def test_days_are_read_in_every_form_and_the_day_that_is_none_is_none(said: str | None, day: date | None) -> None:
    found = changed("MemberCouncil", DateJoining=said)
    assert found.members[0].mandates[0].since == day and not found.unread


def test_the_federal_council_is_left_out_and_counted() -> None:
    found = ch_parliament.read(make.files([ANNA, make.PEOPLE[4]]))
    assert [member.name for member in found.members] == ["Anna Probe"]
    assert told(found) == ["People of the Federal Council, left out: 1."]


def test_who_sits_in_no_council_is_left_out_and_counted() -> None:
    files = make.files([ANNA], ("DE",))
    files.append(("Person_2.json", make.odata(make.entities([replace(ANNA, number=4999)], "DE")["Person"])))
    assert told(ch_parliament.read(files)) == ["People who sit in no council by these files, left out: 1."]


def test_a_canton_that_is_only_a_number_is_looked_up() -> None:
    assert changed("MemberCouncil", CantonAbbreviation=None).members[0].mandates[0].area == "BE"


@pytest.mark.parametrize(
    ("entity", "said", "why"),
    [
        ("MemberCouncil", {"CantonAbbreviation": "XX"}, "4200: “XX” is not a canton."),
        (
            "MemberCouncil",
            {"CouncilAbbreviation": "GR", "CouncilName": "Grosser Rat"},
            "4200: “GR Grosser Rat” is no",
        ),
        ("MemberCouncil", {"CouncilAbbreviation": 7}, "4200: CouncilAbbreviation is no text."),
        ("MemberCouncil", {"CouncilAbbreviation": "SR"}, "4200: “SR Nationalrat” is no council that we know."),
        ("MemberCouncil", {"DateJoining": "/Date(99999999999999999)/"}, "4200: “/Date(99999999999999999)/” is not a"),
        ("MemberCouncil", {"DateJoining": "soon"}, "4200: “soon” is not a date."),
        ("MemberCouncil", {"DateJoining": "/Date(-5000000000000)/"}, "4200: DateJoining 1811-07-23 is before there"),
        ("MemberCouncil", {"DateLeaving": "/Date(1500000000000)/"}, "4200: It ends before it begins"),
        ("MemberCouncil", {"Active": False}, "4200: This seat is over, but not since when."),
        ("MemberCouncil", {"Active": "yes"}, "4200: Active is neither true nor false."),
        ("MemberCouncil", {"LastName": "=HYPERLINK(1)"}, "4200: “=HYPERLINK(1)” is not a name"),
        ("MemberCouncil", {"LastName": ["Probe"]}, "4200: LastName is no text."),
        ("MemberCouncil", {"LastName": "P" * 300}, "4200: “PPPP"),
        ("MemberCouncil", {"LastName": "Pro\ud800be"}, "4200: LastName has letters that there are not."),
        ("MemberCouncil", {"PersonNumber": "9" * 5000}, "PersonNumber is no number."),
        ("MemberCouncil", {"PersonNumber": None}, "There is no PersonNumber."),
        ("MemberCouncil", {"PersonNumber": True}, "PersonNumber is no number."),
        ("MemberCouncil", {"PersonNumber": -4200}, "PersonNumber is no number."),
        ("MemberCouncil", {"PersonNumber": {"a": 1}}, "PersonNumber is no number."),
    ],
)
def test_who_cannot_be_placed_is_told_and_never_placed_by_guessing(
    entity: str, said: dict[str, Any], why: str
) -> None:
    found = changed(entity, **said)
    assert not found.members
    assert any(sentence.startswith(why) for sentence in told(found)), told(found)


@pytest.mark.parametrize(
    ("entity", "said", "why"),
    [
        ("PersonCommunication", {"Address": "anna at parl.ch"}, "4200: “anna at parl.ch” is not an e-mail address."),
        ("PersonCommunication", {"Address": 3}, "4200: Address is no text."),
        ("PersonCommunication", {"CommunicationTypeText": "Brieftaube"}, "4200: “Brieftaube” is no way to reach"),
        ("PersonCommunication", {"CommunicationTypeText": None}, "4200: “Without a type, it” is no way to reach"),
        ("Person", {"NativeLanguage": "Klingonisch"}, "4200: “Klingonisch” is no language of this parliament."),
        ("MemberCommittee", {"CommitteeNumber": "five"}, "4200: CommitteeNumber is no number."),
        ("MemberCommittee", {"CommitteeNumber": None}, "4200: A committee has no number or no name."),
        ("MemberCouncil", {"PartyAbbreviation": {}}, "4200: PartyAbbreviation is no text."),
    ],
)
def test_what_cannot_be_read_of_a_member_is_told_and_the_member_stays(
    entity: str, said: dict[str, Any], why: str
) -> None:
    anna = replace(ANNA, contacts=((make.E_MAIL, "anna@parl.ch"),), committees=("APK-N",))
    found = changed(entity, anna, **said)
    assert [member.name for member in found.members] == ["Anna Probe"]
    assert any(sentence.startswith(why) for sentence in told(found)), told(found)
    assert found.members[0].email in ("", "anna@parl.ch")


def test_a_seat_that_is_called_active_and_has_ended_is_told_and_counts_as_ended() -> None:
    with clock.at(clock.now().replace(year=2026, month=3)):
        found = ch_parliament.read(make.files([replace(ANNA, left=date(2025, 5, 5))], ("DE",)))
    assert found.members[0].mandates[0].until == date(2025, 5, 5)
    assert told(found) == ["4200: This seat ended on 2025-05-05, and is called active."]


def test_who_will_leave_sits_until_then() -> None:
    with clock.at(clock.now().replace(year=2026, month=3)):
        found = ch_parliament.read(make.files([replace(ANNA, left=date(2026, 12, 31))]))
    assert found.members[0].mandates[0].until == date(2026, 12, 31) and not found.unread


def test_languages_that_contradict_each_other_are_told() -> None:
    files = make.files([replace(ANNA, left=date(2024, 1, 1), active=False)], ("DE",))
    files += make.files([replace(ANNA, left=date(2024, 1, 2), active=False)], ("FR",))
    found = ch_parliament.read(files)
    assert [mandate.until for mandate in found.members[0].mandates] == [date(2024, 1, 1)]
    assert told(found) == ["4200: The same seat ends on another day here than in the entry before it."]


def test_a_broken_entry_is_told_with_file_and_line() -> None:
    rows: list[Any] = [*make.entities([ANNA, replace(ANNA, number=4201)], "DE")["MemberCouncil"], 7, None, ["x"]]
    rows[1]["CantonAbbreviation"] = "XX"
    content = make.odata(rows)
    lines = content.decode().splitlines()
    found = ch_parliament.read([("MemberCouncil.json", content)])
    assert [member.ids["ch.parlament"] for member in found.members] == ["4200"]
    assert {unread.file for unread in found.unread} == {"MemberCouncil.json"}
    assert [lines[unread.line - 1].strip()[:2] for unread in found.unread] == ["7,", "nu", "[", "{", "{"]
    assert found.unread[3].line == [n for n, line in enumerate(lines, 1) if line == "   {"][1]


def test_a_first_page_without_the_last_one_is_told() -> None:
    rows = make.entities([ANNA, replace(ANNA, number=4201)], "DE")["MemberCouncil"]
    first = ("1.json", make.odata(rows[:1], more="https://ws.parlament.ch/odata.svc/MemberCouncil?$skiptoken=1"))
    assert told(ch_parliament.read([first])) == [
        "MemberCouncil DE goes on in another file, which is not here; its last page is missing."
    ]
    assert not ch_parliament.read([first, ("2.json", make.odata(rows[1:]))]).unread


def test_entities_that_are_not_needed_are_named() -> None:
    votes: list[Any] = [
        {"__metadata": {"type": "itsystems.Pd.DataServices.DataModel.Voting"}, "PersonNumber": 4200}
    ] * 3
    found = ch_parliament.read([*make.files([ANNA], ("DE",)), ("Voting.json", make.odata(votes))])
    assert told(found) == ["Entries of Voting, which is not read, left out: 3."]
    assert found.unread[0].file == "Voting.json"


def test_names_of_entities_and_languages_that_are_no_text_do_no_harm() -> None:
    strange: list[Any] = [
        {"__metadata": {"type": "a.Vot\ud800ing"}},
        {"__metadata": {"type": ["Person"]}, "PersonNumber": 1, "NativeLanguage": "D", "Language": {"a": 1}},
        {"__metadata": "Person", "PersonNumber": 2, "NativeLanguage": "D", "Language": "\ud800"},
        {},
    ]
    content = json.dumps(strange).encode()
    found = ch_parliament.read([*make.files([ANNA], ("DE",)), ("strange.json", content)])
    assert [member.name for member in found.members] == ["Anna Probe"]
    assert told(found) == [
        "Entries of Vot?ing, which is not read, left out: 1.",
        "Entries of something else, which is not read, left out: 1.",
        "People who sit in no council by these files, left out: 2.",
    ]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "“a.json”: The JSON of this file is broken in line 1."),
        (b"MemberCouncil;1", "“a.json”: The JSON of this file is broken in line 1."),
        (b"\xff\xfe\xfa", "“a.json”: "),
        (b"[" * 100_000, "“a.json”: "),
        (b'{"d":' * 50_000 + b"}" * 50_000, "“a.json”: "),
        (b'[{"PersonNumber": NaN}]', "“a.json”: "),
        (b'[{"PersonNumber": ' + b"9" * 10_000 + b"}]", "“a.json”: "),
        (
            b'{"d": {"results": [\n{"PersonNumber": 1},\n{"Perso',
            "“a.json”: The JSON of this file is broken in line 3.",
        ),
        (b'{"error": {"code": ""}}', "There is nothing of MemberCouncil in these files"),
        (b"[]", "There is nothing of MemberCouncil in these files"),
        (b"[" + b"{}," * 2_000_001 + b"{}]", "“a.json”: This file has more parts than any register has."),
        (b" " * 64_000_001, "“a.json”: This file is larger than 64 MB."),
        (make.zipped([("a.json", b" " * 64_000_001)]), "Unpacked, this archive is larger than 64 MB."),
        (make.zipped([("a.txt", b"[]")]), "There is nothing of MemberCouncil in these files"),
        (make.zipped(make.files())[:3000], "This archive is damaged. Please fetch it once more."),
    ],
)
def test_files_that_are_no_export_are_refused_as_a_whole(content: bytes, why: str) -> None:
    with pytest.raises(NotARegister) as problem:
        ch_parliament.read([("a.json", content)])
    assert str(problem.value).startswith(why) and "{" not in str(problem.value)


def test_one_broken_file_refuses_the_export_instead_of_losing_its_members() -> None:
    files = make.files()
    with pytest.raises(NotARegister, match=r"“MemberCouncil_DE\.json”"):
        ch_parliament.read([files[0], (files[1][0], files[1][1][:-40]), *files[2:]])


def test_a_sitting_day_that_is_none_is_made_by_the_maker_as_the_service_writes_it() -> None:
    assert make.ticks(NEVER) == "/Date(-6847804800000)/"

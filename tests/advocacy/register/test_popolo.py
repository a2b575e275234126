from datetime import date
from typing import Any

import pytest

from service.advocacy.register import popolo
from service.advocacy.register.found import Found, NotARegister
from tests.make import popolo as make


def read(said: Any) -> Found:
    return popolo.read(make.file(said), "uk-hc")


def told(found: Found) -> list[str]:
    return [str(each.why) for each in found.unread]


def test_ioana_is_read_with_all_that_the_file_says_of_her() -> None:
    said = make.register(1)
    said["persons"] = [make.person(1)]
    [member] = read(said).members
    assert (member.ids, member.name, member.family_name) == (
        {"popolo.uk-hc": "person/1", "wikidata": "Q1"},
        "Ioana Exemplu",
        "Exemplu",
    )
    assert (member.party, member.faction) == ("Green Sample Party", "Samples United")
    assert (member.email, member.phone, member.website) == (
        "member.1@example.org",
        "+44 20 7946 0000",
        "https://example.org/me",
    )
    assert member.postal == "1 Sample Street\nNorthmark"


def test_her_mandate_begins_with_the_legislative_period_whose_month_alone_is_known() -> None:
    [mandate] = read(make.register(1)).members[0].mandates
    assert (mandate.parliament, mandate.kind, mandate.area, mandate.since, mandate.until) == (
        "uk-hc",
        "region",
        "N",
        date(2024, 6, 1),
        None,
    )


def test_a_committee_is_a_seat_with_its_names_in_other_languages() -> None:
    [seat] = read(make.register(1)).members[0].seats
    assert (seat.code, seat.role, seat.since) == ("committee/foreign", "chair", date(2025, 1, 1))
    assert seat.names == {"": "Foreign Affairs", "de": "Auswärtiges", "fr": "Affaires étrangères"}


def test_an_area_may_be_that_of_a_post_and_a_long_id_becomes_a_code_that_stays() -> None:
    north, south = sorted(read(make.register(2)).areas, key=lambda area: area.names[""])
    assert (north.country, north.code, north.names) == ("UK", "N", {"": "Northmark", "ru": "Northmark (ru)"})
    assert 0 < len(south.code) <= 20 and south.code == read(make.register(2)).members[1].mandates[0].area


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("indent", [None, 2])
def test_a_whole_chamber_is_read_however_it_is_written(encoding: str, indent: int | None) -> None:
    found = popolo.read(make.file(make.register(60), encoding, indent), "uk-hc")
    assert (len(found.members), found.unread) == (60, ())


def test_an_address_that_is_over_or_wrong_or_missing_is_none() -> None:
    said = make.register(2)
    said["persons"][0]["contact_details"][1]["value"] = "ioana at example.org"
    said["persons"][1]["contact_details"] = []
    found = read(said)
    assert [each.email for each in found.members] == ["", ""]
    assert told(found) == ["person/1: “ioana at example.org” is not an e-mail address."]


def test_memberships_may_stand_within_the_person() -> None:
    said = make.register(1)
    said["persons"][0]["memberships"] = said.pop("memberships")
    assert len(read(said).members[0].mandates) == 1


def test_a_mandate_that_ended_says_so() -> None:
    said = make.register(1)
    said["memberships"][0] |= {"start_date": "2019", "end_date": "2020-02"}
    [mandate] = read(said).members[0].mandates
    assert (mandate.since, mandate.until) == (date(2019, 1, 1), date(2020, 2, 29))


def test_broken_entries_are_told_by_the_line_on_which_they_begin() -> None:
    said = make.register(4)
    said["persons"] = [make.person(1), "Ioana", {"name": "Nobody"}, make.person(1), make.person(5), make.person(2)]
    said["persons"][5]["name"] = "<b>Ioana</b>"
    said["memberships"] = [
        *make.memberships(1),
        *make.memberships(2),
        {"person_id": "person/9", "organization_id": make.CHAMBER},
        {"person_id": "person/1", "organization_id": "chamber/2"},
        {"person_id": "person/1", "organization_id": make.CHAMBER, "start_date": "yesterday"},
        {"person_id": "person/1", "organization_id": make.CHAMBER, "area_id": "atlantis"},
    ]
    content = make.file(said)
    found = popolo.read(content, "uk-hc")
    assert [each.ids["wikidata"] for each in found.members] == ["Q1"]
    assert sorted(told(found)) == sorted(
        [
            "This entry is no object.",
            "There is no id.",
            "person/1: This id stands here a second time.",
            "person/9: This membership is of nobody in the file.",
            "person/1: This membership is in no organization of the file.",
            "person/1: “yesterday” is not a date.",
            "person/1: The area atlantis does not stand in the file.",
            "person/5: No membership of the chamber could be read, so this person was left out.",
            "person/2: “<b>Ioana</b>” is not a name: it has signs that names do not have.",
        ]
    )
    lines = content.decode().split("\n")
    begins = {str(each.why): lines[each.line - 1].strip() for each in found.unread}
    assert begins.pop("This entry is no object.") == '"Ioana",'
    assert set(begins.values()) == {"{"}


def test_two_chambers_in_a_file_are_refused_and_nobody_is_put_into_the_wrong_one() -> None:
    said = make.register(2)
    said["organizations"].append({"id": "chamber/2", "classification": "legislature", "name": "Senate"})
    said["memberships"][3]["organization_id"] = "chamber/2"
    with pytest.raises(NotARegister, match="several chambers in this file: House of Samples and Senate"):
        read(said)


@pytest.mark.parametrize("name", popolo.LISTS)
@pytest.mark.parametrize("value", [None, 7, "x", {}, [[]], [None], [{"id": {}}], [{"id": 1, "classification": []}]])
def test_wrong_types_are_told_or_refused_and_never_a_fault(name: str, value: Any) -> None:
    try:
        assert read(make.register(2) | {name: value}).unread
    except NotARegister as problem:
        assert str(problem).endswith(".")


@pytest.mark.parametrize("field", ["id", "name", "identifiers", "contact_details", "links", "memberships", "email"])
@pytest.mark.parametrize(
    "value", [None, 7, [None], {"x": 1}, [{"type": "email", "value": {}}], "[", "9" * 1000, -0.5]
)
def test_a_person_may_have_anything_for_a_field(field: str, value: Any) -> None:
    said = make.register(2)
    said["persons"][0][field] = value
    assert read(said).members[-1].ids["popolo.uk-hc"] == "person/2"

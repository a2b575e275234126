import pytest

from service.advocacy.register import meps
from service.advocacy.register.found import NotARegister
from tests.make import meps as make
from tests.make.meps import Mep


@pytest.mark.parametrize("language", ["en", "de", "fr", "pl", "el"])
def test_zofia_is_read_in_whatever_language_the_list_is(language: str) -> None:
    [member] = meps.read(make.file([Mep("190001", "Zofia da MUSTER-OWSKA", "PL")], language)).members
    assert (member.ids, member.name, member.family_name) == (
        {"eu.europarl": "190001"},
        "Zofia da MUSTER-OWSKA",
        "MUSTER-OWSKA",
    )
    assert (member.party, member.faction) == ("Lista Próbna", "Group of the Made-up Party (Samples & Examples)")
    [mandate] = member.mandates
    assert (mandate.parliament, mandate.kind, mandate.area, mandate.since) == ("eu-ep", "country", "PL", None)


def test_countries_are_areas_with_names_in_our_languages() -> None:
    [area] = meps.read(make.file([Mep("1", "Éva PÉLDA", "CZ")])).areas
    assert (area.country, area.kind, area.code, area.names["de"], area.names["en"]) == (
        "CZ",
        "country",
        "CZ",
        "Tschechien",
        "Czechia",
    )


@pytest.mark.parametrize(
    ("name", "family"),
    [
        ("David McERDACHT", "McERDACHT"),
        ("Sophia in 't VOORBEELD", "VOORBEELD"),
        ("Anna J. B. MUSTER BEISPIEL", "MUSTER BEISPIEL"),
        ("Anna Muster", ""),
    ],
)
def test_a_family_name_is_what_stands_in_capitals(name: str, family: str) -> None:
    assert meps.read(make.file([Mep("1", name, "DE")])).members[0].family_name == family


def test_a_whole_parliament_is_read_and_nobody_gets_an_address() -> None:
    found = meps.read(make.file(make.people(720), one_line=True))
    assert (len(found.members), found.unread) == (720, ())
    assert {(each.email, each.phone, each.website) for each in found.members} == {("", "", "")}


def test_a_party_of_nothing_but_a_dash_is_none() -> None:
    assert meps.read(make.file([Mep("1", "Éva PÉLDA", "HU", party="-")])).members[0].party == ""


def test_broken_entries_are_told_by_the_line_on_which_they_begin() -> None:
    found = meps.read(
        make.file(
            [
                Mep("1", "Éva PÉLDA", "HU"),
                Mep("2", "", "HU"),
                Mep("", "Éva PÉLDA", "HU"),
                Mep("4", "Éva PÉLDA", "Atlantis"),
                Mep("1", "Éva PÉLDA", "HU"),
            ]
        )
    )
    assert [each.ids["eu.europarl"] for each in found.members] == ["1"]
    assert [(each.line, str(each.why)) for each in found.unread] == [
        (10, "2: There is no name."),
        (17, "There is no id."),
        (24, "4: “Atlantis” is not a country of the Union."),
        (31, "1: This id stands here a second time; the entry before counts."),
    ]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b'<!DOCTYPE meps [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><meps><mep>&b;</mep></meps>', "of its own"),
        (b"<meps>", "broken in line 1"),
        (b"<html><body>Not found</body></html>", "no member"),
    ],
)
def test_what_is_no_list_is_refused_in_a_sentence(content: bytes, why: str) -> None:
    with pytest.raises(NotARegister, match=why):
        meps.read(content)

import json
from datetime import date
from typing import Any

import pytest

from service.advocacy.register import assemblee
from service.advocacy.register.found import NotARegister
from tests.make import assemblee as make
from tests.make.assemblee import Deputy

ZOE = Deputy("PA700001", "Zoé", "d'Échantillon", mails=("zoe@example.org", "other@example.org"))


@pytest.mark.parametrize("file", [make.zipped, make.whole])
def test_zoe_is_read_from_the_zip_and_from_the_one_file(file: Any) -> None:
    [member] = assemblee.read(file([ZOE])).members
    assert (member.ids, member.name, member.family_name) == (
        {"fr.assemblee": "PA700001"},
        "Zoé d'Échantillon",
        "d'Échantillon",
    )
    assert (member.party, member.faction) == ("Parti de l'Exemple", "Groupe des Exemples réunis")
    assert (member.email, member.phone, member.website) == (
        "zoe@example.org",
        "01 40 00 00 01",
        "https://www.example.org/depute",
    )
    assert member.postal == "Assemblée nationale\n126 Rue de l'Université\n75355 Paris 07 SP"


def test_her_mandate_is_in_her_circonscription_and_her_committee_is_a_seat() -> None:
    found = assemblee.read(make.zipped([ZOE]))
    [mandate], [seat], [area] = found.members[0].mandates, found.members[0].seats, found.areas
    assert (mandate.parliament, mandate.kind, mandate.area, mandate.since, mandate.until) == (
        "fr-an",
        "constituency",
        "91-06",
        date(2024, 7, 7),
        None,
    )
    assert (area.country, area.code, area.names) == ("FR", "91-06", {"": "Essonne (6e circonscription)"})
    assert (seat.code, seat.names, seat.role) == ("PO59047", {"fr": "Commission des affaires étrangères"}, "Membre")


@pytest.mark.parametrize(
    ("place", "code"),
    [
        (("2A", "Corse-du-Sud", "1"), "2A-01"),
        (("974", "La Réunion", "3"), "974-03"),
        (("099", "Ailleurs", "11"), "099-11"),
    ],
)
def test_departments_have_letters_and_three_figures_too(place: tuple[str, str, str], code: str) -> None:
    assert assemblee.read(make.zipped([Deputy("PA1", "Zoé", "Exemple", place)])).areas[0].code == code


def test_who_has_no_address_in_the_file_gets_none() -> None:
    found = assemblee.read(
        make.zipped(
            [
                Deputy("PA1", "Zoé", "Exemple", without=("contacts",)),
                Deputy("PA2", "Loïc", "Modèle", without=("addresses",)),
            ]
        )
    )
    assert [(each.email, each.phone, each.website) for each in found.members] == [("", "", "")] * 2
    assert found.unread == ()


def test_one_mandate_alone_is_no_array() -> None:
    only = tuple(body for body in make.BODIES if body != make.ASSEMBLY)
    [member] = assemblee.read(make.zipped([Deputy("PA1", "Zoé", "Exemple", without=only)])).members
    assert (len(member.mandates), member.party, member.faction) == (1, "", "")


def test_a_whole_assembly_is_read() -> None:
    listed = make.people(577)
    found = assemblee.read(make.zipped(listed))
    assert [each.ids["fr.assemblee"] for each in found.members] == [one.id for one in listed]
    assert sum(not each.email for each in found.members) == 144 and found.unread == ()


def test_one_deputy_alone_is_read_and_the_names_that_are_missing_told() -> None:
    found = assemblee.read(make.written({"acteur": make.acteur(ZOE)}))
    assert (len(found.members), found.members[0].party) == (1, "")
    assert str(found.unread[0].why) == "PA700001: What PO800002 is called does not stand in this file."


def test_a_wrong_mail_address_is_told_and_the_next_one_taken() -> None:
    found = assemblee.read(
        make.zipped([Deputy("PA1", "Zoé", "Exemple", mails=("zoe(at)example.org", "zoe@example.org"))])
    )
    assert found.members[0].email == "zoe@example.org"
    assert str(found.unread[0].why) == "PA1: “zoe(at)example.org” is not an e-mail address."


def test_broken_entries_are_told_by_the_line_on_which_they_begin() -> None:
    listed = [
        ZOE,
        Deputy("", "Zoé", "Exemple"),
        Deputy("PA3", "", ""),
        Deputy("PA4", "Zoé", "Exemple", since="2024-13-07"),
        Deputy("PA5", "Zoé", "Exemple", ("75", "Paris", "one")),
        ZOE,
    ]
    content = make.whole(listed)
    begins = [number for number, line in enumerate(content.decode().split("\n"), 1) if line == " " * 8 + "{"]
    found = assemblee.read(content)
    told = [(each.line, str(each.why)) for each in found.unread]
    deputies = begins[len(make.BODIES) :]
    assert [each.ids["fr.assemblee"] for each in found.members] == ["PA700001"]
    assert (deputies[1], "There is no id.") in told
    assert (deputies[2], "PA3: There is no name.") in told
    assert (deputies[3], "PA4: “2024-13-07” is not a day of the calendar.") in told
    assert (deputies[4], "PA5: “75-one” is not a circonscription.") in told
    assert told[-1] == (deputies[5], "PA700001: This id stands here a second time; the entry before counts.")


def test_a_broken_file_in_the_zip_is_told_by_its_name_and_the_others_read() -> None:
    found = assemblee.read(make.zipped([ZOE], {"json/acteur/PA9.json": b'{"acteur": {"uid": ', "readme.txt": b"?"}))
    assert len(found.members) == 1
    [unread] = found.unread
    assert (unread.file, unread.line, str(unread.why)) == (
        "json/acteur/PA9.json",
        1,
        "The JSON of this file is broken in line 1.",
    )


@pytest.mark.parametrize("value", [None, [], True, 7, {"@xsi:nil": "true"}, [None, 7, ["x"]], {"mandat": [[]]}])
@pytest.mark.parametrize("name", ["mandats", "adresses", "etatCivil", "uid"])
def test_wrong_types_are_told_or_left_out_and_never_a_fault(name: str, value: object) -> None:
    found = assemblee.read(json.dumps({"acteur": [make.acteur(ZOE) | {name: value}, 7, None]}).encode())
    assert len(found.members) == (name == "adresses") and len(found.unread) >= 3


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b'{"acteur": ' + b"[" * 200_000, "broken"),
        (b'{"acteur": [' + b"{}," * 300_001 + b"{}]}", "more entries"),
        (b"[" * 2_000_001, "more parts"),
        (b'{"acteur": [NaN]}', "broken in line 1"),
        (b'{"acteur": [' + b"9" * 5000 + b"]}", "broken in line 1"),
        (b'{"acteur": []}\n{', "broken in line 2"),
        (b'{\n"acteur": ["\xff"]}', "line 2 of this file cannot be read"),
        (b"{}", "no deputy"),
        (b"", "broken in line 1"),
    ],
)
def test_a_hostile_file_is_refused_in_a_sentence(content: bytes, why: str) -> None:
    with pytest.raises(NotARegister, match=why):
        assemblee.read(content)

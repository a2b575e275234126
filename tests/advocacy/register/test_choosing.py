import json
from io import BytesIO
from random import Random
from zipfile import ZipFile

import pytest

from service.advocacy.register import choosing
from service.advocacy.register.choosing import Form
from service.advocacy.register.found import NoParliament, NotARegister
from tests.make import assemblee, bundestag, ch_parliament, meps, plain_register, popolo

PLACES = plain_register.file(plain_register.PLACES["de"], [["8000", "Musterlingen", "ZH"]])
SWISSTOPO = (
    "Ortschaftsname;PLZ;Zusatzziffer;Gemeindename;BFS-Nr;Kantonskürzel;E;N\r\nMusterlingen;8000;0;M;1;ZH;1;2\r\n"
)
PERSON = b'{"d": {"results": [{"__metadata": {"uri": "x/Person(ID=1)"}, "PersonNumber": 1, "Language": "DE"}]}}'
FILES = {
    "the Bundestag's file": (bundestag.file(bundestag.people(3)), Form.BUNDESTAG),
    "in UTF-16": (bundestag.file(bundestag.people(3), "utf-16"), Form.BUNDESTAG),
    "its zip": (bundestag.zipped(bundestag.file(bundestag.people(3))), Form.BUNDESTAG),
    "the Assemblée's zip": (assemblee.zipped(assemblee.people(3)), Form.ASSEMBLEE),
    "the Assemblée's one file": (assemblee.whole(assemblee.people(3)), Form.ASSEMBLEE),
    "one deputy": (assemblee.written({"acteur": assemblee.acteur(assemblee.people(1)[0])}), Form.ASSEMBLEE),
    "MEPs": (meps.file(meps.people(3)), Form.MEPS),
    "Popolo": (popolo.file(popolo.register(3)), Form.POPOLO),
    "our CSV": (plain_register.file(plain_register.MEMBERS["fr"], plain_register.people(3)), Form.PLAIN_CSV),
    "our CSV of places": (PLACES, Form.PLAIN_CSV),
    "swisstopo": (SWISSTOPO.encode("utf-8-sig"), Form.SWISSTOPO),
    "swisstopo of old": (SWISSTOPO.encode("cp1252"), Form.SWISSTOPO),
    "Swiss members": (PERSON, Form.SWISS_PARLIAMENT),
}


def archived(name: str, content: bytes) -> bytes:
    target = BytesIO()
    with ZipFile(target, "w") as archive:
        archive.writestr(name, content)
    return target.getvalue()


@pytest.mark.parametrize("kind", FILES)
def test_a_file_is_known_by_what_stands_in_it_and_not_by_its_name(kind: str) -> None:
    content, form = FILES[kind]
    assert choosing.form([("anything.bin", content)]) == form


@pytest.mark.parametrize("kind", [kind for kind in FILES if kind != "Swiss members"])
def test_and_read_by_its_reader(kind: str) -> None:
    found = choosing.read([("anything.bin", FILES[kind][0])], "ch-nr")
    assert found.members or found.places


def test_swiss_files_may_come_in_an_archive() -> None:
    assert choosing.form([("a.zip", archived("AMTOVZ_CSV_LV95.csv", SWISSTOPO.encode()))]) == Form.SWISSTOPO
    assert choosing.form([("a.zip", archived("person.json", PERSON))]) == Form.SWISS_PARLIAMENT
    assert choosing.form([("a.json", PERSON), ("b.json", PERSON)]) == Form.SWISS_PARLIAMENT


@pytest.mark.parametrize("around", ["", '{"d": %s}', '{"d": {"results": %s}}', '{"value": %s}', '{"results": %s}'])
def test_swiss_exports_are_known_in_all_their_shapes_and_read_together(around: str) -> None:
    rows = ch_parliament.entities(ch_parliament.PEOPLE, "FR")
    plain = {
        name: [{key: said for key, said in row.items() if key != "__metadata"} for row in rows[name]] for name in rows
    }
    files = [(f"{name}.json", ((around or "%s") % json.dumps(plain[name])).encode()) for name in plain]
    assert {choosing.form([file]) for file in files} == {Form.SWISS_PARLIAMENT}
    assert choosing.read(files).members == choosing.read(ch_parliament.files(languages=("FR",))).members
    assert choosing.form([("all.zip", ch_parliament.zipped(files))]) == Form.SWISS_PARLIAMENT


def test_of_popolo_the_parliament_has_to_be_chosen() -> None:
    with pytest.raises(NoParliament):
        choosing.read([("members.json", FILES["Popolo"][0])])


def test_files_that_do_not_belong_together_are_imported_one_at_a_time() -> None:
    for other in ("MEPs", "Popolo"):
        with pytest.raises(NotARegister, match="one at a time"):
            choosing.form([("a", FILES["MEPs"][0]), ("b", FILES[other][0])])


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0" * 5000,
        b"first;second\n1;2\n",
        b"name\nAnna\n",
        b"{}",
        b"[]",
        b'{"results": 7}',
        b"[[[]]]",
        b"<html><body><br></body></html>",
        b"%PDF-1.7",
        archived("xl/workbook.xml", b"<x/>"),
        archived("members.json", b'{"persons": []}'),
    ],
)
def test_for_anything_else_the_forms_that_are_known_are_named(content: bytes) -> None:
    with pytest.raises(NotARegister, match=r"none of the forms .* are the Swiss.*“name”"):
        choosing.form([("members", content)])


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"{" + b'"a": [' * 100_000, "JSON of this file is broken in line 1"),
        (b"<" * 100, "XML of this file is broken in line 1"),
        (b'<!DOCTYPE meps [<!ENTITY a "ha">]><meps/>', "of its own"),
        (b"PK\x03\x04", "damaged"),
    ],
)
def test_what_is_broken_says_where(content: bytes, why: str) -> None:
    with pytest.raises(NotARegister, match=why):
        choosing.form([("members", content)])


@pytest.mark.parametrize("kind", FILES)
def test_a_file_that_was_damaged_on_its_way_is_read_or_refused_and_never_a_fault(kind: str) -> None:
    chance = Random(7)
    for _turn in range(40):
        content = bytearray(FILES[kind][0])
        for _place in range(chance.randint(1, 4)):
            start = chance.randrange(len(content))
            content[start : start + chance.choice((0, 1, 9))] = chance.choice(
                (b"", b"\0", b"<", b'"', b"{}", b"\xff", b";")
            )
        try:
            choosing.read([("damaged", bytes(content))], "ch-nr")
        except NotARegister as problem:
            assert str(problem).endswith(".")

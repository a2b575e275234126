"""Which form a file has, by what stands in it, and so who reads it."""

import re
from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from service.advocacy.register import (
    archive,
    assemblee,
    bundestag,
    ch_odata,
    ch_parliament,
    csv_rows,
    json_entries,
    meps,
    plain_csv,
    popolo,
    swisstopo,
    xml_entries,
)
from service.advocacy.register.found import Found, NoParliament, NotARegister
from service.cases.sources import spreadsheet


class Form(StrEnum):
    """As a RegisterImport keeps it."""

    SWISS_PARLIAMENT = "ch.parlament"
    SWISSTOPO = "ch.swisstopo"
    BUNDESTAG = "de.bundestag"
    ASSEMBLEE = "fr.assemblee"
    MEPS = "eu.europarl"
    POPOLO = "popolo"
    PLAIN_CSV = "csv"


NAMES = {
    Form.SWISS_PARLIAMENT: "the Swiss parliament’s exports (JSON)",
    Form.SWISSTOPO: "swisstopo’s directory of places (CSV)",
    Form.BUNDESTAG: "the Bundestag’s MDB_STAMMDATEN (XML)",
    Form.ASSEMBLEE: "the Assemblée nationale’s AMO10 (JSON)",
    Form.MEPS: "the European Parliament’s full list of members (XML)",
    Form.POPOLO: "Popolo (JSON)",
    Form.PLAIN_CSV: "a plain CSV with a column “name”, or with “postcode”, “town” and “area”",
}
_OF_DEPUTIES = re.compile(r"(?:^|/)acteur/|(?:^|/)PA\d+\.json$")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_LOOKED_AT = 200


def read(files: Sequence[tuple[str, bytes]], parliament: str = "") -> Found:
    """`files`: name and content; several only of the Swiss parliament. `parliament`: whose members these are, where
    the file does not say it, as in Popolo or a plain CSV. Raises NotARegister, NoParliament."""
    found = form(files)
    if found == Form.SWISS_PARLIAMENT:
        return ch_parliament.read(files)
    content = files[0][1]
    if found == Form.POPOLO:
        if not parliament:
            raise NoParliament
        return popolo.read(content, parliament)
    if found == Form.PLAIN_CSV:
        return plain_csv.read(content, parliament)
    readers = {
        Form.SWISSTOPO: swisstopo.read,
        Form.BUNDESTAG: bundestag.read,
        Form.ASSEMBLEE: assemblee.read,
        Form.MEPS: meps.read,
    }
    return readers[found](content)


def form(files: Sequence[tuple[str, bytes]]) -> Form:
    """Raises NotARegister, with the forms that are known."""
    forms = {_form(content) for _name, content in files}
    if None in forms or not forms:
        known = "; ".join(NAMES.values())
        raise NotARegister(why=f"This file has none of the forms that can be read here, which are {known}.")
    found = forms.pop()
    assert found is not None
    if forms or (len(files) > 1 and found != Form.SWISS_PARLIAMENT):
        raise NotARegister(
            why="Please import these files one at a time; several belong together in Swiss exports alone."
        )
    return found


def _form(content: bytes) -> Form | None:
    if archive.is_zip(content):
        return _of_archive(content)
    start = _start(content)
    if start.startswith("<"):
        return _of_xml(content)
    if start.startswith(("{", "[")):
        return _of_json(content)
    return _of_csv(content)


def _of_archive(content: bytes) -> Form | None:
    """By the names in it, or by the first file that could be one."""
    names = archive.names(content)
    if bundestag.is_archive(names):
        return Form.BUNDESTAG
    if any(_OF_DEPUTIES.search(name) for name in names):
        return Form.ASSEMBLEE
    for ending, look in ((".json", _of_json), (".csv", _of_csv)):
        first = next(archive.files(content, ending), None)
        if first:
            found = look(first[1])
            # Of the others nobody looks into an archive.
            return found if found in (Form.SWISS_PARLIAMENT, Form.SWISSTOPO, Form.ASSEMBLEE) else None
    return None


def _of_xml(content: bytes) -> Form | None:
    return {bundestag.ROOT: Form.BUNDESTAG, meps.ROOT: Form.MEPS}.get(xml_entries.root(content))


def _of_json(content: bytes) -> Form | None:
    outline = json_entries.outline(content)
    if "persons" in outline:
        return Form.POPOLO
    if {"acteur", "organe", "acteurs"} & outline.keys() or "acteurs" in _names(outline.get("export")):
        return Form.ASSEMBLEE
    return Form.SWISS_PARLIAMENT if any(map(_is_swiss, outline.values())) else None


def _is_swiss(said: Any) -> bool:
    """An entry, or the results or the metadata around it."""
    if isinstance(said, dict) and isinstance(said.get("results"), list):
        return not said["results"] or _is_swiss(said["results"][0])
    return bool({"PersonNumber", "CantonNumber", "__metadata"} & _names(said)) or (
        isinstance(said, str) and any(entity in said for entity in ch_odata.ENTITIES)
    )


def _of_csv(content: bytes) -> Form | None:
    header = csv_rows.header(content)
    plain = {spreadsheet.plain(cell) for cell in header}
    if "ortschaftsname" in plain and any(name.startswith("kantonsk") for name in plain):
        return Form.SWISSTOPO
    return Form.PLAIN_CSV if plain_csv.is_of_places(header) or plain_csv.is_of_members(header) else None


def _start(content: bytes) -> str:
    start = content[:_LOOKED_AT]
    encoding = "utf-16" if start.startswith(_UTF16) else "utf-8"
    return start[: len(start) // 2 * 2].decode(encoding, "replace").lstrip("\ufeff \t\r\n")


def _names(said: Any) -> set[str]:
    return set(said) if isinstance(said, dict) else set()

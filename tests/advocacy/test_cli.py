"""`hundredfold representatives …` as a script runs it."""

import json
from pathlib import Path

import pytest

from service.kit import db
from tests.make import commands, register
from tests.make.register import LEA, ROSA

pytestmark = pytest.mark.usefixtures("database")


async def hundredfold(*words: str | Path, code: int = 0) -> tuple[str, str]:
    """What it printed, and its complaints."""
    ended = await commands.hundredfold("representatives", *words, code=code)
    return ended.printed, ended.complaint


@pytest.fixture
def members(tmp_path: Path) -> Path:
    file = tmp_path / "members.csv"
    file.write_bytes(register.file(ROSA, LEA, {"id": "9", "name": "=x\x1b[2J", "area": "BE"})[0][1])
    return file


async def test_a_file_is_compared_shown_and_accepted_by_three_commands(members: Path) -> None:
    asked = ("--parliament", "ch-nr", "--source", register.SOURCE)
    out, complaint = await hundredfold("import", members, *asked, "--json")
    assert json.loads(out) == {"import": 1, "rows": 2, "waiting": 4, "twice": 0, "unread": 1}
    assert complaint.startswith("Line 4: ") and "\x1b" not in complaint
    assert await db.fetch_value("SELECT count(*) FROM representative") == 0
    out, _nothing = await hundredfold("differences", "1")
    assert "New member  Rosa Beispiel" in out and len(out.splitlines()) == 4
    out, _nothing = await hundredfold("accept", "1", "--harmless")
    assert out == "Accepted: 4.\n"
    out, _nothing = await hundredfold("import", members, *asked)
    assert out.startswith("Import 2: 2 rows, 0 differences to decide")


async def test_what_cannot_be_read_and_what_is_missing_is_told_in_a_sentence(members: Path, tmp_path: Path) -> None:
    _out, complaint = await hundredfold("import", members, "--parliament", "at-nr", "--source", "x", code=1)
    assert complaint.endswith("Please add it first, with its name and timezone.\n")
    broken = tmp_path / "x.xml"
    broken.write_bytes(b"<DOCUMENT><MDB>")
    _out, complaint = await hundredfold("import", broken, code=1)
    assert complaint.startswith("The XML of this file is broken in line 1")
    _out, complaint = await hundredfold("import", members, "--election", "--parliament", "ch-nr", code=1)
    assert "on which day" in complaint
    _out, complaint = await hundredfold("differences", "7", code=1)
    assert complaint


async def test_the_swiss_places_come_once() -> None:
    out, _nothing = await hundredfold("default")
    assert out.startswith("Added: 4")
    out, _nothing = await hundredfold("default")
    assert out == "There are places already; nothing was added.\n"

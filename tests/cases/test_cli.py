"""`hundredfold cases …` as a script runs it."""

import json
from pathlib import Path

import pytest

from service.kit import db
from tests.make import commands, viasna

pytestmark = pytest.mark.usefixtures("database")


async def hundredfold(*words: str | Path, code: int = 0) -> tuple[str, str]:
    """What it printed, and its complaints."""
    ended = await commands.hundredfold("cases", *words, code=code)
    return ended.printed, ended.complaint


async def test_a_list_is_compared_shown_and_accepted_by_three_commands(tmp_path: Path) -> None:
    files = []
    for language, content in viasna.files(viasna.people(40)).items():
        files.append(tmp_path / f"list-{language}.csv")
        files[-1].write_bytes(content)
    out, _nothing = await hundredfold("import", *files, "--json")
    told = json.loads(out)
    assert told == {"list": 1, "rows": 120, "people": 40, "unchanged": 0, "waiting": 40, "held": 2, "unread": 0}
    assert await db.fetch_value("SELECT count(*) FROM prisoner") == 0
    out, _nothing = await hundredfold("changes", "1")
    assert len(out.splitlines()) == 40 and "[held: A death." in out
    out, _nothing = await hundredfold("accept", "1", "--harmless")
    assert out == "Accepted: 38 for 38 people. Unsent mails stopped: 0.\n"
    assert await db.fetch_value("SELECT count(*) FROM prisoner") == 38


async def test_a_list_of_our_own_form_wants_to_know_whose_it_is_and_steers_no_terminal(tmp_path: Path) -> None:
    file = tmp_path / "own.json"
    file.write_text(json.dumps([{"id": "1", "name_latin": "Anna", "sentence": {"en": "2\x1b[2J years"}}]))
    _out, complaint = await hundredfold("import", file, "--form", "own", code=1)
    assert complaint == "Please say whose list this is, in at most 80 letters.\n"
    await hundredfold("import", file, "--form", "own", "--organisation", "Dissidentby", "--part")
    out, _nothing = await hundredfold("changes", "1")
    assert "Anna" in out and "\x1b" not in out


async def test_without_saying_which_nothing_is_accepted(tmp_path: Path) -> None:
    _out, complaint = await hundredfold("accept", "1", code=2)
    assert "--harmless" in complaint
    _out, complaint = await hundredfold("changes", "1", code=1)
    assert complaint

"""People come in from a file and go out into one, by the commands."""

import asyncio
import csv
import json
import os
import signal
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from service.kit import clock, db, sealing
from service.subscribers import import_queries, imports, spool
from tests.make import commands
from tests.make import subscribers as make


@pytest.fixture(autouse=True)
def empty_spool(database: None) -> None:
    for name, _written in spool.kept():
        spool.delete(name)


async def hundredfold(*arguments: str | Path) -> tuple[int, str, str]:
    """Runs `hundredfold subscribers …`; its exit code, output and complaints."""
    ended = await started(*arguments).ended()
    return ended.code, ended.printed, ended.complaint


def started(*arguments: str | Path) -> commands.Running:
    return commands.started("subscribers", *arguments)


async def test_of_a_thousand_people_exactly_the_forty_bad_rows_come_back(database: None, tmp_path: Path) -> None:
    people = make.people(1000, bad=40)
    file, errors = people.write(tmp_path / "people.csv", "utf-16"), tmp_path / "refused.csv"
    join = ["--list", "Friends", "--create-list", "--consent", "They signed at the vigil.", "--json"]

    code, out, complaints = await hundredfold("import", file, *join, "--dry-run")
    assert (code, out, complaints) == (1, "", "There is no list “Friends” yet, and a dry run does not make one.\n")
    code, out, complaints = await hundredfold("import", file, *join, "--errors", errors)
    assert code == 3
    result = json.loads(out)
    counts = {"created": 960, "updated": 0, "unchanged": 0, "suppressed": 0, "bad": 40}
    counts |= {"unspoken": 0, "topicless": 320}
    assert result == {"import": 1, "state": "finished", "dry_run": False, "rows": 1000, **counts}
    assert "40 rows were refused" in complaints
    rows = list(csv.reader(StringIO(errors.read_text("utf-8-sig"), newline="")))[1:]
    assert [int(row[0]) for row in rows] == people.bad_rows
    assert spool.kept() == []

    known = await db.fetch("SELECT address FROM subscriber")
    assert {sealing.unseal_address(row["address"]) for row in known} == set(people.good)
    code, out, _ = await hundredfold("import", file, *join, "--dry-run")
    assert (code, json.loads(out)["unchanged"]) == (3, 960)


async def test_a_file_without_addresses_is_told_its_columns(database: None, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("Contact,Nom\x1b[2J\nAnna,Zhuk\n")
    await make.mailing_list("Friends")
    code, _out, complaint = await hundredfold("import", file, "--list", "Friends", "--dry-run")
    assert code == 1
    assert "No column of people.csv holds e-mail addresses. It has “Contact”, “Nom[2J”." in complaint
    assert "“courriel”" in complaint


async def test_who_asks_to_be_forgotten_is_not_brought_back_by_the_next_import(
    database: None, tmp_path: Path
) -> None:
    file = make.people(20).write(tmp_path / "people.csv")
    join = ["--list", "friends", "--consent", "They asked."]
    await make.mailing_list("Friends")
    assert (await hundredfold("import", file, *join))[0] == 0

    code, out, _ = await hundredfold("person", "person7@example.org", "--json")
    assert (code, json.loads(out)["lists"][0]["name"]) == (0, "Friends")
    code, out, _ = await hundredfold("forget", "person7@example.org")
    assert code == 0 and out.startswith("Erased")

    code, out, _ = await hundredfold("import", file, *join, "--json")
    assert (code, json.loads(out)["suppressed"]) == (0, 1)
    exported = tmp_path / "out.json"
    assert (await hundredfold("export", "--list", "Friends", "--language", "fr", "--json", "--out", exported))[0] == 0
    assert exported.stat().st_mode & 0o777 == 0o600
    people = [json.loads(line) for line in exported.read_text().splitlines()]
    assert {person["email"] for person in people} == {f"person{number}@example.org" for number in (1, 6, 11, 16)}


@pytest.mark.parametrize(
    ("content", "arguments", "told"),
    [
        (b"email\na@example.org\n", ["--list", "Friends"], "--consent"),
        (b"name\nAnna\n", ["--list", "Friends", "--consent", "x"], "e-mail addresses"),
        (b"PK\x03\x04[Content_Types].xml", ["--list", "Friends", "--consent", "x"], "Excel workbook"),
    ],
)
async def test_a_command_that_cannot_begin_says_why_and_leaves_nothing(
    database: None, tmp_path: Path, content: bytes, arguments: list[str], told: str
) -> None:
    await make.mailing_list("Friends")
    file = tmp_path / "people.csv"
    file.write_bytes(content)
    code, out, complaints = await hundredfold("import", file, *arguments)
    assert (code, out) == (1, "")
    assert told in complaints
    assert spool.kept() == []


async def test_an_import_killed_in_the_middle_is_finished_by_the_worker(
    work: Callable[[], Any], tmp_path: Path
) -> None:
    people = make.people(12_000, bad=40)
    await make.mailing_list("Friends")
    file = people.write(tmp_path / "people.csv")
    process = started("import", file, "--list", "Friends", "--consent", "They asked.")
    while not await db.fetch_value("SELECT count(*) FROM subscriber"):
        await asyncio.sleep(0.02)
    os.kill(process.pid, signal.SIGKILL)
    assert (await process.ended()).code == -signal.SIGKILL

    halfway = await imports.required(1)
    assert (halfway.state, halfway.people < 12_000) == ("running", True)
    assert await db.fetch_value("SELECT count(*) FROM subscriber") == halfway.created
    with clock.at(clock.now() + timedelta(minutes=2)):
        await imports.sweep()
        await work()
    job = await imports.required(1)
    assert (job.state, job.created, job.bad) == ("finished", 11_960, 40)
    refused = await import_queries.problems_after(1, 0, 100)
    assert [row["row"] for row in refused] == people.bad_rows
    assert await db.fetch_value("SELECT count(*) FROM subscriber") == 11_960
    assert spool.kept() == []


async def test_a_command_interrupted_by_hand_cancels_its_import(database: None, tmp_path: Path) -> None:
    await make.mailing_list("Friends")
    file = make.people(30_000).write(tmp_path / "people.csv")
    process = started("import", file, "--list", "Friends", "--consent", "They asked.")
    while not await db.fetch_value("SELECT count(*) FROM subscriber"):
        await asyncio.sleep(0.02)
    os.kill(process.pid, signal.SIGINT)
    ended = await process.ended()
    assert ended.code == 130
    assert "Interrupted" in ended.complaint
    job = await imports.required(1)
    assert (job.state, 0 < job.created < 30_000) == ("cancelled", True)
    assert spool.kept() == []

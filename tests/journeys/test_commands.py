"""What the commands of an operator say, each as a process of its own."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest

from service.kit import db, embedded
from service.kit.settings import VARIABLES

NOWHERE = {name: value for name, value in os.environ.items() if name not in VARIABLES}


async def hundredfold(*words: str, **more: str) -> tuple[int | None, str, str]:
    """How it ended, what it printed, and what it complained about."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "service.cli", *words, stdout=PIPE, stderr=PIPE, env={**os.environ, **more}
    )
    printed, complaint = await process.communicate()
    return process.returncode, printed.decode(), complaint.decode()


async def test_migrating_says_what_it_did(database: None, servers: embedded.Servers) -> None:
    await db.execute("CREATE DATABASE empty")
    fresh = servers.database_url.replace("/hundredfold?", "/empty?")
    code, printed, _nothing = await hundredfold("migrate", DATABASE_URL=fresh)
    assert code == 0
    assert "migrations were applied." in printed
    _code, printed, _nothing = await hundredfold("migrate", DATABASE_URL=fresh)
    assert printed == "The database has its newest shape already.\n"


async def test_sealing_again_with_nothing_to_do_says_so(database: None) -> None:
    code, printed, _nothing = await hundredfold("rekey")
    assert (code, printed) == (0, "Everything is sealed under the newest secret already.\n")


@pytest.mark.parametrize("words", [("migrate",), ("staff", "list"), ("subscribers", "export")])
async def test_outside_of_everything_a_command_says_where_it_works(words: tuple[str, ...], tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "service.cli", *words, stderr=PIPE, env={**NOWHERE, "HUNDREDFOLD_VAR": str(tmp_path)}
    )
    _nothing, complaint = await process.communicate()
    assert process.returncode == 1
    said = complaint.decode()
    assert said.startswith("DATABASE_URL is not set: ")
    assert said.endswith("beside `hundredfold up`, its folder in HUNDREDFOLD_VAR if that is not var.\n")

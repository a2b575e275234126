"""What the commands of an operator say."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest

from service.kit import db, embedded
from service.kit.settings import VARIABLES
from tests.make.commands import hundredfold

NOWHERE = {name: value for name, value in os.environ.items() if name not in VARIABLES}


async def test_migrating_says_what_it_did(database: None, servers: embedded.Servers) -> None:
    await db.execute("CREATE DATABASE empty")
    fresh = servers.database_url.replace("/hundredfold?", "/empty?")
    ended = await hundredfold("migrate", code=0, DATABASE_URL=fresh)
    assert "migrations were applied." in ended.printed
    ended = await hundredfold("migrate", code=0, DATABASE_URL=fresh)
    assert ended.printed == "The database has its newest shape already.\n"


async def test_sealing_again_with_nothing_to_do_says_so(database: None) -> None:
    ended = await hundredfold("rekey", code=0)
    assert ended.printed == "Everything is sealed under the newest secret already.\n"


# One of the program itself and one of a feature, with an interpreter of their own: what is imported counts here.
@pytest.mark.parametrize("words", [("migrate",), ("subscribers", "export")])
async def test_outside_of_everything_a_command_says_where_it_works(words: tuple[str, ...], tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "service.cli", *words, stderr=PIPE, env={**NOWHERE, "HUNDREDFOLD_VAR": str(tmp_path)}
    )
    _nothing, complaint = await process.communicate()
    assert process.returncode == 1
    said = complaint.decode()
    assert said.startswith("DATABASE_URL is not set: ")
    assert said.endswith("beside `hundredfold up`, its folder in HUNDREDFOLD_VAR if that is not var.\n")

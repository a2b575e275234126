"""`hundredfold subscribers …`, as a person types it."""

import asyncio
import sys
from asyncio.subprocess import PIPE

from service.subscribers import queries
from tests.make.subscribers import subscriber


async def hundredfold(*words: str, typed: str) -> str:
    """What it printed."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "service.cli", "subscribers", *words, stdin=PIPE, stdout=PIPE
    )
    out, _nothing = await process.communicate(typed.encode())
    assert process.returncode == 0
    return out.decode()


async def test_annas_address_need_not_stand_in_a_list_of_processes(database: None) -> None:
    anna = await subscriber("anna@example.org")
    assert "anna@example.org" in await hundredfold("person", "-", typed="Anna@example.org\n")
    assert "Erased" in await hundredfold("forget", "-", typed="anna@example.org")
    assert await queries.person(anna) is None

"""`hundredfold subscribers …`, as a person types it."""

from service.subscribers import queries
from tests.make import commands
from tests.make.subscribers import subscriber


async def hundredfold(*words: str, typed: str) -> str:
    """What it printed."""
    return (await commands.hundredfold("subscribers", *words, typed=typed, code=0)).printed


async def test_annas_address_need_not_stand_in_a_list_of_processes(database: None) -> None:
    anna = await subscriber("anna@example.org")
    assert "anna@example.org" in await hundredfold("person", "-", typed="Anna@example.org\n")
    assert "Erased" in await hundredfold("forget", "-", typed="anna@example.org")
    assert await queries.person(anna) is None

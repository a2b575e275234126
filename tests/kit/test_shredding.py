"""What was overwritten is no more, in the table and in the file."""

import asyncio
from contextvars import Context
from pathlib import Path

import pytest

from service.kit import db, sealing, shredding
from service.kit.rekey import SealedColumn
from tests.make.subscribers import subscriber

ADDRESS = SealedColumn("subscriber", "address", "address")
FIRST_NAME = SealedColumn("subscriber", "first_name", "first_name")


async def test_nobody_reads_annas_name_any_more(database: None) -> None:
    await subscriber("anna@example.org", first_name="Anna")
    await subscriber("boris@example.org")
    before = await db.fetch("SELECT address, first_name FROM subscriber")
    assert (await shredding.overwrite(ADDRESS), await shredding.overwrite(FIRST_NAME)) == (2, 1)
    await shredding.tidy(["subscriber", "subscriber"])
    rows = await db.fetch("SELECT address, first_name FROM subscriber")
    assert len({row["address"] for row in rows}) == 2
    assert not {row["address"] for row in rows} & {row["address"] for row in before}
    for row in rows:
        with pytest.raises(sealing.Unsealable):
            sealing.unseal_address(row["address"])
    [name] = [row["first_name"] for row in rows if row["first_name"]]
    with pytest.raises(sealing.Unsealable):
        sealing.unseal("first_name", name)


async def test_what_somebody_writes_at_this_moment_is_overwritten_too(database: None) -> None:
    waiting = "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND relation = 'subscriber'::regclass)"
    async with db.transaction():
        await subscriber("anna@example.org")
        # A task of its own, outside of the transaction under way.
        overwriting = Context().run(asyncio.create_task, shredding.overwrite(ADDRESS))
        while not await db.fetch_value(waiting):
            await asyncio.sleep(0)
    assert await overwriting == 1
    with pytest.raises(sealing.Unsealable):
        sealing.unseal_address(await db.fetch_value("SELECT address FROM subscriber"))


async def test_an_interrupted_run_goes_on_where_it_was(database: None) -> None:
    await subscriber("anna@example.org")
    assert await shredding.overwrite(ADDRESS) == 1
    await subscriber("boris@example.org")
    assert await shredding.overwrite(ADDRESS) == 1
    assert await shredding.overwrite(ADDRESS) == 0


def test_a_shredded_file_is_gone_and_was_overwritten_before(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("a secret of the house")
    other_name = tmp_path / "beside"
    other_name.hardlink_to(file)
    shredding.shred(file)
    assert not file.exists()
    assert len(other_name.read_bytes()) == len("a secret of the house")
    assert b"secret" not in other_name.read_bytes()

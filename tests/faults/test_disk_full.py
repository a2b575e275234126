"""The disk of the records is full: what left is not sent again, and what did not leave does when there is room."""

import asyncio
import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from service.auth import audit
from service.delivery import claims, sending
from service.kit import embedded
from tests.make import copies, mailings, smtp

READERS = 400


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A disk of its own with some 130 MB, of which PostgreSQL needs half."""
    if os.geteuid():
        pytest.skip("only root may mount a small disk")
    with tempfile.TemporaryDirectory(prefix="hf-", dir="/tmp") as folder:
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=130m,mode=0755", "tmpfs", folder])
        if mounted.returncode:
            pytest.skip("this machine lets nobody mount a small disk")
        try:
            yield Path(folder)
        finally:
            subprocess.run(["umount", folder], check=True)


@contextmanager
def full(disk: Path) -> Iterator[None]:
    """Inside the block not a byte is left."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while file.write(b"\0" * 4096):
                pass
        except OSError:
            pass
    try:
        yield
    finally:
        ballast.unlink()


async def test_a_disk_that_is_full_in_the_middle_of_a_campaign_loses_and_doubles_nothing(
    work: Any, servers: embedded.Servers, small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For longer than a lease lasts."""
    monkeypatch.setattr(claims, "LEASE", timedelta(seconds=0.5))
    dump = copies.dumped(servers.database_url)
    with copies.running(small_disk) as address:
        copies.restore(dump, address)
        async with copies.standing_on(address), smtp.office() as office:
            office.gate = asyncio.Event()
            mailing = await mailings.started(READERS)
            at_work = asyncio.create_task(work())
            while not office.commands["MAIL"]:
                await asyncio.sleep(0.01)
            with full(small_disk):
                office.gate.set()
                with pytest.raises(asyncpg.DiskFullError):
                    while True:
                        await audit.record(None, "campaign.tested")
                await asyncio.sleep(1.2)
                assert len(office.received) < READERS and not at_work.done()
            await at_work
            await sending.sweep()
            await work()
            assert await mailings.states(mailing) == {"sent": READERS}
            assert len(office.received) == len(set(office.recipients)) == READERS

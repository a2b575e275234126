"""A backup that is restored, on other machines and in other ways, sends nothing by itself of what was due."""

import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from service.campaigns import moments, queries
from service.campaigns import sending as campaigns
from service.delivery import continuity, outbox, sending
from service.kit import clock, embedded, jobs
from service.kit.settings import settings
from tests.make import copies, mailings, smtp
from tests.make.campaigns import campaign, postal_address
from tests.make.smtp import PostOffice
from tests.make.subscribers import subscriber

ZURICH = ZoneInfo("Europe/Zurich")
READERS = 20


@pytest.fixture
def elsewhere() -> Iterator[Path]:
    """A folder that PostgreSQL's account may reach."""
    with tempfile.TemporaryDirectory(prefix="hf-", dir="/tmp", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


async def under_way() -> tuple[int, int]:
    """A mailing that is being sent, and a campaign that will be due in an hour."""
    await postal_address()
    await subscriber("anna@example.org")
    planned = await campaign()
    moment = moments.Moment(clock.now() + timedelta(hours=1), "")
    await campaigns.schedule(planned, moment, None, None, warned=True)
    return await mailings.started(READERS), planned


async def everything_due(work: Any) -> None:
    await sending.sweep()
    await jobs.body("campaigns.start_due")()
    await work()


async def waits_for_a_person(work: Any, office: PostOffice, mailing: int, planned: int) -> None:
    """Two hours after the copy, of which the first database has sent everything, and after staff let it go on."""
    with clock.at(clock.now() + timedelta(hours=2)):
        await everything_due(work)
        assert not office.received
        assert (await mailings.state(mailing), await mailings.states(mailing)) == ("paused", {"queued": READERS})
        assert (await queries.find(planned)).is_overdue(clock.now())
        await outbox.resume(mailing)
        await campaigns.schedule(planned, moments.immediately(ZURICH, clock.now()), None, None, warned=True)
        await everything_due(work)
        assert len(office.received) == len(set(office.recipients)) == READERS + 1


async def test_a_dump_that_is_restored_on_another_machine(
    work: Any, servers: embedded.Servers, elsewhere: Path
) -> None:
    async with smtp.office() as office:
        mailing, planned = await under_way()
        dump = copies.dumped(servers.database_url)
        await everything_due(work)
        office.received.clear()
        with copies.running(elsewhere) as address:
            copies.restore(dump, address)
            async with copies.standing_on(address):
                await waits_for_a_person(work, office, mailing, planned)


@pytest.mark.parametrize("later", [timedelta(minutes=1), timedelta(hours=2)])
async def test_a_copy_of_all_files_a_minute_or_two_hours_later(
    work: Any, servers: embedded.Servers, elsewhere: Path, later: timedelta
) -> None:
    """Nothing in the copy differs but that a minute of beats is missing, which the file beside it knows."""
    async with smtp.office() as office:
        mailing, planned = await under_way()
        copies.copy_files(servers, elsewhere)
        if later < continuity.SILENCE:
            with clock.at(clock.now() + later):
                await continuity.ensure()
        else:
            (settings().var / "heartbeat").unlink()
        with copies.running(elsewhere) as address, clock.at(clock.now() + later):
            async with copies.standing_on(address):
                await sending.sweep()
                await work()
                assert await mailings.state(mailing) == "paused"
                assert not office.received
                assert not (await queries.find(planned)).is_started

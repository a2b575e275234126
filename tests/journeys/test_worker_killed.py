"""A worker process is killed in the middle of a mailing: nothing is lost, nothing is sent twice by itself."""

import asyncio
import signal
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from service.delivery import claims, outbox, queries, sending
from service.kit import clock, jobs
from tests.make import mailings, processes, smtp

READERS = 1000


async def until(what: str, seconds: float, true: object) -> None:
    ends = time.monotonic() + seconds
    while not true():  # type: ignore[operator]
        assert time.monotonic() < ends, what
        await asyncio.sleep(0.02)


async def drained(mailing: int, seconds: float) -> queries.Books:
    """The clock's part is played by the test."""
    ends = time.monotonic() + seconds
    while (books := await queries.books(mailing)).open:
        assert time.monotonic() < ends, books
        await sending.sweep()
        await asyncio.sleep(0.2)
    return books


async def test_killed_in_the_middle_and_started_again_nothing_is_lost_and_nothing_twice(
    database: None, tmp_path: Path
) -> None:
    async with smtp.office() as office:
        mailing = await mailings.started(READERS)
        with processes.worker(tmp_path / "first.log") as first:
            await until("mails arrive", 20, lambda: len(office.received) > READERS // 3)
            first.send_signal(signal.SIGKILL)
            first.wait()
        at_the_kill = len(office.received)
        assert at_the_kill < READERS
        # Nobody is there to renew the lease: let its time pass.
        with clock.at(clock.now() + claims.LEASE + timedelta(seconds=1)):
            await sending.sweep()
        with processes.worker(tmp_path / "second.log"):
            books = await drained(mailing, 40)
        often = Counter(office.recipients)
        assert max(often.values()) == 1
        assert books.balanced and books.refused == books.skipped == 0
        assert books.unknown <= sending.LANES
        assert books.sent + books.unknown == READERS
        assert READERS - books.unknown <= len(office.received) <= READERS
        await outbox.resend_unknown(mailing)
        with processes.worker(tmp_path / "third.log"):
            books = await drained(mailing, 20)
        assert set(office.recipients) == {address for _id, address, _name in mailings.people(READERS)}
        assert books.sent == READERS


async def test_a_worker_that_is_told_to_stop_finishes_what_is_under_way_and_gives_back_the_rest(
    database: None, tmp_path: Path
) -> None:
    async with smtp.office() as office:
        mailing = await mailings.started(READERS)
        with processes.worker(tmp_path / "first.log") as first:
            await until("mails arrive", 20, lambda: len(office.received) > READERS // 3)
            first.send_signal(signal.SIGTERM)
            await asyncio.to_thread(first.wait, 30)
        books = await queries.books(mailing)
        assert books.unknown == 0 and books.sent == len(office.received) < READERS
        assert set(await mailings.states(mailing)) == {"sent", "queued"}
        with processes.worker(tmp_path / "second.log"):
            books = await drained(mailing, 40)
        assert books.sent == len(set(office.recipients)) == len(office.received) == READERS


async def test_two_workers_at_once_send_each_mail_once(database: None, tmp_path: Path) -> None:
    async with smtp.office() as office:
        mailing = await mailings.started(READERS)
        with processes.worker(tmp_path / "one.log"), processes.worker(tmp_path / "two.log"):
            books = await drained(mailing, 60)
        assert books.sent == len(office.received) == len(set(office.recipients)) == READERS


async def test_losing_the_queue_loses_nothing(database: None, tmp_path: Path) -> None:
    async with smtp.office() as office:
        mailing = await mailings.started(50)
        jobs.broker().client.flushall()
        with processes.worker(tmp_path / "one.log"):
            books = await drained(mailing, 30)
        assert books.sent == len(office.received) == 50


@pytest.mark.parametrize("canary", ["reader1@example.net"])
async def test_the_worker_s_log_names_nobody(database: None, tmp_path: Path, canary: str) -> None:
    refuse = f"550 5.1.1 <{canary}>: no such user"
    async with smtp.office(lambda phase, who: refuse if phase == "rcpt" else None):
        mailing = await mailings.started(1)
        with processes.worker(tmp_path / "one.log"):
            await drained(mailing, 30)
        assert canary not in (tmp_path / "one.log").read_text()
        [reason] = await queries.reasons(mailing)
        assert canary not in reason.example and "no such user" in reason.example

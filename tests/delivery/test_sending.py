import asyncio
from datetime import timedelta
from typing import Any

import pytest

from service.delivery import claims, outbox, queries, run, sending, transactional
from service.delivery.claims import Claim, Settled
from service.delivery.taking import WINDOW
from service.delivery.writing import AHEAD
from service.kit import clock, db, jobs
from tests.make import mailings, smtp
from tests.make.scripted import Scripted, scripted

FAREWELL = {"organisation": "Example Solidarity", "postal_address": ""}


async def test_everybody_gets_the_mail_once_and_the_books_balance(work: Any) -> None:
    async with smtp.office() as office:
        mailing = await mailings.started(30)
        await work()
        assert sorted(office.recipients) == sorted(address for _id, address, _name in mailings.people(30))
        books = await queries.books(mailing)
        assert (books.audience, books.sent, books.open, books.balanced) == (30, 30, 0, True)
        progress = await queries.progress(mailing)
        assert progress and progress.state == "sent" and progress.finished_at


async def test_letters_are_written_ahead_and_one_that_cannot_be_written_keeps_nobody_waiting(work: Any) -> None:
    async with smtp.office() as office:
        mailing = await mailings.mailing()
        await mailings.audience(mailing, mailings.people(2 * AHEAD))
        lost = await db.fetch_value("SELECT id FROM delivery ORDER BY id OFFSET 5 LIMIT 1")
        await db.execute("UPDATE delivery SET first_name = $2 WHERE id = $1", lost, b"\x01" + bytes(40))
        await outbox.open(mailing)
        await work()
        assert await mailings.states(mailing) == {"sent": 2 * AHEAD - 1, "refused": 1}
        assert len(set(office.recipients)) == len(office.recipients) == 2 * AHEAD - 1
        for mail in office.received:
            name = str(mail.parsed["To"]).split("@")[0].removeprefix("reader")
            assert mail.parsed["Subject"] == f"News for Reader {name}"


async def test_the_next_mail_is_offered_with_the_content_of_the_last_one(work: Any) -> None:
    """The server says nothing of the second mail before it has heard of the third."""
    async with scripted(Scripted("end", "after the next", first=2, times=1, pipelining=True)) as server:
        mailing = await mailings.started(3)
        await work()
        assert server.taken == [f"reader{number}@example.net" for number in (1, 2, 3)]
        assert server.reached["connect"] == 1 and server.reached["mail"] == 3
        assert await mailings.states(mailing) == {"sent": 3}


async def test_who_finds_more_than_it_can_hold_asks_the_other_workers_to_help(work: Any) -> None:
    async with smtp.office() as office:
        office.gate = asyncio.Event()
        mailing = await mailings.started(WINDOW + 1)
        before = jobs.waiting()["bulk"]
        sent = asyncio.create_task(sending.send_mailing(mailing))
        while jobs.waiting()["bulk"] == before:
            await asyncio.sleep(0)
        office.gate.set()
        await sent
        await work()
        assert await mailings.states(mailing) == {"sent": WINDOW + 1}


async def test_many_mails_to_one_person_each_ask_for_no_help_with_a_mailing(
    work: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "TICK_SECONDS", 0)
    async with smtp.office() as office:
        await transactional.send("subscribers/unsubscribed", "en", "anna@example.net", FAREWELL)
        await db.execute(
            "INSERT INTO delivery (state, attempts, reason, reply, language, address, template, context, due_at)"
            " SELECT state, attempts, reason, reply, language, address, template, context, due_at"
            " FROM delivery, generate_series(1, $1)",
            WINDOW,
        )
        assert set(await work()) == {"delivery.transactional"}
        assert len(office.received) == WINDOW + 1


async def test_paused_meanwhile_what_was_offered_already_does_not_leave(work: Any) -> None:
    async with smtp.office(offers=["PIPELINING"], configured=False) as office:
        office.gate, office.gated = asyncio.Event(), "reader2@"
        async with smtp.smtp_url(f"{office.url}?connections=1"):
            mailing = await mailings.started(5)
            sent = asyncio.create_task(sending.send_mailing(mailing))
            while not any("reader2@" in said for said in office.envelopes):
                await asyncio.sleep(0)
            await outbox.pause(mailing)
            office.gate.set()
            await sent
            assert any("reader3@" in said for said in office.envelopes)
            assert await mailings.states(mailing) == {"sent": 2, "queued": 3}
            await outbox.resume(mailing)
            await work()
            assert await mailings.states(mailing) == {"sent": 5}
            assert len(office.recipients) == len(set(office.recipients)) == 5


async def test_nobody_waits_behind_a_reader_whose_server_does_not_answer(work: Any) -> None:
    """Not even when all other lanes have nothing else to do."""
    async with smtp.office(offers=["PIPELINING"], configured=False) as office:
        office.gate, office.gated = asyncio.Event(), "reader5@"
        async with smtp.smtp_url(f"{office.url}?connections=2"):
            mailing = await mailings.started(9)
            sent = asyncio.create_task(sending.send_mailing(mailing))
            async with asyncio.timeout(10):
                while len(office.received) < 8:
                    await asyncio.sleep(0)
            office.gate.set()
            await sent
            assert await mailings.states(mailing) == {"sent": 9}
            assert len(office.received) == len(set(office.recipients)) == 9


async def test_addresses_and_names_are_emptied_when_the_mail_is_out(work: Any) -> None:
    async with smtp.office():
        await mailings.started(3)
        await work()
    left = await db.fetch_value("SELECT count(*) FROM delivery WHERE address IS NOT NULL OR first_name IS NOT NULL")
    assert left == 0


async def test_anna_reads_her_own_name_in_both_parts(work: Any) -> None:
    async with smtp.office() as office:
        mailing = await mailings.mailing()
        await mailings.audience(mailing, [(1, "anna@example.net", "Ánna <b>")])
        await outbox.open(mailing)
        await work()
        [mail] = office.received
        assert mail.parsed["Subject"] == "News for Ánna <b>"
        body = {part.get_content_subtype(): part.get_content() for part in mail.parsed.iter_parts()}
        assert body["plain"].startswith("Dear Ánna <b>,\r\n")
        assert "<p>Dear Ánna &lt;b&gt;,</p>" in body["html"]


async def test_a_closed_mailing_goes_on_when_who_comes_back_late_tells_that_a_mail_did_not_leave(work: Any) -> None:
    async with smtp.office() as office, db.connection() as kept:
        mailing = await mailings.started(2)
        late = Claim(mailing)
        await late.begin(kept)
        [row] = await late.take(1)
        assert await late.turn([], [row["id"]], kept=kept) == {row["id"]}
        await work()
        with clock.at(clock.now() + claims.LEASE + timedelta(seconds=1)):
            assert await claims.expire() == 1
        assert await claims.finish() == [mailing]
        assert await mailings.states(mailing) == {"sent": 1, "unknown": 1}

        await late.turn([Settled(row["id"], "queued")], [], kept=kept)
        await sending.sweep()
        await work()
        assert await mailings.states(mailing) == {"sent": 2}
        progress = await queries.progress(mailing)
        assert progress and progress.state == "sent" and len(office.received) == 2

"""Pausing, cancelling, withdrawing and unknown rows, while a mailing is on its way."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest

from service.delivery import claims, outbox, queries, sending
from service.delivery.claims import Claim, Settled
from service.delivery.headers import BadSender
from service.kit import clock, db
from tests.make import hearts, mailings, smtp


async def test_a_paused_mailing_sends_nothing_and_goes_on_where_it_stopped(work: Any) -> None:
    async with smtp.office() as office:
        mailing = await mailings.started(30)
        await outbox.pause(mailing, "Anna wants to look at it again.")
        await work()
        await sending.sweep()
        await work()
        assert not office.received
        progress = await queries.progress(mailing)
        assert progress and progress.trouble == "Anna wants to look at it again."
        await outbox.resume(mailing)
        await outbox.resume(mailing)
        await work()
        assert len(office.received) == 30


async def test_pausing_in_the_middle_lets_only_what_is_under_way_finish(work: Any) -> None:
    async with smtp.office() as office:
        office.gate, office.passes = asyncio.Event(), 1
        mailing = await mailings.started(100)
        running = asyncio.create_task(work())
        while office.commands["MAIL"] < 1 + sending.LANES:
            await asyncio.sleep(0.01)
        await outbox.pause(mailing)
        office.gate.set()
        await running
        assert len(office.received) == 1 + sending.LANES
        assert await mailings.states(mailing) == {"sent": 1 + sending.LANES, "queued": 99 - sending.LANES}


async def test_a_cancelled_mailing_skips_everybody_who_has_not_got_it(work: Any) -> None:
    async with smtp.office() as office:
        office.gate, office.passes = asyncio.Event(), 1
        mailing = await mailings.started(100)
        running = asyncio.create_task(work())
        while office.commands["MAIL"] < 1 + sending.LANES:
            await asyncio.sleep(0.01)
        assert await outbox.cancel(mailing) == 99 - sending.LANES
        office.gate.set()
        await running
        books = await queries.books(mailing)
        assert (books.sent, books.skipped, books.open) == (1 + sending.LANES, 99 - sending.LANES, 0)
        assert [reason.reason for reason in await queries.reasons(mailing)] == ["cancelled"]
        with pytest.raises(outbox.NotPossibleNow):
            await outbox.resume(mailing)


async def test_who_unsubscribes_while_it_is_sent_gets_nothing_claimed_after(work: Any) -> None:
    async with smtp.office() as office:
        office.gate, office.passes = asyncio.Event(), 1
        mailing = await mailings.started(100)
        running = asyncio.create_task(work())
        while office.commands["MAIL"] < 1 + sending.LANES:
            await asyncio.sleep(0.01)
        waiting = await db.fetch(
            "SELECT subscriber FROM delivery WHERE state = 'queued'"
            " AND id NOT IN (SELECT unnest(under_way) FROM delivery_run) ORDER BY id"
        )
        leaving = [row["subscriber"] for row in waiting[::7]]
        for subscriber in leaving:
            assert await outbox.withdraw(subscriber, "unsubscribed") == 1
        office.gate.set()
        await running
        assert not {f"reader{subscriber}@example.net" for subscriber in leaving} & set(office.recipients)
        books = await queries.books(mailing)
        assert (books.sent, books.skipped) == (100 - len(leaving), len(leaving))


async def test_a_temporary_answer_to_somebody_who_just_left_is_not_tried_again(work: Any) -> None:
    async with smtp.office(lambda phase, who: "451 4.2.0 later" if phase == "end" else None) as office:
        office.gate = asyncio.Event()
        mailing = await mailings.started(1)
        running = asyncio.create_task(work())
        while not office.commands["MAIL"]:
            await asyncio.sleep(0.01)
        await outbox.withdraw(1, "unsubscribed")
        office.gate.set()
        await running
        row = await db.fetch_one("SELECT state, reason, address FROM delivery")
        assert row and tuple(row) == ("skipped", "unsubscribed", None)
        assert (await queries.books(mailing)).balanced


async def test_who_leaves_between_freeze_and_opening_does_not_slip_through(work: Any) -> None:
    async with smtp.office() as office:
        mailing = await mailings.mailing()
        await mailings.audience(mailing, mailings.people(5))
        await outbox.open(mailing, "SELECT unnest($1::bigint[]) AS subscriber", [[2, 4]])
        await work()
        assert sorted(office.recipients) == [f"reader{n}@example.net" for n in (1, 3, 5)]
        assert (await queries.books(mailing)).skipped == 2


async def test_opening_waits_for_somebody_who_is_just_leaving(database: None) -> None:
    mailing = await mailings.mailing()
    await mailings.audience(mailing, mailings.people(1))
    left = asyncio.Event()

    async def leave() -> None:
        async with db.transaction():
            await outbox.withdraw(1, "unsubscribed")
            left.set()
            await asyncio.sleep(0.2)
            await db.execute("UPDATE organisation SET name = 'Somebody left'")

    leaving = asyncio.create_task(leave())
    await left.wait()
    await outbox.open(mailing)
    assert await db.fetch_value("SELECT name FROM organisation") == "Somebody left"
    await leaving


async def test_erasing_somebody_empties_every_row_and_leaves_the_books_in_balance(database: None) -> None:
    mailing = await mailings.started(3)
    await db.execute("UPDATE delivery SET state = 'unknown' WHERE subscriber = 2")
    await outbox.forget([1, 2])
    rows = await db.fetch("SELECT state, subscriber, address, first_name FROM delivery ORDER BY id")
    assert [tuple(row) for row in rows[:2]] == [("skipped", None, None, None), ("unknown", None, None, None)]
    assert await outbox.resend_unknown(mailing) == 0
    books = await queries.books(mailing)
    assert books.balanced and books.skipped == 2


async def test_after_an_erasure_no_answer_of_a_server_names_anybody(database: None) -> None:
    mailing = await mailings.started(2)
    await db.execute(
        "UPDATE delivery SET state = 'refused', reason = 'gone', settled_at = now(), reply = '550 5.1.1 no anna here'"
    )
    await outbox.forget([1])
    assert [row["reply"] for row in await db.fetch("SELECT reply FROM delivery ORDER BY id")] == [
        "",
        "550 5.1.1 no anna here",
    ]
    assert (await queries.books(mailing)).refused == 2


async def test_freezing_the_same_person_twice_is_one_mail(database: None) -> None:
    mailing = await mailings.mailing()
    await mailings.audience(mailing, mailings.people(3))
    await mailings.audience(mailing, mailings.people(5))
    assert (await queries.books(mailing)).audience == 5


async def test_a_reader_without_an_edition_is_found_before_anything_is_sent(database: None) -> None:
    mailing = await mailings.mailing()
    with pytest.raises(outbox.EditionMissing, match="fr"):
        await mailings.audience(mailing, mailings.people(1), language="fr")
    assert (await queries.books(mailing)).audience == 0


async def test_fifty_clicks_on_send_open_it_once(database: None) -> None:
    mailing = await mailings.mailing()
    await mailings.audience(mailing, mailings.people(1))
    results = await asyncio.gather(*(outbox.open(mailing) for _click in range(50)), return_exceptions=True)
    assert [result for result in results if result is None] == [None]
    assert all(isinstance(result, outbox.NotPossibleNow) for result in results if result)


@pytest.mark.parametrize(
    "change",
    [
        {"sender_name": "News\r\nBcc: x@example.org"},
        {"sender_name": "=?utf-8?q?Hi=0ABcc:_x@example.org?="},
        {"sender_address": "news@example.org\nBcc: x@example.org"},
        {"sender_address": "nobody"},
        {"reply_to": "a@example.org, b@example.org"},
        {"list_label": "a b"},
    ],
)
async def test_a_sender_that_would_break_the_headers_is_refused_at_once(
    database: None, change: dict[str, str]
) -> None:
    with pytest.raises(BadSender):
        await mailings.mailing(**change)


@asynccontextmanager
async def holding(mailing: int) -> AsyncIterator[Claim]:
    """A run as a worker has it."""
    claim = Claim(mailing)
    async with db.connection() as kept:
        await claim.begin(kept)
        yield claim


async def test_a_lost_lease_queues_what_was_not_begun_and_asks_about_the_rest(database: None) -> None:
    mailing = await mailings.started(3)
    async with holding(mailing) as claim:
        rows = await claim.take(10)
        await claim.turn([], [rows[0]["id"]])
        with clock.at(clock.now() + claims.LEASE + timedelta(seconds=1)):
            await claims.expire()
        assert await mailings.states(mailing) == {"unknown": 1, "queued": 2}
        assert await claim.turn([], [row["id"] for row in rows]) == set()


async def test_a_worker_that_is_gone_is_noticed_by_its_lock_long_before_its_lease_ends(database: None) -> None:
    mailing = await mailings.started(3)
    alive, dead = Claim(mailing), Claim(mailing)
    async with db.connection() as kept:
        await alive.begin(kept)
        async with db.connection() as lost:
            await dead.begin(lost)
            [first, *_others] = await dead.take(3)
            await dead.turn([], [first["id"]])
        with clock.at(clock.now() + claims.SILENCE + timedelta(seconds=1)):
            assert await claims.expire() == 1
        assert await mailings.states(mailing) == {"unknown": 1, "queued": 2}
        assert len(await alive.take(3)) == 2


async def test_a_worker_that_comes_back_late_still_tells_what_became_of_its_mail(database: None) -> None:
    mailing = await mailings.started(1)
    async with holding(mailing) as claim:
        [row] = await claim.take(10)
        await claim.turn([], [row["id"]])
        with clock.at(clock.now() + claims.LEASE + timedelta(seconds=1)):
            await claims.expire()
        await claim.turn([Settled(row["id"], "sent")], [])
        assert await mailings.states(mailing) == {"sent": 1}


async def test_a_renewed_lease_holds(database: None) -> None:
    mailing = await mailings.started(1)
    async with holding(mailing) as claim:
        [row] = await claim.take(10)
        with clock.at(clock.now() + timedelta(seconds=30)):
            await claim.renew()
        with clock.at(clock.now() + timedelta(seconds=60)):
            await claims.expire()
            assert await claim.turn([], [row["id"]]) == {row["id"]}


async def test_what_one_worker_holds_no_other_gets(database: None) -> None:
    mailing = await mailings.started(5)
    async with holding(mailing) as one, holding(mailing) as two:
        first, second = await one.take(3), await two.take(5)
        assert (len(first), len(second)) == (3, 2)
        assert mailing not in await claims.mailings_due()
        assert await one.take(5, [row["id"] for row in first]) == []


async def test_who_leaves_while_the_mail_is_under_way_is_booked_as_what_happened(database: None) -> None:
    mailing = await mailings.started(3)
    async with holding(mailing) as claim:
        ids = [row["id"] for row in await claim.take(3)]
        assert await claim.turn([], ids) == set(ids)
        for reader in (1, 2, 3):
            assert await outbox.withdraw(reader, "unsubscribed") == 0
        later = clock.now() + timedelta(minutes=1)
        await claim.turn([Settled(ids[0], "sent"), Settled(ids[1], "later", "later", "", later)], [], ids[2:])
        assert await mailings.states(mailing) == {"sent": 1, "skipped": 2}
    with clock.at(clock.now() + claims.LEASE + timedelta(seconds=1)):
        await claims.expire()
    assert await mailings.states(mailing) == {"sent": 1, "skipped": 1, "unknown": 1}
    assert await db.fetch_value("SELECT count(address) FROM delivery") == 0


async def test_unknown_mails_are_sent_again_only_when_staff_say_so_and_as_the_same_message(work: Any) -> None:
    async with smtp.office(lambda phase, who: smtp.LOSE if phase == "end" else None) as office:
        mailing = await mailings.started(2)
        await work()
        office.rule = lambda phase, who: None
        with clock.at(clock.now() + timedelta(days=1)):
            await hearts.kept_beating()
            await sending.sweep()
            await work()
        await hearts.kept_beating()
        assert len(office.received) == 2
        progress = await queries.progress(mailing)
        assert progress and (progress.state, progress.books.unknown) == ("sent", 2)
        assert await outbox.resend_unknown(mailing) == 2
        await work()
        books = await queries.books(mailing)
        assert (books.sent, books.unknown) == (2, 0)
        first, again = office.to("reader1@example.net")
        assert first.parsed["Message-ID"] == again.parsed["Message-ID"]


async def test_unknown_mails_that_staff_leave_stay_counted_and_name_nobody(work: Any) -> None:
    async with smtp.office(lambda phase, who: smtp.LOSE if phase == "end" else None):
        mailing = await mailings.started(2)
        await work()
        assert await outbox.leave_unknown(mailing) == 2
        assert await outbox.resend_unknown(mailing) == 0
        assert await db.fetch_value("SELECT count(address) FROM delivery") == 0
        assert (await queries.books(mailing)).balanced


async def explained(mailing: int) -> list[str]:
    """How PostgreSQL would take rows of `mailing`."""
    _lock, take = Claim(mailing)._taking(200, "{}").split(";")
    return [row[0] for row in await db.fetch("EXPLAIN " + take)]


async def test_the_claim_is_an_index_scan(database: None) -> None:
    mailing = await mailings.started(3000)
    await db.execute("ANALYZE delivery")
    plan = await explained(mailing)
    assert any("Index Only Scan using delivery_due" in line for line in plan), plan
    assert not any("Sort" in line for line in plan), plan

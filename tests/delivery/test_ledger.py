"""After its time the ledger says how many and no longer to whom."""

from datetime import UTC, datetime, timedelta

import pytest

from service.delivery import ledger, outbox, queries, transactional
from service.kit import clock, db, jobs
from tests.make import mailings

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
STATES = ("sent", "refused", "skipped", "unknown", "sent")


async def ended() -> int:
    """A mailing of five, over at noon, whose rows still name everybody."""
    with clock.at(NOON):
        mailing = await mailings.started(len(STATES))
        for subscriber, state in enumerate(STATES, 1):
            await db.execute(
                "UPDATE delivery SET state = $2, reply = '550 reader knows', settled_at = $3"
                " WHERE subscriber = $1 AND mailing = $4",
                subscriber,
                state,
                NOON,
                mailing,
            )
        await db.execute("UPDATE mailing SET state = 'sent', finished_at = $2 WHERE id = $1", mailing, NOON)
    return mailing


async def named() -> int:
    found: int = await db.fetch_value(
        "SELECT count(*) FROM delivery WHERE coalesce(subscriber::text, address::text, first_name::text,"
        " last_name::text, context::text, nullif(reply, '')) IS NOT NULL"
    )
    return found


async def test_the_books_of_an_old_mailing_are_the_same_and_name_nobody(database: None) -> None:
    mailing, fresh = await ended(), await mailings.started(2)
    before = await queries.books(mailing)
    await ledger.forget(NOON)
    assert await named() == len(STATES) + 2
    await ledger.forget(NOON + timedelta(seconds=1))
    assert await named() == 2
    assert await queries.books(mailing) == before
    assert before.balanced
    assert (await queries.books(fresh)).open == 2


async def test_the_unknown_ones_of_an_old_mailing_stay_unknown_whatever_staff_ask(database: None) -> None:
    mailing = await ended()
    await ledger.forget(NOON + timedelta(days=1))
    assert await outbox.resend_unknown(mailing) == 0
    assert (await queries.books(mailing)).unknown == 1


async def test_a_mailing_whose_unknown_ones_go_out_again_is_old_later(database: None) -> None:
    mailing = await ended()
    assert await outbox.resend_unknown(mailing) == 1
    await ledger.forget(NOON + timedelta(days=1))
    assert await named() == len(STATES)


async def test_a_long_ledger_is_emptied_in_batches_and_goes_on_after_a_stop(
    database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger, "_AT_ONCE", 2)
    await ended()
    jobs.stopping.set()
    try:
        await ledger.forget(NOON + timedelta(days=1))
    finally:
        jobs.stopping.clear()
    assert await named() == len(STATES)
    await ledger.forget(NOON + timedelta(days=1))
    assert await named() == 0


async def test_the_record_of_a_single_mail_goes_and_one_that_waits_stays(
    database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger, "_AT_ONCE", 1)
    for _time in range(3):
        async with db.transaction():
            await transactional.send("subscribers/unsubscribed", "en", "anna@example.org", {}, subscriber=1)
    await db.execute("UPDATE delivery SET state = 'sent', settled_at = $1 WHERE id <> 3", NOON)
    await ledger.forget(NOON + timedelta(seconds=1))
    assert [row["id"] for row in await db.fetch("SELECT id FROM delivery")] == [3]

"""Mails that come by themselves: a click that is still missing, and whether there was an answer. Each goes once."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from service.advocacy import mail, scrubbing, states, written
from service.advocacy.mail import CONFIRM_FOR
from service.advocacy.tables import AdvocacyState
from service.advocacy.written import Written
from service.kit import clock, db, jobs

REMIND_AFTER = timedelta(hours=24)
ASK_AFTER = timedelta(days=14)
ASK_AGAIN_AFTER = timedelta(days=7)
_AT_ONCE = 200


async def remind_due() -> None:
    """Whoever has not confirmed for a day, while the action goes on: one mail for all that its link confirms."""
    await _each(_NOT_CONFIRMED, _REMINDED, REMIND_AFTER, mail.remind)


async def ask_due() -> None:
    """Whether they were answered; who has not told is asked once more."""
    await _each(_TO_ASK, _ASKED, ASK_AFTER, mail.ask)
    await _each(_TO_ASK_AGAIN, _ASKED_AGAIN, ASK_AGAIN_AFTER, mail.ask_again)


async def drop_due() -> None:
    """What nobody confirmed is forgotten; they may write again."""
    while not jobs.stopping.is_set():
        async with db.transaction():
            rows = await db.fetch(_UNCONFIRMED, clock.now() - CONFIRM_FOR, _AT_ONCE)
            dropped = await states.move([row["id"] for row in rows], AdvocacyState.DROPPED)
            await scrubbing.scrub(dropped, writer=True)
        if len(rows) < _AT_ONCE:
            break


async def _each(due: str, mark: str, after: timedelta, send: Callable[[Written], Awaitable[None]]) -> None:
    now = clock.now()
    while not jobs.stopping.is_set():
        rows = await db.fetch(due, now - after, _AT_ONCE)
        for row in rows:
            await _once(row["id"], mark, now, send)
        if len(rows) < _AT_ONCE:
            break


async def _once(letter: int, mark: str, now: datetime, send: Callable[[Written], Awaitable[None]]) -> None:
    async with db.transaction():
        if await db.execute(mark, letter, now) and (given := await written.of(letter)):
            await send(given)


_UNCONFIRMED = (
    "SELECT id FROM advocacy_letter WHERE state = 'unconfirmed' AND created_at <= $1 ORDER BY created_at LIMIT $2"
)
_NOT_CONFIRMED = """
    SELECT l.id FROM advocacy_letter l JOIN action a ON a.id = l.action
     WHERE l.state = 'unconfirmed' AND l.created_at <= $1 AND l.reminded_at IS NULL
       AND (a.state = 'open' OR l.is_test AND a.state = 'draft')
     ORDER BY l.created_at LIMIT $2
"""
_REMINDED = """
    UPDATE advocacy_letter o SET reminded_at = $2 FROM advocacy_letter l
     WHERE l.id = $1 AND l.reminded_at IS NULL AND o.action = l.action AND o.address = l.address
       AND o.state = 'unconfirmed' AND o.reminded_at IS NULL
"""
# Of a trial nobody is asked whether the member has answered: none was written to.
_SENT = "SELECT id FROM advocacy_letter WHERE state = 'sent' AND address IS NOT NULL AND NOT is_test AND outcome = ''"
_TO_ASK = f"{_SENT} AND sent_at <= $1 AND asked_at IS NULL ORDER BY sent_at LIMIT $2"
_TO_ASK_AGAIN = f"{_SENT} AND asked_at <= $1 AND asked_again_at IS NULL ORDER BY sent_at LIMIT $2"
_ASKED = "UPDATE advocacy_letter SET asked_at = $2 WHERE id = $1 AND asked_at IS NULL AND state = 'sent'"
_ASKED_AGAIN = (
    "UPDATE advocacy_letter SET asked_again_at = $2 WHERE id = $1 AND asked_again_at IS NULL AND outcome = ''"
)

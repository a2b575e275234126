"""What became of the mails: a letter counts as sent when a server took it, and no longer when it comes back."""

from datetime import timedelta

from service.advocacy import mail, states, written
from service.advocacy.failing import Why, fail
from service.advocacy.tables import AdvocacyState
from service.advocacy.written import Written
from service.delivery import bounces, verp
from service.delivery.replies import Verdict
from service.kit import clock, db, jobs

_AT_ONCE = 500
# After this a return path does not count any more, and neither does what comes back to it.
_COMES_BACK_WITHIN = timedelta(days=verp.DAYS_VALID + 1)


async def note() -> None:
    """Writes down what the delivery machine says of letters that are leaving, and what came back since."""
    while not jobs.stopping.is_set():
        rows = await db.fetch(_SETTLED, _AT_ONCE)
        for row in rows:
            await _note(row)
        if len(rows) < _AT_ONCE:
            break
    for row in await db.fetch(_CAME_BACK, clock.now() - _COMES_BACK_WITHIN, _AT_ONCE):
        await _came_back(row)


async def _note(row: db.Record) -> None:
    match row["state"]:
        case "sent":
            await _sent(row["id"])
        case "unknown":
            await states.move([row["id"]], AdvocacyState.UNKNOWN)
        case _:
            gone = row["reason"] == Verdict.GONE
            await _failed(row, Why.GONE if gone else Why.REFUSED, marks=gone)


async def _sent(letter: int) -> None:
    async with db.transaction():
        if await states.move([letter], AdvocacyState.SENT) and (given := await written.of(letter)):
            await mail.receipt(given)


async def _came_back(row: db.Record) -> None:
    """A full mailbox or a filter loses this letter; only an address that is gone is gone for all."""
    await _failed(row, Why.CAME_BACK, marks=row["kind"] == "hard")


async def _failed(row: db.Record, why: Why, marks: bool) -> None:
    async with db.transaction():
        given = await written.of(row["id"])
        words = bounces.redacted(row["words"], _own(given) if given else [])
        await bounces.reword(row["delivery"], words)
        if await fail(row["id"], why) and marks and not row["is_test"]:
            await db.execute(
                # One that was put right since then is another address.
                "UPDATE representative SET bounced_at = $2, bounced_words = $3 WHERE id = $1 AND changed_at <= $4",
                row["representative"],
                clock.now(),
                words,
                row["left_at"],
            )


def _own(given: Written) -> list[str]:
    """What a report that came later may have repeated of it."""
    return [given.address, given.name, *given.name.split(), given.subject]


_SETTLED = """
    SELECT l.id, l.representative, l.is_test, l.delivery, d.state, d.reason, d.reply AS words, l.left_at
      FROM advocacy_letter l JOIN delivery d ON d.id = l.delivery
     WHERE l.state = 'leaving' AND d.state IN ('sent', 'refused', 'skipped', 'unknown')
        OR l.state = 'unknown' AND d.state = 'sent'
     ORDER BY l.id LIMIT $1
"""
_CAME_BACK = """
    SELECT l.id, l.representative, l.is_test, l.delivery, b.kind, b.words, l.left_at
      FROM bounce b JOIN advocacy_letter l ON l.delivery = b.delivery AND l.state = 'sent'
     WHERE b.mailing IS NULL AND b.kind IN ('hard', 'soft', 'blocked') AND b.at > $1
     ORDER BY b.id LIMIT $2
"""

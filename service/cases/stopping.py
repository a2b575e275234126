"""Stop on release: whoever is free, dead, hidden or elsewhere stands in no mail that has not left yet."""

from service.cases.records import Record
from service.cases.tables import Publication, State
from service.delivery import inserts, outbox


def reason(before: Record, after: Record) -> str:
    """Why mails that were written with `before` in mind must not leave; empty when they may."""
    if after.state != before.state and after.state != State.DETAINED:
        return str(after.state)
    if _openness(after) < _openness(before):
        return "hidden"
    return "moved" if before.facility and after.facility != before.facility else ""


async def stop(prisoner: int, reason: str) -> int:
    """In the transaction that changes the record; returns from how many unsent mails the person was taken out."""
    return await outbox.withdraw_key(prisoner, reason)


async def unsent(*prisoners: int) -> int:
    """In how many mails that have not left these people stand now; a mail counts once for each of them."""
    return await inserts.showing(prisoners)


def _openness(record: Record) -> int:
    if record.vetoed_at or record.publication == Publication.HIDDEN:
        return 0
    return 2 if record.publication == Publication.FULL else 1

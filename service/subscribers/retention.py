"""The published schedule of erasures: templates/public/site/privacy.html promises these times."""

from datetime import datetime, timedelta

from service.delivery import bounces, ledger
from service.kit import clock, db, jobs, sealing
from service.subscribers import asked_before, erasure, import_queries, queries, suppression
from service.subscribers.tables import SubscriberState, SuppressionReason

UNCONFIRMED_FOR = timedelta(days=30)
LEFT_FOR = timedelta(days=90)
LEDGER_FOR = timedelta(days=90)
_AT_ONCE = 1000


async def erase_due() -> None:
    """All that is due, in batches; what the end of the worker leaves over is found the next time."""
    now = clock.now()
    while not jobs.stopping.is_set() and await _erase_some(now):
        pass
    await ledger.forget(now - LEDGER_FOR)
    await bounces.forget_before(now - LEDGER_FOR)


async def _erase_some(now: datetime) -> bool:
    """One batch; whether there may be another."""
    async with db.transaction():
        due = await queries.to_be_erased(now - UNCONFIRMED_FOR, now - LEFT_FOR, _AT_ONCE)
        await _leave_hashes(due)
        await erasure.remove([row["id"] for row in due])
    return len(due) == _AT_ONCE


async def _leave_hashes(due: list[db.Record]) -> None:
    """What stays of each: how often they were asked, and that no import may bring back who left."""
    people = [(address, row) for row in due if (address := _address(row))]
    await asked_before.keep({address: row["confirmations"] for address, row in people if row["confirmations"]})
    left = [address for address, row in people if row["state"] == SubscriberState.UNSUBSCRIBED]
    hashes = await suppression.hashes_of(left)
    await import_queries.suppress([(hash, SuppressionReason.UNSUBSCRIBED) for hash in hashes], clock.now())


def _address(row: db.Record) -> str:
    """Empty when its key is gone, which must not keep the others from being erased."""
    try:
        return sealing.unseal_address(row["address"])
    except sealing.Unsealable:
        return ""

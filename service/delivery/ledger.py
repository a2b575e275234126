"""What the books keep of old mails: how many, and no longer to whom."""

from collections.abc import Mapping
from datetime import datetime

from service.delivery import inserts
from service.delivery.outbox import EMPTY
from service.kit import db, jobs

_AT_ONCE = 1000


async def forget(before: datetime) -> None:
    """Mailings that ended before then keep their counts alone; transactional mails settled before then are removed.

    In batches; what the end of the worker leaves over is found the next time.
    """
    await inserts.forget()
    for row in await db.fetch("SELECT id FROM mailing WHERE finished_at < $1 AND NOT nameless ORDER BY id", before):
        await _forget_readers(row["id"], before)
    while not jobs.stopping.is_set() and await _remove_some(before):
        pass


async def count_leavers(people: Mapping[int, int]) -> None:
    """Mailing → how many more of those who left because of it are erased now."""
    await db.execute_many("UPDATE mailing SET leavers = leavers + $2 WHERE id = $1", list(people.items()))


async def _forget_readers(mailing: int, before: datetime) -> None:
    # By ranges of ids, because no index leads to the rows of a mailing that still say to whom.
    ends = await db.fetch_one("SELECT min(id) AS first, max(id) AS last FROM delivery WHERE mailing = $1", mailing)
    assert ends
    for first in range(ends["first"] or 0, (ends["last"] or -1) + 1, _AT_ONCE):
        if jobs.stopping.is_set():
            return
        await db.execute(
            f"UPDATE delivery SET subscriber = NULL, reply = '', {EMPTY} WHERE mailing = $1 AND id >= $2 AND id < $3"  # noqa: S608
            " AND state IN ('sent', 'refused', 'skipped', 'unknown')"
            " AND (subscriber IS NOT NULL OR address IS NOT NULL)",
            mailing,
            first,
            first + _AT_ONCE,
        )
    # Staff may have had the unknown ones sent again meanwhile.
    await db.execute("UPDATE mailing SET nameless = true WHERE id = $1 AND finished_at < $2", mailing, before)


async def _remove_some(before: datetime) -> bool:
    """One batch; whether there may be another."""
    removed = await db.execute(
        "DELETE FROM delivery WHERE id IN"
        " (SELECT id FROM delivery WHERE mailing IS NULL AND settled_at < $1 LIMIT $2)",
        before,
        _AT_ONCE,
    )
    return removed == _AT_ONCE

"""What is known of mailings under way: books, rate, reasons. No row names a person."""

from collections import Counter
from datetime import datetime, timedelta

import msgspec

from service.kit import clock, db

WINDOW = timedelta(seconds=60)
OPEN = ("queued", "later")


class Books(msgspec.Struct, frozen=True):
    """audience = sent + refused + skipped + unknown + open, always."""

    audience: int
    sent: int
    refused: int
    skipped: int
    unknown: int
    open: int

    @property
    def balanced(self) -> bool:
        return self.audience == self.sent + self.refused + self.skipped + self.unknown + self.open


class Progress(msgspec.Struct, frozen=True):
    """`trouble` is a sentence for staff; `per_second` and `seconds_left` come from the last minute."""

    state: str
    trouble: str
    books: Books
    per_second: float
    seconds_left: int | None
    started_at: datetime | None
    finished_at: datetime | None


class Reason(msgspec.Struct, frozen=True):
    """How many rows are in `state` because of `reason` (see replies.REASONS); `example` is one redacted reply."""

    state: str
    reason: str
    count: int
    example: str


async def books(mailing: int) -> Books:
    # Counted from the index alone, which a page does every two seconds for a million rows.
    rows = await db.fetch(
        "SELECT m.audience, d.state, d.count FROM mailing m LEFT JOIN ("
        "SELECT state, count(*) AS count FROM delivery WHERE mailing = $1 GROUP BY state) d ON true WHERE m.id = $1",
        mailing,
    )
    counts = Counter({row["state"]: row["count"] for row in rows if row["state"]})
    return Books(
        audience=rows[0]["audience"] if rows else 0,
        open=sum(counts[state] for state in OPEN),
        **{state: counts[state] for state in ("sent", "refused", "skipped", "unknown")},
    )


async def progress(mailing: int) -> Progress | None:
    """None for a mailing that does not exist."""
    row = await db.fetch_one("SELECT * FROM mailing WHERE id = $1", mailing)
    if row is None:
        return None
    counted = await books(mailing)
    per_second = await rate(mailing) if row["state"] == "sending" else 0.0
    return Progress(
        state=row["state"],
        trouble=row["pause_reason"],
        books=counted,
        per_second=per_second,
        seconds_left=round(counted.open / per_second) if per_second else None,
        started_at=row["started_at"],
        finished_at=row["finished_at"],
    )


async def rate(mailing: int) -> float:
    """Mails settled a second, over the last minute or since it started."""
    row = await db.fetch_one(
        "SELECT count(*) AS settled, least(60, extract(epoch FROM $2::timestamptz - min(m.started_at))) AS seconds"
        " FROM delivery d JOIN mailing m ON m.id = d.mailing"
        " WHERE d.mailing = $1 AND d.state IN ('sent', 'refused') AND d.settled_at > $3",
        mailing,
        clock.now(),
        clock.now() - WINDOW,
    )
    assert row
    return row["settled"] / max(1.0, float(row["seconds"] or 1))


async def reasons(mailing: int) -> list[Reason]:
    """Why rows were refused, skipped, put off or are unknown; the most frequent first."""
    # Counted from the index alone; of a cancelled mailing these may be nearly all.
    rows = await db.fetch(
        "SELECT g.state, g.reason, g.count, coalesce(e.reply, '') AS example FROM ("
        "SELECT state, reason, count(*) AS count FROM delivery"
        " WHERE mailing = $1 AND state IN ('refused', 'skipped', 'later', 'unknown') GROUP BY state, reason) g"
        " LEFT JOIN LATERAL (SELECT reply FROM delivery d WHERE d.mailing = $1 AND d.state = g.state"
        " AND d.reason = g.reason AND g.state <> 'skipped' AND d.reply <> '' LIMIT 1) e ON true"
        " ORDER BY g.count DESC, g.state, g.reason",
        mailing,
    )
    return [Reason(**row) for row in rows]

"""Every row of a mailing, one after the other, and nothing of whom it went to."""

from collections.abc import AsyncIterator
from datetime import datetime

import msgspec

from service.delivery import mailing_queries
from service.delivery.replies import REASONS
from service.kit import db

_PAGE = 2000


class Row(msgspec.Struct, frozen=True):
    """`row` counts from 1; `reason` is in words; `domain` is empty where few people of this mailing have it.

    `tries`: how often a server was asked; `came_back`: the kinds of the reports (see tables.BounceKind).
    """

    row: int
    language: str
    state: str
    reason: str
    reply: str
    tries: int
    settled_at: str
    server: str
    domain: str
    came_back: str


async def pages(mailing: int) -> AsyncIterator[list[Row]]:
    """In the order in which they were frozen; however many there are, only some are in memory."""
    # Fenced: else all earlier mailings are read on the way to the first row.
    ends = await db.fetch_one(
        "SELECT min(id) AS first, max(id) AS last FROM (SELECT id FROM delivery WHERE mailing = $1 OFFSET 0) own",
        mailing,
    )
    assert ends
    names = await mailing_queries.names_of_domains(mailing)
    after, count = (ends["first"] or 0) - 1, 0
    while rows := await db.fetch(_NEXT, mailing, after, ends["last"], _PAGE):
        after = rows[-1]["id"]
        yield [_row(count + number, row, names) for number, row in enumerate(rows, start=1)]
        count += len(rows)


def _row(number: int, row: db.Record, names: dict[int, str]) -> Row:
    settled: datetime | None = row["settled_at"]
    return Row(
        row=number,
        language=row["language"],
        state=row["state"],
        reason=REASONS.get(row["reason"], row["reason"]),
        reply=row["reply"],
        tries=row["tries"],
        settled_at=settled.isoformat(timespec="seconds") if settled else "",
        server=row["label"] or "",
        domain=names.get(row["domain"], ""),
        came_back=row["came_back"] or "",
    )


_NEXT = """
    SELECT d.id, d.language, d.state, d.reason, d.reply, d.settled_at, d.domain, s.label,
           -- What has been put off is counted in attempts; the try that settled it is not.
           d.attempts + CASE WHEN d.state IN ('sent', 'unknown') OR (d.state = 'refused' AND d.server IS NOT NULL)
                             THEN 1 ELSE 0 END AS tries,
           (SELECT string_agg(b.kind, ', ' ORDER BY b.kind) FROM bounce b
             WHERE b.delivery = d.id AND b.source <> 'refused') AS came_back
      FROM delivery d LEFT JOIN mail_server s ON s.id = d.server
     WHERE d.mailing = $1 AND d.id > $2 AND d.id <= $3
     ORDER BY d.id LIMIT $4
"""

"""Who was taken out of a campaign's mails while it was under way."""

from datetime import datetime

import msgspec

from service.cases import publication
from service.kit import db

WHY = {
    "released": "was released",
    "died": "has died",
    "hidden": "is not shown any more",
    "moved": "is held elsewhere now",
    "merged": "is one with another record now",
    "changed": "was changed while the mails were being prepared",
}


class Withdrawal(msgspec.Struct, frozen=True):
    """`why`: see WHY; `mails`: how many unsent ones showed the person. `name` is empty when the record is gone."""

    prisoner: int
    name: str
    why: str
    mails: int
    at: datetime


async def of_mailing(mailing: int) -> list[Withdrawal]:
    """The last one first."""
    rows = await db.fetch(
        f"SELECT w.key AS prisoner, w.reason, w.mails, w.at, coalesce({publication.NAME}, '') AS name"  # noqa: S608
        " FROM mailing_withdrawal w LEFT JOIN prisoner p ON p.id = w.key WHERE w.mailing = $1 ORDER BY w.id DESC",
        mailing,
    )
    return [
        Withdrawal(row["prisoner"], row["name"], WHY.get(row["reason"], row["reason"]), row["mails"], row["at"])
        for row in rows
    ]

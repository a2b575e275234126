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
    "withdrawn": "was taken back by its author",
    "waiting": "was changed by its author and waits to be looked at",
    "rejected": "was taken off the wall",
    "reported": "was reported, and nobody has looked yet",
}


class Withdrawal(msgspec.Struct, frozen=True):
    """`why`: see WHY; `mails`: how many unsent ones showed the person, or the post of the wall.

    `page`: where staff see them; empty when that is gone.
    """

    name: str
    page: str
    why: str
    mails: int
    at: datetime


async def of_mailing(mailing: int) -> list[Withdrawal]:
    """The last one first."""
    rows = await db.fetch(_TAKEN_OUT, mailing)
    return [
        Withdrawal(row["name"], row["page"], WHY.get(row["reason"], row["reason"]), row["mails"], row["at"])
        for row in rows
    ]


# Posts of the wall have keys below zero; what was withdrawn has no name any more.
_TAKEN_OUT = f"""
    SELECT w.reason, w.mails, w.at,
           CASE WHEN w.key < 0 THEN coalesce('A post of ' || nullif(o.name, ''), 'A post of the wall')
                ELSE coalesce({publication.NAME}, 'Somebody whose record is gone') END AS name,
           CASE WHEN o.state <> 'withdrawn' THEN '/staff/wall/posts/' || o.id
                WHEN p.id IS NOT NULL THEN '/staff/prisoners/' || p.id ELSE '' END AS page
      FROM mailing_withdrawal w
      LEFT JOIN prisoner p ON p.id = w.key LEFT JOIN wall_post o ON o.id = -w.key
     WHERE w.mailing = $1 ORDER BY w.id DESC
"""  # noqa: S608

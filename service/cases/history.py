"""Where somebody was held, and who changed the record: for the page of a record."""

from datetime import datetime

import msgspec

from service.kit import db


class Stayed(msgspec.Struct, frozen=True):
    """`since`, `until`: dates of which a part may be known."""

    facility: int
    name: str
    town: str
    since: str
    until: str
    noted_at: datetime


class Act(msgspec.Struct, frozen=True):
    """`who` is None for a command or the machine itself."""

    at: datetime
    who: str | None
    action: str
    fields: list[str]
    stopped: int


async def stays(prisoner: int) -> list[Stayed]:
    """The latest first."""
    rows = await db.fetch(
        "SELECT s.facility, f.name, f.town, s.since, s.until, s.noted_at FROM prisoner_stay s"
        " JOIN facility f ON f.id = s.facility WHERE s.prisoner = $1 ORDER BY s.id DESC",
        prisoner,
    )
    return [Stayed(**row) for row in rows]


async def acts(prisoner: int, most: int = 10) -> list[Act]:
    """The latest first."""
    rows = await db.fetch(
        "SELECT e.at, a.name AS who, e.action, e.detail FROM audit e LEFT JOIN account a ON a.id = e.account"
        " WHERE e.subject = $1 ORDER BY e.id DESC LIMIT $2",
        f"prisoner {prisoner}",
        most,
    )
    return [_act(row) for row in rows]


def _act(row: db.Record) -> Act:
    detail = msgspec.json.decode(row["detail"])
    return Act(row["at"], row["who"], row["action"], detail.get("fields", []), detail.get("mails_stopped", 0))

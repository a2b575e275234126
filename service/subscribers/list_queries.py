"""Reads about lists."""

from datetime import datetime

import msgspec

from service.kit import db


class MailingList(msgspec.Struct, frozen=True):
    """`members`: those on it who get mail."""

    id: int
    name: str
    label: str
    description: str
    created_at: datetime
    archived_at: datetime | None
    members: int


_LIST = (
    "SELECT l.id, l.name, l.label, l.description, l.created_at, l.archived_at,"
    " coalesce(c.members, 0) AS members FROM mailing_list l LEFT JOIN ("
    "SELECT m.mailing_list, count(*) AS members FROM list_member m JOIN subscriber s ON s.id = m.subscriber"
    " WHERE s.state = 'confirmed' GROUP BY 1) c ON c.mailing_list = l.id"
)


async def everything() -> list[MailingList]:
    """Those in use first, each part by name."""
    rows = await db.fetch(f"{_LIST} ORDER BY l.archived_at IS NOT NULL, lower(l.name)")
    return [MailingList(**row) for row in rows]


async def in_use() -> list[MailingList]:
    return [found for found in await everything() if found.archived_at is None]


async def choices() -> list[tuple[int, str]]:
    """For a form: the lists in use."""
    rows = await db.fetch("SELECT id, name FROM mailing_list WHERE archived_at IS NULL ORDER BY lower(name)")
    return [(row["id"], row["name"]) for row in rows]


async def one(id: int) -> MailingList | None:
    row = await db.fetch_one(f"{_LIST} WHERE l.id = $1", id)
    return MailingList(**row) if row else None


async def named(name: str) -> MailingList | None:
    """A list in use, by its name or its label."""
    row = await db.fetch_one(
        f"{_LIST} WHERE (lower(l.name) = lower($1) OR l.label = $1) AND l.archived_at IS NULL ORDER BY l.id LIMIT 1",
        name,
    )
    return MailingList(**row) if row else None


async def labels_like(start: str) -> set[str]:
    rows = await db.fetch("SELECT label FROM mailing_list WHERE starts_with(label, $1)", start)
    return {row["label"] for row in rows}

"""Mails to one person because of what that person just did: confirmations, links, invitations."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from service.kit import clock, db, jobs, sealing

CONTEXT = "context"


# Under which a mail's context holds its author; a template may show them.
AUTHOR = "author"


class Author(msgspec.Struct, frozen=True):
    """A person in whose name it goes: they stand beside our name, and answers go to them."""

    name: str
    address: str


async def send(
    template: str,
    language: str,
    address: str,
    context: Mapping[str, object],
    subscriber: int | None = None,
    *,
    author: Author | None = None,
    due_at: datetime | None = None,
    until: datetime | None = None,
) -> int:
    """Puts a mail of `emails/<template>/` on its way when the caller's transaction commits; returns its id.

    It has its own queue and never waits behind a campaign. It is begun between `due_at` (now) and `until`, also when
    it has to be tried again; whoever gave `until` looks after it and says `allow`.
    """
    id: int = await db.fetch_value(
        "INSERT INTO delivery (state, attempts, reason, reply,"
        " subscriber, language, address, template, context, due_at, until)"
        " VALUES ('queued', 0, '', '', $1, $2, $3, $4, $5, $6, $7) RETURNING id",
        subscriber,
        language,
        sealing.seal_address(address),
        template,
        _sealed(context, author),
        due_at or clock.now(),
        until,
    )
    jobs.enqueue("delivery.transactional")
    return id


async def allow(id: int, due_at: datetime, until: datetime) -> bool:
    """A mail that waits may be begun between the two, and no earlier than it would have been tried again."""
    waits = await db.execute(
        "UPDATE delivery SET due_at = greatest(due_at, $2), until = $3"
        " WHERE id = $1 AND mailing IS NULL AND state IN ('queued', 'later')",
        id,
        due_at,
        until,
    )
    return bool(waits)


async def withdraw(id: int) -> bool:
    """Takes back one that waits to be allowed; False where it may be under way, or has been settled."""
    taken = await db.execute(
        "UPDATE delivery SET state = 'skipped', reason = 'cancelled', settled_at = $2, address = NULL, context = NULL"
        " WHERE id = $1 AND mailing IS NULL AND state IN ('queued', 'later') AND until <= $2"
        " AND id NOT IN (SELECT unnest(under_way) FROM delivery_run)",
        id,
        clock.now(),
    )
    return bool(taken)


async def send_again(
    id: int,
    address: str,
    context: Mapping[str, object],
    *,
    author: Author | None = None,
    due_at: datetime | None = None,
    until: datetime | None = None,
) -> bool:
    """One of which nobody knows whether it arrived leaves once more, with the same Message-ID.

    False where that is known meanwhile, and nothing is done.
    """
    unknown = await db.execute(
        "UPDATE delivery SET state = 'queued', attempts = 0, reason = '', reply = '', settled_at = NULL,"
        " address = $2, context = $3, due_at = $4, until = $5"
        " WHERE id = $1 AND mailing IS NULL AND state = 'unknown'",
        id,
        sealing.seal_address(address),
        _sealed(context, author),
        due_at or clock.now(),
        until,
    )
    jobs.enqueue("delivery.transactional")
    return bool(unknown)


def _sealed(context: Mapping[str, object], author: Author | None) -> bytes:
    inside = dict(context) | ({AUTHOR: author} if author else {})
    return sealing.seal(CONTEXT, msgspec.json.encode(inside).decode())

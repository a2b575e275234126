"""Letters of which nobody can say whether they arrived: staff choose whether to send them again."""

from datetime import datetime

import msgspec

from service.advocacy import states
from service.advocacy.failing import Why, fail
from service.advocacy.tables import AdvocacyState
from service.auth import audit
from service.kit import db, jobs


class Unknown(msgspec.Struct, frozen=True):
    """One of them; whom it is from stays sealed."""

    id: int
    representative: str
    left_at: datetime


async def of(action: int) -> list[Unknown]:
    """Those of an action, the oldest first."""
    rows = await db.fetch(
        "SELECT l.id, r.name AS representative, l.left_at FROM advocacy_letter l"
        " JOIN representative r ON r.id = l.representative WHERE l.action = $1 AND l.state = 'unknown' ORDER BY l.id",
        action,
    )
    return [Unknown(**row) for row in rows]


async def send_again(action: int, by: int | None = None) -> int:
    """They take their place among those that wait, and leave as the same mail; returns how many."""
    async with db.transaction():
        again = await states.move([letter.id for letter in await of(action)], AdvocacyState.READY)
        if again:
            await audit.record(by, "letter.sent_again", subject=f"action {action}", detail={"letters": len(again)})
            jobs.enqueue("advocacy.leave")
    return len(again)


async def leave(action: int, by: int | None = None) -> int:
    """They are not tried again, count as failed, and their writers get the text back; returns how many."""
    async with db.transaction():
        left = [await fail(letter.id, Why.UNCERTAIN) for letter in await of(action)]
        if any(left):
            await audit.record(by, "letter.left_unknown", subject=f"action {action}", detail={"letters": sum(left)})
    return sum(left)

"""Letters on their way: the clock's look at them, and what is mailed about them."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from service.delivery import continuity, transactional
from service.kit import clock, db, jobs, sealing

# A Monday, ten o'clock in Zürich.
MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)


async def look(work: Callable[[], Awaitable[Any]]) -> None:
    """As the clock does: what left is noted, whose turn it is leaves, and both once more."""
    for _time in range(2):
        await jobs.body("advocacy.leave")()
        await work()


async def pass_until(moment: datetime) -> None:
    """The product runs all the while, as its heart shows."""
    beats = continuity.SILENCE - timedelta(seconds=1)
    start = await db.fetch_value("SELECT at FROM heartbeat") or moment
    while start + beats < moment:
        start += beats
        with clock.at(start):
            await continuity.ensure()


async def states() -> list[str]:
    rows = await db.fetch("SELECT state FROM advocacy_letter ORDER BY id")
    return [row["state"] for row in rows]


async def waiting() -> list[tuple[str, str, dict[str, Any]]]:
    """Template, address and context of the mails that have not left yet."""
    rows = await db.fetch("SELECT * FROM delivery WHERE context IS NOT NULL ORDER BY id")
    return [
        (
            row["template"],
            sealing.unseal_address(row["address"]),
            msgspec.json.decode(sealing.unseal(transactional.CONTEXT, row["context"])),
        )
        for row in rows
    ]

"""So many mails a second, over all workers: PostgreSQL hands out slots in time, and each process spends its own.

GCRA: `free_at` of a server or domain is when its next slot is free. A process takes half a second of slots at once;
what it does not use in time is lost, so that whoever dies takes no more than that along.
"""

import asyncio
from datetime import datetime, timedelta
from enum import StrEnum

from service.kit import clock, db

# So much time's slots are taken at once.
AT_ONCE = timedelta(seconds=0.5)
# A slot that is older is lost; else a pause would end with a burst.
LOST_AFTER = timedelta(seconds=1)
# Nobody is made to wait longer, also when a clock has jumped.
FARTHEST = timedelta(minutes=10)


class Of(StrEnum):
    """Whose slots they are; the name of its table."""

    SERVER = "mail_server"
    DOMAIN = "mail_domain"


async def reserve(of: Of, id: int, step: timedelta, count: int) -> datetime:
    """Takes `count` slots, `step` apart; returns when the first one is."""
    now = clock.now()
    first: datetime | None = await db.fetch_value(
        f"UPDATE {of} SET free_at = greatest($2, least(coalesce(free_at, $2), $3)) + $4::interval * $5"  # noqa: S608
        " WHERE id = $1 RETURNING free_at - $4::interval * $5",
        id,
        now,
        now + FARTHEST,
        step,
        count,
    )
    return first or now


class Pace:
    """One server's or domain's mails a second, as this process spends them."""

    def __init__(self, of: Of, id: int, per_second: float) -> None:
        self._of = of
        self._id = id
        self._step = timedelta(seconds=1 / per_second)
        self._next = clock.now()
        self._left = 0
        self._reserving: asyncio.Task[None] | None = None

    def wait(self) -> float | None:
        """Seconds until the next slot (0: now); None when more must be reserved first."""
        now = clock.now()
        if self._next > now + FARTHEST:
            self._left = 0
        while self._left and self._next < now - LOST_AFTER:
            self._lose()
        return max(0.0, (self._next - now).total_seconds()) if self._left else None

    def take(self) -> bool:
        """Uses the next slot; False when it has not come yet."""
        if self.wait() != 0:
            return False
        self._lose()
        return True

    async def more(self) -> None:
        """Reserves the next slots; whoever asks meanwhile waits for the same ones."""
        if self._reserving is None or self._reserving.done():
            self._reserving = asyncio.create_task(self._reserve())
        await asyncio.shield(self._reserving)

    async def _reserve(self) -> None:
        count = max(1, int(AT_ONCE / self._step))
        self._next = await reserve(self._of, self._id, self._step, count)
        self._left = count

    def _lose(self) -> None:
        self._next += self._step
        self._left -= 1

"""So many mails in any 24 hours, over all workers: what was used stands in PostgreSQL by the hour.

A process reserves many at once, spends them in memory and gives back what is left over; whoever dies loses one batch.
The window slides by whole hours, so that no 24 hours ever hold more than the bound.
"""

import asyncio
from datetime import datetime, timedelta

import msgspec

from service.kit import clock, db

AT_ONCE = 100
# Of a day's mails campaigns leave this share to confirmations and other mails to one person.
KEPT_BACK = 0.05
LOCK_CLASS = 0x51554F
_DAY = timedelta(hours=24)
_HOUR = timedelta(hours=1)


class Granted(msgspec.Struct, frozen=True):
    """How many may go; when there are none, from when on there are some again."""

    count: int
    hour: datetime
    again_at: datetime


def for_campaigns(daily: int) -> int:
    """How many of a day's mails campaigns may use."""
    return max(1, int(daily * (1 - KEPT_BACK)))


async def reserve(name: str, most: int, count: int) -> Granted:
    """Uses up to `count` of the `most` mails of the last 24 hours; `name`: see tables.Quota."""
    hour = _hour(clock.now())
    async with db.transaction():
        # One at a time, and only then the statement that looks.
        await db.execute("SELECT pg_advisory_xact_lock($1::int, hashtext($2))", LOCK_CLASS, name)
        row = await db.fetch_one(_RESERVE, name, hour - _DAY, hour, most, count)
    assert row
    return Granted(row["granted"], hour, (row["oldest"] or hour) + _DAY + _HOUR)


async def give_back(name: str, hour: datetime, count: int) -> None:
    """What was reserved in that hour and not used."""
    await db.execute(
        "UPDATE mail_quota SET used = greatest(0, used - $3) WHERE name = $1 AND hour = $2", name, hour, count
    )


async def used(name: str) -> int:
    """In the last 24 hours, with what is reserved."""
    total: int = await db.fetch_value(
        "SELECT coalesce(sum(used), 0)::int FROM mail_quota WHERE name = $1 AND hour >= $2",
        name,
        _hour(clock.now()) - _DAY,
    )
    return total


async def forget() -> None:
    """Removes the hours that count no more."""
    await db.execute("DELETE FROM mail_quota WHERE hour < $1", _hour(clock.now()) - 2 * _DAY)


class Ration:
    """What one process has reserved of a day's mails; `left` are not spent yet."""

    def __init__(self, name: str, most: int) -> None:
        self.name = name
        self.most = most
        self.left = 0
        self._hour = _hour(clock.now())
        self._reserving: asyncio.Task[Granted] | None = None

    def take(self) -> bool:
        """Spends one; False when more must be reserved first."""
        if self.left <= 0:
            return False
        self.left -= 1
        return True

    def put_back(self) -> None:
        """One that was spent on nothing."""
        self.left += 1

    async def more(self) -> Granted:
        """Reserves the next ones; whoever asks meanwhile waits for the same."""
        if self._reserving is None or self._reserving.done():
            self._reserving = asyncio.create_task(self._reserve())
        return await asyncio.shield(self._reserving)

    async def give_back(self) -> None:
        left, self.left = self.left, 0
        if left:
            await give_back(self.name, self._hour, left)

    async def _reserve(self) -> Granted:
        granted = await reserve(self.name, self.most, max(1, min(AT_ONCE, self.most // 20)))
        self.left += granted.count
        self._hour = granted.hour
        return granted


def _hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)


_RESERVE = """
    WITH day AS (
        SELECT coalesce(sum(used), 0) AS used, min(hour) FILTER (WHERE used > 0) AS oldest
        FROM mail_quota WHERE name = $1 AND hour >= $2
    ), room AS (
        SELECT greatest(0, least($5, $4 - used))::int AS granted, oldest FROM day
    ), taken AS (
        INSERT INTO mail_quota AS q (name, hour, used) SELECT $1, $3, granted FROM room WHERE granted > 0
        ON CONFLICT (name, hour) DO UPDATE SET used = q.used + excluded.used
    )
    SELECT granted, oldest FROM room
"""

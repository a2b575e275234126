"""How rows change hands between workers: claimed with a lease, marked before the handing over, settled in groups.

Whoever holds the row's claim may mark it, nobody else. A claim is one index scan and skips what others hold.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import asyncpg
import msgspec

from service.kit import clock, db

LEASE = timedelta(seconds=40)
UNDECIDED = timedelta(days=2)
# Delays after the first, second, … temporary answer, about two days together; then the row is refused.
_MINUTES = (1, 5, 15, 60, 240, 480, 720, 720, 720)


class Settled(msgspec.Struct, frozen=True):
    """What became of a row. `due_at` is for queued and later rows."""

    id: int
    state: str
    reason: str = ""
    reply: str = ""
    due_at: datetime | None = None


class Claim:
    """The rows of one mailing (None: transactional mails) that one run of a worker holds."""

    def __init__(self, mailing: int | None) -> None:
        self.mailing = mailing
        self.key = int.from_bytes(clock.random_bytes(8), "big", signed=True)

    async def take(self, most: int) -> list[db.Record]:
        """Claims up to `most` due rows, the oldest first; none unless the mailing is being sent."""
        now, which, arguments = clock.now(), "mailing IS NULL", []
        if self.mailing is not None:
            which = "mailing = $5 AND EXISTS (SELECT 1 FROM mailing WHERE id = $5 AND state = 'sending')"
            arguments = [self.mailing]
        taking = _TAKE.format(which=f"{which} AND {_NOT_FROZEN}")
        return await db.fetch(taking, now, most, self.key, now + LEASE, *arguments)

    async def turn(
        self, settled: Sequence[Settled], next_ids: Sequence[int], kept: asyncpg.Connection | None = None
    ) -> set[int]:
        """Books what became of rows and marks the next as being handed over, in one statement.

        Returns those of `next_ids` that may be handed over; the others were taken back, or the mailing was paused.
        Doing it twice is harmless. `kept`: a connection to use instead of one of the pool.
        """
        going = _NOT_FROZEN
        if self.mailing is not None:
            going += " AND EXISTS (SELECT 1 FROM mailing WHERE id = $10 AND state = 'sending')"
        arguments = [] if self.mailing is None else [self.mailing]
        rows = await (kept.fetch if kept else db.fetch)(
            _TURN.format(going=going),
            [row.id for row in settled],
            [row.state for row in settled],
            [row.reason for row in settled],
            [row.reply for row in settled],
            [row.due_at for row in settled],
            self.key,
            clock.now(),
            list(next_ids),
            clock.now() + LEASE,
            *arguments,
        )
        return {row["id"] for row in rows}

    async def renew(self, ids: Sequence[int]) -> None:
        """Holds the rows for another lease; those that were lost stay lost."""
        await db.execute(
            "UPDATE delivery SET lease_until = $3 WHERE id = ANY($1) AND claim = $2"
            " AND state IN ('claimed', 'handing_over')",
            list(ids),
            self.key,
            clock.now() + LEASE,
        )

    async def give_back(self, ids: Sequence[int]) -> None:
        """Queues what was claimed and not begun."""
        await db.execute(
            "UPDATE delivery SET state = 'queued', claim = NULL, lease_until = NULL"
            " WHERE id = ANY($1) AND claim = $2 AND state = 'claimed'",
            list(ids),
            self.key,
        )


async def expire() -> int:
    """Ends the leases of workers that are gone: what was not begun is queued, what was under way becomes unknown."""
    return await db.execute(
        "UPDATE delivery SET lease_until = NULL,"
        " state = CASE state WHEN 'claimed' THEN 'queued' ELSE 'unknown' END,"
        " reason = CASE WHEN state = 'handing_over' AND reason = '' THEN 'interrupted' ELSE reason END,"
        " settled_at = CASE state WHEN 'handing_over' THEN $1 ELSE settled_at END,"
        # Who comes back late may still tell what became of an unknown one.
        " claim = CASE state WHEN 'handing_over' THEN claim END"
        " WHERE state IN ('claimed', 'handing_over') AND lease_until < $1",
        clock.now(),
    )


async def forget_undecided() -> int:
    """Empties transactional mails of which nobody knows whether they arrived, once that does not matter any more."""
    return await db.execute(
        "UPDATE delivery SET address = NULL, context = NULL, claim = NULL"
        " WHERE mailing IS NULL AND state = 'unknown' AND address IS NOT NULL AND settled_at < $1",
        clock.now() - UNDECIDED,
    )


async def finish() -> list[int]:
    """Closes mailings in which nothing is open any more; returns their ids."""
    closed = []
    for row in await db.fetch(f"SELECT id FROM mailing m WHERE state = 'sending' AND NOT {_OPEN}"):  # noqa: S608
        async with db.transaction():
            await db.execute("SELECT 1 FROM mailing WHERE id = $1 FOR UPDATE", row["id"])
            closed += await db.fetch(
                "UPDATE mailing m SET state = 'sent', finished_at = $2, pause_reason = ''"  # noqa: S608
                f" WHERE id = $1 AND state = 'sending' AND NOT {_OPEN} RETURNING id",
                row["id"],
                clock.now(),
            )
    return [row["id"] for row in closed]


async def mailings_due() -> list[int]:
    """Mailings in which something can be claimed now."""
    rows = await db.fetch(
        "SELECT id FROM mailing m WHERE state = 'sending' AND EXISTS (SELECT 1 FROM delivery d"  # noqa: S608
        f" WHERE d.mailing = m.id AND d.state IN ('queued', 'later') AND d.due_at <= $1) AND {_NOT_FROZEN}",
        clock.now(),
    )
    return [row["id"] for row in rows]


async def transactional_due() -> bool:
    found: bool = await db.fetch_value(
        "SELECT EXISTS (SELECT 1 FROM delivery WHERE mailing IS NULL AND state IN ('queued', 'later')"  # noqa: S608
        f" AND due_at <= $1) AND {_NOT_FROZEN}",
        clock.now(),
    )
    return found


def try_again_at(attempts: int) -> datetime | None:
    """When a row is due after so many temporary answers, a fifth earlier or later; None when it was tried enough."""
    if attempts > len(_MINUTES):
        return None
    chance = int.from_bytes(clock.random_bytes(2), "big") / 65536
    return clock.now() + timedelta(minutes=_MINUTES[attempts - 1] * (0.8 + 0.4 * chance))


_OPEN = (
    "EXISTS (SELECT 1 FROM delivery d WHERE d.mailing = m.id"
    " AND d.state IN ('queued', 'later', 'claimed', 'handing_over'))"
)
# The switch in the settings that stops everything at once.
_NOT_FROZEN = "NOT EXISTS (SELECT 1 FROM organisation WHERE frozen_at IS NOT NULL)"
_TAKE = """
    UPDATE delivery d SET state = 'claimed', claim = $3, lease_until = $4, reason = '', reply = ''
    FROM (SELECT id FROM delivery
          WHERE state IN ('queued', 'later') AND due_at <= $1 AND {which}
          ORDER BY due_at, id LIMIT $2 FOR UPDATE SKIP LOCKED) due
    WHERE d.id = due.id
    RETURNING d.id, d.subscriber, d.language, d.address, d.first_name, d.last_name, d.template, d.context, d.attempts
"""
# A row that was withdrawn while it was under way (due at infinity) is never queued again; its names are gone already.
_TURN = """
    WITH settled AS (
        UPDATE delivery d SET
            state = CASE WHEN v.again AND d.due_at = 'infinity' THEN 'skipped' ELSE v.state END,
            reason = CASE WHEN v.again AND d.due_at = 'infinity' THEN d.reason ELSE v.reason END,
            reply = v.reply,
            attempts = d.attempts + (v.state = 'later')::int,
            due_at = CASE WHEN d.due_at = 'infinity' THEN d.due_at ELSE coalesce(v.due_at, d.due_at) END,
            settled_at = CASE WHEN v.again AND d.due_at < 'infinity' THEN NULL ELSE $7::timestamptz END,
            claim = NULL,
            lease_until = NULL,
            address = CASE WHEN v.kept THEN d.address END,
            first_name = CASE WHEN v.kept THEN d.first_name END,
            last_name = CASE WHEN v.kept THEN d.last_name END,
            context = CASE WHEN v.kept THEN d.context END
        FROM (SELECT *, state IN ('queued', 'later') AS again, state IN ('queued', 'later', 'unknown') AS kept
              FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::timestamptz[])
                   AS given (id, state, reason, reply, due_at)) v
        WHERE d.id = v.id AND d.claim = $6 AND d.state IN ('claimed', 'handing_over', 'unknown')
    )
    UPDATE delivery SET state = 'handing_over', lease_until = $9
    WHERE id = ANY($8::bigint[]) AND claim = $6 AND state IN ('claimed', 'handing_over') AND {going}
    RETURNING id
"""

"""How rows are shared out among workers: a claim stands in the row of a run, and touches no delivery.

Whoever holds a run asks in it before each mail (`under_way`) and settles in groups. With the run goes the claim: its
rows were queued all the while, and those that were under way become unknown.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

import asyncpg
import msgspec

from service.delivery.replies import Verdict
from service.kit import clock, db

LEASE = timedelta(seconds=40)
# A run whose worker holds no lock any more is over after this long without a word.
SILENCE = timedelta(seconds=5)
UNDECIDED = timedelta(days=2)
# Whoever bound a mail to hours says again and again that it may leave; else nobody does any more.
NOT_ALLOWED = timedelta(days=60)
# Advisory locks of sessions: (RUN_CLASS, run) while its worker lives; (TAKE_CLASS, mailing) while rows are taken.
RUN_CLASS = 0x52554E
TAKE_CLASS = 0x54414B
# Delays after the first, second, … temporary answer, about two days together; then the row is refused.
_MINUTES = (1, 5, 15, 60, 240, 480, 720, 720, 720)


class Settled(msgspec.Struct, frozen=True):
    """What became of a row. `due_at` is for queued and later rows; `server` and `domain`: see places.py."""

    id: int
    state: str
    reason: str = ""
    reply: str = ""
    due_at: datetime | None = None
    server: int | None = None
    domain: int | None = None


class Claim:
    """The rows of one mailing (None: transactional mails) that one run of a worker holds.

    `revision`: of the texts that the run has read; once there is a later one, it is granted nothing more.
    """

    def __init__(self, mailing: int | None, revision: int = 0) -> None:
        self.mailing = mailing
        self.revision = revision
        self.run = 0

    async def begin(self, kept: asyncpg.Connection) -> None:
        """`kept` is this run's own connection, whose end tells the others that the worker is gone."""
        self.run = await kept.fetchval(
            "INSERT INTO delivery_run (mailing, held, under_way, lease_until) VALUES ($1, '{}', '{}', $2)"
            " RETURNING id",
            self.mailing,
            clock.now() + LEASE,
        )
        await self.vouch(kept)

    async def vouch(self, kept: asyncpg.Connection) -> None:
        """Shows by a lock of its session that the worker lives; again on each new connection."""
        await kept.execute("SELECT pg_advisory_lock($1::int, $2::int)", RUN_CLASS, self.run)

    async def take(self, most: int, held: Collection[int] = ()) -> list[db.Record]:
        """Claims up to `most` due rows more, the oldest first, and keeps `held`; none unless it may be sent."""
        # The caller goes on settling meanwhile, and what is settled must not look newly taken.
        kept = _array(held)
        # At once: whoever fell asleep between two statements would keep the lock, and all others waiting.
        await db.execute(self._taking(most, kept))
        return await db.fetch(_TAKEN, self.run, kept)

    def _taking(self, most: int, held: str) -> str:
        now = clock.now()
        which = (_OF_NONE if self.mailing is None else _OF_ONE).format(
            mailing=self.mailing, revision=self.revision, now=now
        )
        return _TAKE.format(
            mailing=self.mailing or 0, which=which, now=now, lease=now + LEASE, most=most, held=held, run=self.run
        )

    async def turn(
        self,
        settled: Sequence[Settled],
        next_ids: Collection[int],
        under_way: Collection[int] = (),
        kept: asyncpg.Connection | None = None,
    ) -> set[int]:
        """Books what became of rows and asks for the next to be handed over, in one statement.

        `under_way`: those granted before and not in `settled`. Returns those of `next_ids` that may be handed over;
        the others were taken back, the mailing was paused, or the run is over. Doing it twice is harmless.
        `kept`: a connection to use instead of one of the pool.
        """
        rows = await (kept.fetch if kept else db.fetch)(
            _TURN,
            self.run,
            self.mailing,
            _array(next_ids),
            _array(under_way),
            clock.now() + LEASE,
            clock.now(),
            msgspec.json.encode(settled).decode(),
            self.revision,
        )
        return {row["id"] for row in rows}

    async def renew(self) -> None:
        """Holds the rows for another lease."""
        await db.execute("UPDATE delivery_run SET lease_until = $2 WHERE id = $1", self.run, clock.now() + LEASE)

    async def end(self) -> None:
        """Gives back what was not begun. Only for a run of which nothing is under way."""
        await db.execute("DELETE FROM delivery_run WHERE id = $1", self.run)


async def expire() -> int:
    """Ends the runs of workers that are gone: what was under way becomes unknown; returns how many those are."""
    now = clock.now()
    return await db.execute(_EXPIRE, now, now + LEASE - SILENCE, RUN_CLASS)


async def forget_undecided() -> int:
    """Empties transactional mails of which nobody knows whether they arrived, once that does not matter any more."""
    return await db.execute(
        "UPDATE delivery SET address = NULL, context = NULL"
        " WHERE mailing IS NULL AND state = 'unknown' AND address IS NOT NULL AND settled_at < $1",
        clock.now() - UNDECIDED,
    )


async def forget_not_allowed() -> int:
    """Ends and empties mails to one person that nobody has allowed to leave for long."""
    return await db.execute(
        "UPDATE delivery SET state = 'skipped', reason = 'cancelled', settled_at = $1, address = NULL, context = NULL"
        " WHERE mailing IS NULL AND state IN ('queued', 'later') AND until < $2",
        clock.now(),
        clock.now() - NOT_ALLOWED,
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


async def reopen() -> int:
    """Who comes back late may tell of an unknown mail that it did not leave: a mailing that was closed goes on."""
    return await db.execute(
        f"UPDATE mailing m SET state = 'sending', finished_at = NULL WHERE state = 'sent' AND {_OPEN}"  # noqa: S608
    )


async def mailings_due() -> list[int]:
    """Mailings in which something can be claimed now."""
    rows = await db.fetch(
        "SELECT id FROM mailing m WHERE state = 'sending' AND EXISTS (SELECT 1 FROM delivery d"  # noqa: S608
        " WHERE d.mailing = m.id AND d.state IN ('queued', 'later') AND d.due_at <= $1"
        f" AND d.id NOT IN (SELECT unnest(held) FROM delivery_run)) AND {_NOT_FROZEN}",
        clock.now(),
    )
    return [row["id"] for row in rows]


async def transactional_due() -> bool:
    found: bool = await db.fetch_value(
        "SELECT EXISTS (SELECT 1 FROM delivery WHERE mailing IS NULL AND state IN ('queued', 'later')"  # noqa: S608
        " AND due_at <= $1 AND (until IS NULL OR until > $1)"
        f" AND id NOT IN (SELECT unnest(held) FROM delivery_run)) AND {_NOT_FROZEN}",
        clock.now(),
    )
    return found


def _array(ids: Collection[int]) -> str:
    """As PostgreSQL reads it: asyncpg looks at each item of a list twice."""
    return f"{{{','.join(map(str, ids))}}}"


def try_again_at(attempts: int) -> datetime | None:
    """When a row is due after so many temporary answers, a fifth earlier or later; None when it was tried enough."""
    if attempts > len(_MINUTES):
        return None
    chance = int.from_bytes(clock.random_bytes(2), "big") / 65536
    return clock.now() + timedelta(minutes=_MINUTES[attempts - 1] * (0.8 + 0.4 * chance))


def unsent(row: db.Record, verdict: Verdict, words: str, server: int | None, domain: int | None) -> Settled:
    """What becomes of a row that did not arrive, or of which nobody knows; `words` are redacted."""
    state, due = "refused", None
    if verdict is Verdict.UNKNOWN:
        state = "unknown"
    elif verdict not in (Verdict.GONE, Verdict.REFUSED, Verdict.CONTENT) and (
        due := try_again_at(row["attempts"] + 1)
    ):
        state = "later"
    return Settled(row["id"], state, verdict, words, due, server, domain)


_OPEN = "EXISTS (SELECT 1 FROM delivery d WHERE d.mailing = m.id AND d.state IN ('queued', 'later'))"
# The switch in the settings that stops everything at once.
_NOT_FROZEN = "NOT EXISTS (SELECT 1 FROM organisation WHERE frozen_at IS NOT NULL)"
_OF_NONE = "mailing IS NULL AND (until IS NULL OR until > '{now}')"
_OF_ONE = (
    "mailing = {mailing} AND EXISTS"
    " (SELECT 1 FROM mailing WHERE id = {mailing} AND state = 'sending' AND revision = {revision})"
)
# One at a time: the next has to see what this one holds.
_TAKE = f"""
    SELECT pg_advisory_xact_lock({TAKE_CLASS}, {{mailing}}::int);
    UPDATE delivery_run SET lease_until = '{{lease}}', held = '{{held}}'::bigint[] || ARRAY(
        SELECT id FROM delivery
        WHERE state IN ('queued', 'later') AND due_at <= '{{now}}' AND {{which}} AND {_NOT_FROZEN}
              AND id NOT IN (SELECT unnest(held) FROM delivery_run)
        ORDER BY due_at, id LIMIT {{most}})
    WHERE id = {{run}}
"""  # noqa: S608
_TAKEN = """
    SELECT id, subscriber, language, address, first_name, last_name, inserts, template, context, attempts
    FROM delivery
    WHERE id IN (SELECT unnest(held) FROM delivery_run WHERE id = $1) AND id <> ALL($2::text::bigint[])
          AND state IN ('queued', 'later')
    ORDER BY due_at, id
"""
# One JSON value costs the worker a third of what seven arrays cost.
# A row that was taken back while it was under way is skipped; only that it left after all is stronger.
_TURN = """
    WITH granted AS (
        SELECT d.id FROM delivery d
        WHERE d.id = ANY($3::text::bigint[]) AND d.state IN ('queued', 'later') AND NOT_FROZEN
              AND (d.until IS NULL OR d.until > $6)
              AND ($2::bigint IS NULL OR EXISTS (
                  SELECT 1 FROM mailing WHERE id = $2 AND state = 'sending' AND revision = $8::int))
    ), run AS (
        UPDATE delivery_run SET under_way = $4::text::bigint[] || ARRAY(SELECT id FROM granted), lease_until = $5
        WHERE id = $1 RETURNING id
    ), settled AS (
        UPDATE delivery d SET
            state = CASE WHEN back THEN 'skipped' ELSE v.state END,
            reason = CASE WHEN back THEN d.reason ELSE v.reason END,
            reply = v.reply,
            attempts = d.attempts + (v.state = 'later')::int,
            due_at = coalesce(v.due_at, d.due_at),
            settled_at = CASE WHEN v.again AND NOT back THEN NULL ELSE $6::timestamptz END,
            server = coalesce(v.server, d.server),
            domain = coalesce(v.domain, d.domain),
            address = CASE WHEN v.kept AND NOT back THEN d.address END,
            first_name = CASE WHEN v.kept AND NOT back THEN d.first_name END,
            last_name = CASE WHEN v.kept AND NOT back THEN d.last_name END,
            inserts = CASE WHEN v.kept AND NOT back THEN d.inserts END,
            context = CASE WHEN v.kept AND NOT back THEN d.context END
        FROM (SELECT *, state IN ('queued', 'later') AS again, state IN ('queued', 'later', 'unknown') AS kept
              FROM json_to_recordset($7::json) AS given (
                  id bigint, state text, reason text, reply text, due_at timestamptz, server int, domain int)) v
        WHERE d.id = v.id
              AND (d.state = 'unknown' OR d.state IN ('queued', 'later', 'skipped') AND EXISTS (SELECT FROM run))
    )
    SELECT id FROM granted WHERE EXISTS (SELECT FROM run)
""".replace("NOT_FROZEN", _NOT_FROZEN).replace(
    " back ", " (v.state <> 'sent' AND (d.state = 'skipped' OR d.due_at = 'infinity')) "
)
_EXPIRE = """
    WITH gone AS (
        DELETE FROM delivery_run r
        WHERE lease_until < $1 OR (lease_until < $2 AND NOT EXISTS (
            SELECT FROM pg_locks l JOIN pg_database here ON l.database = here.oid
            WHERE locktype = 'advisory' AND objsubid = 2 AND classid = $3::bigint::oid AND objid = r.id::bigint::oid
                  AND here.datname = current_database()))
        RETURNING under_way
    )
    UPDATE delivery d SET state = 'unknown', settled_at = $1,
        reason = CASE state WHEN 'skipped' THEN reason ELSE 'interrupted' END
    FROM (SELECT unnest(under_way) AS id FROM gone) lost
    WHERE d.id = lost.id AND d.state IN ('queued', 'later', 'skipped')
"""

"""Whether this database is simply the one that went on; where it may not be, what was due waits for a person.

A heartbeat stands in the database, and its counter in a file beside it. A restored copy, a machine that was away and
a clock that was moved show in them before the first mail leaves.
"""

from contextlib import suppress
from datetime import datetime, timedelta

import asyncpg
import msgspec

from service.auth import audit
from service.delivery import alerts
from service.kit import clock, db, log
from service.kit.folder import write_private
from service.kit.settings import settings

BEAT = timedelta(seconds=30)
# Only where nothing runs is it so long without a beat.
SILENCE = timedelta(minutes=10)
# So far the clocks of two machines may differ.
AHEAD = timedelta(minutes=1)
# Whatever left did so within this time after a beat; what is younger was never sent by anybody.
REACH = timedelta(minutes=1)
LOCK = 0xBEA7
WHAT_TO_DO = "Look whether these mails have been sent already, then press Go on."
_log = log.logger("continuity")


class _Last(msgspec.Struct, frozen=True):
    """The last beat (`at` and `cluster` None: there was none), and which database this is."""

    at: datetime | None
    cluster: str | None
    beats: int
    here: str

    @property
    def went_on(self) -> bool:
        """Whether nobody has seen a later beat of this database, or one of another."""
        return self.cluster == self.here and self.beats >= _known(self.here)

    @property
    def is_first(self) -> bool:
        return self.at is None and not _known(self.here)

    def is_fresh(self, now: datetime) -> bool:
        return self.at is not None and abs(now - self.at) < BEAT and self.went_on


class _Break(msgspec.Struct, frozen=True):
    """`sentence` for staff; what was put on its way before `until` (None: whenever) may have left elsewhere."""

    sentence: str
    until: datetime | None = None
    went_back: timedelta = timedelta()


async def ensure() -> None:
    """Beats; where this may not be the database that went on, what was due in the past waits for a person first.

    Call it before anything is claimed or started, outside of a transaction. Mostly it is one cheap query.
    """
    last = await _last()
    if not last.is_fresh(clock.now()):
        last = await _beat(last.here)
    _remember(last)


async def _beat(here: str) -> _Last:
    async with db.transaction():
        await db.execute("SELECT pg_advisory_xact_lock($1)", LOCK)
        row = await db.fetch_one("SELECT at, cluster, beats FROM heartbeat")
        last, now = _read(row, here), clock.now()
        if last.is_fresh(now):
            return last
        broken = _broken(last, now)
        if broken:
            await _hold_back(broken, now)
        beats = max(last.beats, _known(here)) + 1
        await db.execute(_WRITE, now, here, beats, now if broken else None)
    return _Last(now, here, beats, here)


def _broken(last: _Last, now: datetime) -> _Break | None:
    if last.is_first:
        return None
    if last.at is None or not last.went_on:
        what = "This database was restored from a copy or moved, so it does not know what was sent since."
        return _Break(f"{what} {WHAT_TO_DO}", last.at and last.at + REACH)
    if now - last.at > SILENCE:
        what = f"Nothing ran for {_spoken(now - last.at)}, or this database was restored from a copy."
        return _Break(f"{what} {WHAT_TO_DO}", last.at + REACH)
    if last.at - now > AHEAD:
        what = f"The clock of this machine went back by {_spoken(last.at - now)}."
        return _Break(f"{what} {WHAT_TO_DO}", went_back=last.at - now)
    return None


async def _hold_back(broken: _Break, now: datetime) -> None:
    paused = await db.fetch(_PAUSE, broken.sentence, broken.until)
    if broken.went_back:
        letters = 0
        for statement in _SET_BACK:
            await db.execute(statement, now, broken.went_back)
    else:
        letters = await db.execute(_LEAVE_LETTERS, now, broken.until)
    for row in paused:
        await alerts.tell(row["id"], broken.sentence)
    detail = {"why": broken.sentence, "mailings": len(paused), "letters": letters}
    await audit.record(None, "delivery.waits_for_a_person", detail=detail)
    _log.error("waits_for_a_person", **detail)


async def _last() -> _Last:
    try:
        row = await db.fetch_one(_LOOK.format(here=_HERE))
    except (asyncpg.InsufficientPrivilegeError, asyncpg.FeatureNotSupportedError):
        # Some who run PostgreSQL for others do not show it; the beats and the file remain.
        row = await db.fetch_one(_LOOK.format(here=_HERE_AT_LEAST))
    assert row
    return _read(row, row["here"])


def _read(row: db.Record | None, here: str) -> _Last:
    if row is None or row["at"] is None:
        return _Last(None, None, 0, here)
    return _Last(row["at"], row["cluster"], row["beats"], here)


def _known(here: str) -> int:
    """The latest beat of this database that was seen from this machine."""
    with suppress(OSError, ValueError):
        beats, cluster = (settings().var / "heartbeat").read_text().split()
        return int(beats) if cluster == here else 0
    return 0


def _remember(last: _Last) -> None:
    if _known(last.here) < last.beats:
        # A full disk is no reason not to send.
        with suppress(OSError):
            write_private(settings().var / "heartbeat", f"{last.beats} {last.here}\n")


def _spoken(away: timedelta) -> str:
    """`timedelta(minutes=190)` → "3 hours"."""
    for unit, length in (("day", timedelta(days=1)), ("hour", timedelta(hours=1)), ("minute", timedelta(minutes=1))):
        if count := away // length:
            return f"{count} {unit}{'s' * (count > 1)}"
    return "a moment"


_LOOK = "SELECT {here} AS here, at, cluster, beats FROM (SELECT) AS one LEFT JOIN heartbeat ON true"
_DATABASE = "(SELECT oid FROM pg_database WHERE datname = current_database())"
_CLUSTER = "(SELECT system_identifier FROM pg_control_system())"
# It changes when a standby or a recovered backup takes over.
_TIMELINE = "left(pg_walfile_name(pg_current_wal_lsn()), 8)"
_HERE = f"concat_ws('/', {_CLUSTER}, {_DATABASE}, {_TIMELINE})"
_HERE_AT_LEAST = f"concat_ws('/', '-', {_DATABASE})"
_WRITE = """
    INSERT INTO heartbeat AS h (id, at, cluster, beats, broke_at) VALUES (1, $1, $2, $3, $4)
    ON CONFLICT (id) DO UPDATE SET at = $1, cluster = $2, beats = $3, broke_at = coalesce($4, h.broke_at)
"""
_PAUSE = """
    UPDATE mailing SET state = 'paused', pause_reason = $1
    WHERE state = 'sending' AND (started_at <= $2) IS NOT FALSE
    RETURNING id
"""
# Nobody knows whether they left, and a confirmation that comes too late helps less than one that comes twice annoys.
_LEAVE_LETTERS = """
    UPDATE delivery SET state = 'unknown', reason = 'restored', settled_at = $1
    WHERE mailing IS NULL AND (state = 'later' OR (state = 'queued' AND (due_at <= $2) IS NOT FALSE))
"""
# Times that were noted by the clock as it was.
_SET_BACK = (
    "UPDATE delivery SET due_at = greatest($1, due_at - $2::interval)"
    " WHERE state IN ('queued', 'later') AND due_at > $1 AND due_at < 'infinity'",
    "UPDATE mail_server SET free_at = greatest($1, free_at - $2::interval) WHERE free_at > $1",
    "UPDATE mail_server SET rests_until = greatest($1, rests_until - $2::interval) WHERE rests_until > $1",
    "UPDATE mail_domain SET free_at = greatest($1, free_at - $2::interval) WHERE free_at > $1",
)

"""The SQL of imports: their rows, and people in batches."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from service.kit import db
from service.subscribers.mapping import Plan
from service.subscribers.tables import SuppressionReason

# One batch of any import at a time: two of them never wait for each other's people in a circle.
_ONE_BATCH = 0x1A90
# The row under which the names of the columns are kept beside the refused rows, to be given back with them.
HEADER = 0
_COUNTS = ("created", "updated", "unchanged", "suppressed", "bad", "unspoken", "topicless")


class Import(msgspec.Struct, frozen=True):
    """One import as it stands. `position` of `size` bytes are read; `file` is empty when it is not kept any more."""

    id: int
    mailing_list: int
    list_name: str
    file: str
    name: str
    state: str
    dry_run: bool
    encoding: str
    delimiter: str
    plan: Plan
    language: str
    topics: list[str]
    consent: str
    size: int
    position: int
    rows: int
    created: int
    updated: int
    unchanged: int
    suppressed: int
    bad: int
    unspoken: int
    topicless: int
    failure: str
    created_at: datetime
    finished_at: datetime | None

    @property
    def people(self) -> int:
        """Rows that name somebody, or should."""
        return self.created + self.updated + self.unchanged + self.suppressed + self.bad

    @property
    def percent(self) -> int:
        return 100 if self.state == "finished" else min(99, 100 * self.position // max(1, self.size))

    @property
    def is_over(self) -> bool:
        return self.state in ("finished", "cancelled", "failed")


class Existing(msgspec.Struct, frozen=True, gc=False):
    """Somebody of a batch who is in the database already."""

    id: int
    address: bytes
    state: str
    lacks_first: bool
    lacks_last: bool
    member: bool


_IMPORT = "SELECT i.*, l.name AS list_name FROM subscriber_import i JOIN mailing_list l ON l.id = i.mailing_list"


async def one(id: int) -> Import | None:
    return _opened(await db.fetch_one(f"{_IMPORT} WHERE i.id = $1", id))


async def latest(most: int = 50) -> list[Import]:
    """The newest first."""
    return [_known(row) for row in await db.fetch(f"{_IMPORT} ORDER BY i.id DESC LIMIT $1", most)]


async def claim(id: int, now: datetime, lease_until: datetime) -> Import | None:
    """Takes a waiting import, or one whose worker was lost; None when there is nothing to do."""
    taken = await db.execute(
        "UPDATE subscriber_import SET state = 'running', lease_until = $3"
        " WHERE id = $1 AND (state = 'queued' OR (state = 'running' AND lease_until < $2))",
        id,
        now,
        lease_until,
    )
    return await one(id) if taken else None


async def waiting(now: datetime) -> list[int]:
    """Imports that somebody should be working on."""
    rows = await db.fetch(
        "SELECT id FROM subscriber_import WHERE state = 'queued' OR (state = 'running' AND lease_until < $1)"
        " ORDER BY id",
        now,
    )
    return [row["id"] for row in rows]


async def advance(before: Import, position: int, rows: int, counts: dict[str, int], lease_until: datetime) -> bool:
    """Moves on by one batch; False when it was cancelled, or somebody else took it, since `before`."""
    moved = await db.execute(
        "UPDATE subscriber_import SET position = $3, rows = $4, lease_until = $5, created = created + $6,"
        " updated = updated + $7, unchanged = unchanged + $8, suppressed = suppressed + $9, bad = bad + $10,"
        " unspoken = unspoken + $11, topicless = topicless + $12"
        " WHERE id = $1 AND position = $2 AND state = 'running'",
        before.id,
        before.position,
        position,
        rows,
        lease_until,
        *(counts[name] for name in _COUNTS),
    )
    return moved == 1


async def keep_problems(id: int, problems: Sequence[tuple[int, str, bytes]]) -> None:
    """(row, reason, sealed content) each."""
    if problems:
        await db.execute(
            "INSERT INTO import_problem (of_import, row, reason, content)"
            " SELECT $1, p.* FROM unnest($2::int[], $3::text[], $4::bytea[]) p",
            id,
            *_columns(problems, 3),
        )


async def problems_after(id: int, row: int, most: int) -> list[db.Record]:
    """Refused rows in their order: row, reason, content (sealed)."""
    return await db.fetch(
        "SELECT row, reason, content FROM import_problem WHERE of_import = $1 AND row > $2 ORDER BY row LIMIT $3",
        id,
        row,
        most,
    )


async def header_of(id: int) -> bytes | None:
    """The row with the names of the columns (sealed), as long as the refused rows are kept."""
    found: bytes | None = await db.fetch_value(
        "SELECT content FROM import_problem WHERE of_import = $1 AND row = $2", id, HEADER
    )
    return found


async def remove_problems(before: datetime) -> None:
    """Forgets the refused rows of imports that were over by then."""
    await db.execute(
        "DELETE FROM import_problem p USING subscriber_import i WHERE i.id = p.of_import AND i.finished_at < $1",
        before,
    )


async def files() -> set[str]:
    """The files that some import still needs."""
    return {row["file"] for row in await db.fetch("SELECT file FROM subscriber_import WHERE file <> ''")}


async def finish(id: int, now: datetime) -> bool:
    """All rows are read; the file of a rehearsal is kept. False when it was cancelled meanwhile."""
    ended = await db.execute(
        "UPDATE subscriber_import SET state = 'finished', lease_until = NULL, finished_at = $2,"
        " file = CASE WHEN dry_run THEN file ELSE '' END WHERE id = $1 AND state = 'running'",
        id,
        now,
    )
    return ended == 1


async def hand_over(id: int) -> bool:
    """Lets another worker go on; False when it was cancelled meanwhile."""
    handed = await db.execute(
        "UPDATE subscriber_import SET state = 'queued', lease_until = NULL WHERE id = $1 AND state = 'running'", id
    )
    return handed == 1


async def fail(id: int, reason: str, now: datetime) -> None:
    """Ends it with a sentence for staff."""
    await db.execute(
        "UPDATE subscriber_import SET state = 'failed', failure = $2, file = '', lease_until = NULL, finished_at = $3"
        " WHERE id = $1 AND state = 'running'",
        id,
        reason,
        now,
    )


async def one_batch_at_a_time() -> None:
    await db.execute("SELECT pg_advisory_xact_lock($1)", _ONE_BATCH)


async def existing(addresses: Sequence[bytes], mailing_list: int, lock: bool) -> list[Existing]:
    """Those of the sealed addresses that are known; with `lock` nobody changes them until the transaction ends."""
    rows = await db.fetch(
        "SELECT s.id, s.address, s.state, s.first_name IS NULL AS lacks_first, s.last_name IS NULL AS lacks_last,"  # noqa: S608
        " EXISTS (SELECT FROM list_member m WHERE m.subscriber = s.id AND m.mailing_list = $2) AS member"
        f" FROM subscriber s WHERE s.address = ANY($1::bytea[]) ORDER BY s.id {'FOR UPDATE OF s' if lock else ''}",
        addresses,
        mailing_list,
    )
    return [Existing(**row) for row in rows]


async def add_people(people: Sequence[tuple[Any, ...]], now: datetime) -> dict[bytes, int]:
    """(address, first name, last name (sealed), language, topics joined by commas) each; address → id of the new."""
    rows = await db.fetch(
        "INSERT INTO subscriber (address, first_name, last_name, language, state, topics, created_at, changed_at,"
        " confirmed_at, confirmations)"
        " SELECT p.address, p.first, p.last, p.language, 'confirmed', string_to_array(p.topics, ','), $6, $6, $6, 0"
        " FROM unnest($1::bytea[], $2::bytea[], $3::bytea[], $4::text[], $5::text[])"
        " AS p (address, first, last, language, topics) ORDER BY p.address"
        " ON CONFLICT (address) DO NOTHING RETURNING address, id",
        *_columns(people, 5),
        now,
    )
    return {row["address"]: row["id"] for row in rows}


async def remove_people(ids: Sequence[int]) -> None:
    await db.execute("DELETE FROM subscriber WHERE id = ANY($1::bigint[])", ids)


async def complete(people: Sequence[tuple[Any, ...]], now: datetime) -> None:
    """(id, was unconfirmed, first name, last name, language, topics joined by commas) each.

    Fills in the names that are missing; who was unconfirmed is confirmed with this language and these topics.
    """
    await db.execute(
        "UPDATE subscriber s SET first_name = coalesce(s.first_name, p.first),"
        " last_name = coalesce(s.last_name, p.last),"
        " language = CASE WHEN p.new THEN p.language ELSE s.language END,"
        " topics = CASE WHEN p.new THEN string_to_array(p.topics, ',') ELSE s.topics END,"
        " state = 'confirmed', confirmed_at = coalesce(s.confirmed_at, $7), changed_at = $7"
        " FROM unnest($1::bigint[], $2::bool[], $3::bytea[], $4::bytea[], $5::text[], $6::text[])"
        " AS p (id, new, first, last, language, topics) WHERE s.id = p.id",
        *_columns(people, 6),
        now,
    )


async def add_members(mailing_list: int, subscribers: Sequence[int], now: datetime) -> None:
    await db.execute(
        "INSERT INTO list_member (mailing_list, subscriber, added_at)"
        " SELECT $1, id, $3 FROM unnest($2::bigint[]) AS id ON CONFLICT DO NOTHING",
        mailing_list,
        subscribers,
        now,
    )


async def keep_consents(subscribers: Sequence[int], source: str, wording: str, language: str, now: datetime) -> None:
    await db.execute(
        "INSERT INTO consent (subscriber, act, source, wording, language, at)"
        " SELECT id, 'imported', $2, $3, $4, $5 FROM unnest($1::bigint[]) AS id",
        subscribers,
        source,
        wording,
        language,
        now,
    )


async def suppress(hashes: Sequence[tuple[bytes, SuppressionReason]], now: datetime) -> None:
    """Leaves the reason of those who are suppressed already."""
    await db.execute(
        "INSERT INTO suppression (hash, reason, at) SELECT h.hash, h.reason, $3"
        " FROM unnest($1::bytea[], $2::text[]) AS h (hash, reason) ORDER BY h.hash ON CONFLICT (hash) DO NOTHING",
        [hash for hash, _reason in hashes],
        [reason.value for _hash, reason in hashes],
        now,
    )


def _columns(rows: Sequence[Sequence[Any]], width: int) -> list[list[Any]]:
    return [[row[column] for row in rows] for column in range(width)]


def _opened(row: db.Record | None) -> Import | None:
    return _known(row) if row else None


def _known(row: db.Record) -> Import:
    values = dict(row)
    values["plan"] = msgspec.json.decode(values["mapping"], type=Plan)
    return Import(**{field: values[field] for field in Import.__struct_fields__})

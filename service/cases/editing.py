"""The one way to write and change a record: checked, searchable, with its sources, its history and its audit.

A change that makes mails untrue stops them in the same transaction.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import asyncpg
import msgspec

from service.auth import audit
from service.cases import events, fields, names, queries, stays, stopping
from service.cases.records import Record, Source
from service.cases.tables import Publication, State
from service.kit import clock, db
from service.kit.errors import Invalid, NotFound, Problem
from service.kit.i18n import Sentence

# Of somebody who was hidden from the beginning: they are new on the day on which they may be shown.
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_EMPTY = (*fields.NAMES, *fields.DATES, "gender", "veto_note", "whereabouts", "photo", "photo_credit", "photo_rights")
_NOTHING: dict[str, Any] = dict.fromkeys(_EMPTY, "") | {
    "other_names": [],
    "articles": [],
    "sentence": {},
    "biography": {},
    "facility": None,
    "vetoed_at": None,
    "state": State.DETAINED,
    "publication": Publication.FULL,
    "weight": 1,
    "standing": 0,
    "version": 1,
}
_JSON = ("sentence", "biography", "sources")
_SAY = """
    INSERT INTO prisoner_status (prisoner, organisation, designation, since, link, seen_on, external_id)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
    ON CONFLICT (prisoner, organisation) DO UPDATE SET designation = excluded.designation, since = excluded.since,
        link = excluded.link, seen_on = excluded.seen_on,
        external_id = coalesce(excluded.external_id, prisoner_status.external_id)
"""


class Changed(msgspec.Struct, frozen=True):
    """`fields`: those that differ now. `stopped`: from how many unsent mails the person was taken out, and `why`."""

    fields: tuple[str, ...]
    stopped: int = 0
    why: str = ""


class Overtaken(Problem):
    code = "record_overtaken"
    status = 409
    sentence = Sentence("Somebody else has changed this record since you opened it. Nothing of yours is lost.")


async def create(values: Mapping[str, Any], by: int | None, source: Source | None = None) -> int:
    """`values`: as for `change`. Raises Invalid."""
    [id] = await create_many([(values, source)], by)
    return id


async def create_many(people: Sequence[tuple[Mapping[str, Any], Source | None]], by: int | None) -> list[int]:
    """Their ids, in order; 5,000 in one go are fine. Raises Invalid for the first who cannot be taken."""
    checked = [(fields.checked(values), source) for values, source in people]
    rows = [_begun(clean, source) for clean, source in checked]
    async with _in_words(), db.transaction():
        ids = [row["id"] for row in await db.fetch(_IDS, len(rows))]
        await _copy(ids, rows)
        sources = [source for _clean, source in checked]
        await db.execute_many(
            _SAY,
            [
                (id, *clean["status"].values())
                for id, (clean, _s) in zip(ids, checked, strict=True)
                if "status" in clean
            ],
        )
        await stays.begin([(id, row["facility"]) for id, row in zip(ids, rows, strict=True) if row["facility"]])
        await events.begin(list(zip(ids, rows, sources, strict=True)))
        await _tell(by, ids)
    return ids


async def change(
    prisoner: int,
    values: Mapping[str, Any],
    by: int | None,
    source: Source | None = None,
    version: int | None = None,
) -> Changed:
    """Writes what differs. `source`: where the values come from; None for what staff know themselves.

    `values`: columns of the record (a whitelist, fields.CHECKS), and `vetoed`: bool, `moved_on`: when the change of
    facility was, `status`: what one organisation says. `version`: of the record that was looked at.
    Raises Invalid, NotFound, and Overtaken when there is a newer one.
    """
    clean = fields.checked(values)
    async with _in_words(), db.transaction():
        before = await locked(prisoner, version)
        after = _after(before, clean, source)
        fields.must_fit_together(after)
        status = clean.get("status")
        differing = tuple(f for f in Record.__struct_fields__ if getattr(before, f) != getattr(after, f))
        if status and not _says_already(before, status):
            await db.execute(_SAY, prisoner, *status.values())
            differing += ("status",)
        if not differing:
            return Changed(())
        await _write(prisoner, after, differing)
        await stays.follow(before, after, clean.get("moved_on", ""))
        await events.follow(before, after, clean.get("moved_on", ""), source)
        changed = await _stopped(before, after, tuple(f for f in differing if f != "sources"))
        await _record(by, prisoner, changed)
    return changed


async def remove_status(prisoner: int, organisation: str, by: int | None) -> None:
    """That organisation says nothing of this person any more. Raises NotFound."""
    async with db.transaction():
        await locked(prisoner)
        if not await db.execute(
            "DELETE FROM prisoner_status WHERE prisoner = $1 AND organisation = $2", prisoner, organisation
        ):
            raise NotFound
        await _write(prisoner, None, ())
        await audit.record(by, "prisoner.status_removed", f"prisoner {prisoner}", {"organisation": organisation})


async def stand_by(acts: Mapping[int, int]) -> None:
    """Counts acts of the public, by prisoner."""
    await db.execute_many(
        "UPDATE prisoner SET standing = standing + $2 WHERE id = $1", [(id, acts[id]) for id in sorted(acts)]
    )


async def locked(prisoner: int, version: int | None = None) -> Record:
    """The record, which nobody else changes until the transaction ends. Raises NotFound, Overtaken."""
    await db.execute("SELECT FROM prisoner WHERE id = $1 FOR NO KEY UPDATE", prisoner)
    found = await queries.record(prisoner)
    if version is not None and found.version != version:
        raise Overtaken
    return found


def _begun(clean: Mapping[str, Any], source: Source | None) -> dict[str, Any]:
    """The columns of a new record."""
    row = _NOTHING | {field: value for field, value in clean.items() if field in _NOTHING}
    now = clock.now()
    if clean.get("vetoed"):
        row["vetoed_at"] = now
    fields.must_fit_together(row)
    hidden = row["publication"] == Publication.HIDDEN or row["vetoed_at"]
    return row | {
        "key": clock.random_bytes(8).hex(),
        "search": names.search_text(row["name_be"], row["name_ru"], row["name_latin"], row["other_names"]),
        "sources": _sources({}, [field for field in clean if field in _NOTHING and row[field]], source),
        "published_at": NEVER if hidden else now,
        "changed_at": now,
    }


def _after(before: Record, clean: Mapping[str, Any], source: Source | None) -> Record:
    given = {field: value for field, value in clean.items() if field in _NOTHING}
    if "vetoed" in clean and clean["vetoed"] != (before.vetoed_at is not None):
        given["vetoed_at"] = clock.now() if clean["vetoed"] else None
    if given.get("state", before.state) != before.state:
        # A date that belonged to the state before says nothing any more.
        given = {"released_on": "", "died_on": ""} | given
    differing = [field for field, value in given.items() if value != getattr(before, field)]
    # A source that says the same is a source, too; staff who leave a fact as it is are none.
    given["sources"] = _sources(before.sources, list(given) if source else differing, source)
    return msgspec.structs.replace(before, **given)


def _sources(
    before: Mapping[str, dict[str, str]], told: Sequence[str], source: Source | None
) -> dict[str, dict[str, str]]:
    kept = {field: of for field, of in before.items() if field not in told}
    if source is None:
        return kept
    seen_on = source.seen_on or clock.now().date().isoformat()
    said = {"organisation": source.organisation, "link": source.link, "seen_on": seen_on}
    return kept | dict.fromkeys((field for field in told if field in fields.CHECKS), said)


def _says_already(record: Record, status: Mapping[str, Any]) -> bool:
    said = next((s for s in record.statuses if s.organisation == status["organisation"]), None)
    return said is not None and all(
        getattr(said, field) == value for field, value in status.items() if field != "external_id" or value
    )


async def _write(prisoner: int, after: Record | None, differing: Sequence[str]) -> None:
    columns = {field: getattr(after, field) for field in differing if field != "status"}
    if after and set(columns) & {*fields.NAMES, "other_names"}:
        columns["search"] = names.search_text(after.name_be, after.name_ru, after.name_latin, after.other_names)
    if after and after.published_at == NEVER and not after.vetoed_at and after.publication != Publication.HIDDEN:
        columns["published_at"] = clock.now()
    values = [_stored(column, value) for column, value in columns.items()]
    settings = "".join(f"{column} = ${n}, " for n, column in enumerate(columns, 3))
    await db.execute(
        f"UPDATE prisoner SET {settings}version = version + 1, changed_at = $2 WHERE id = $1",  # noqa: S608
        prisoner,
        clock.now(),
        *values,
    )


async def _stopped(before: Record, after: Record, differing: tuple[str, ...]) -> Changed:
    why = stopping.reason(before, after)
    return Changed(differing, await stopping.stop(before.id, why) if why else 0, why)


async def _copy(ids: Sequence[int], rows: Sequence[Mapping[str, Any]]) -> None:
    async with db.connection() as connection:
        await connection.copy_records_to_table(
            "prisoner",
            columns=["id", *rows[0]] if rows else ["id"],
            records=[(id, *(_stored(*item) for item in row.items())) for id, row in zip(ids, rows, strict=True)],
        )


def _stored(column: str, value: Any) -> Any:
    return msgspec.json.encode(value).decode() if column in _JSON else value


async def _record(by: int | None, prisoner: int, changed: Changed) -> None:
    detail = {"fields": list(changed.fields), "why": changed.why, "mails_stopped": changed.stopped}
    await audit.record(by, "prisoner.changed", f"prisoner {prisoner}", {k: v for k, v in detail.items() if v})


async def _tell(by: int | None, ids: Sequence[int]) -> None:
    if len(ids) == 1:
        await audit.record(by, "prisoner.created", f"prisoner {ids[0]}")
    elif ids:
        await audit.record(by, "prisoners.created", f"prisoners {ids[0]} to {ids[-1]}", {"people": len(ids)})


@asynccontextmanager
async def _in_words() -> AsyncIterator[None]:
    """What the database refuses, as a sentence beside its field."""
    try:
        yield
    except asyncpg.ForeignKeyViolationError as error:
        raise Invalid({"facility": Sentence("This facility does not exist any more.")}) from error
    except asyncpg.UniqueViolationError as error:
        raise Invalid({"status": Sentence("This organisation knows somebody else by this number.")}) from error


_IDS = "SELECT nextval(pg_get_serial_sequence('prisoner', 'id')) AS id FROM generate_series(1, $1)"

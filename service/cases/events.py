"""What happened to somebody: written down by staff, and by itself where a record's own dates say it."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from service.auth import audit
from service.cases import fields
from service.cases.records import Record, Source
from service.cases.tables import EventKind, State
from service.kit import db
from service.kit.errors import Invalid, NotFound
from service.kit.i18n import Sentence

_INSERT = """
    INSERT INTO case_event (prisoner, kind, happened_on, texts, organisation, link)
    SELECT $1, $2::varchar, $3::varchar, $4::jsonb, $5, $6
     WHERE NOT EXISTS (SELECT FROM case_event WHERE prisoner = $1 AND kind = $2 AND happened_on = $3)
"""


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """`texts`: by language."""

    id: int
    kind: str
    happened_on: str
    texts: dict[str, str]
    organisation: str
    link: str


async def of(prisoner: int) -> list[Event]:
    """The earliest first."""
    rows = await db.fetch(
        "SELECT id, kind, happened_on, texts, organisation, link FROM case_event WHERE prisoner = $1"
        " ORDER BY happened_on = '', happened_on, id",
        prisoner,
    )
    return [Event(**{**row, "texts": msgspec.json.decode(row["texts"])}) for row in rows]


async def add(prisoner: int, values: Mapping[str, Any], by: int | None) -> None:
    """`values`: kind, happened_on, texts, organisation, link. The same thing on the same day is kept once.

    Raises Invalid, NotFound.
    """
    clean = _checked(values)
    async with db.transaction():
        if not await db.fetch_value("SELECT id FROM prisoner WHERE id = $1", prisoner):
            raise NotFound
        await db.execute(_INSERT, prisoner, *clean)
        await audit.record(by, "prisoner.event_added", f"prisoner {prisoner}", {"kind": clean[0]})


async def change(prisoner: int, event: int, values: Mapping[str, Any], by: int | None) -> None:
    """Raises Invalid; NotFound, also for an event of somebody else."""
    clean = _checked(values)
    async with db.transaction():
        changed = await db.execute(
            "UPDATE case_event SET kind = $3, happened_on = $4, texts = $5::jsonb, organisation = $6, link = $7"
            " WHERE prisoner = $1 AND id = $2",
            prisoner,
            event,
            *clean,
        )
        if not changed:
            raise NotFound
        await audit.record(by, "prisoner.event_changed", f"prisoner {prisoner}", {"kind": clean[0]})


async def remove(prisoner: int, event: int, by: int | None) -> None:
    """Raises NotFound, also for an event of somebody else."""
    async with db.transaction():
        if not await db.execute("DELETE FROM case_event WHERE prisoner = $1 AND id = $2", prisoner, event):
            raise NotFound
        await audit.record(by, "prisoner.event_removed", f"prisoner {prisoner}")


async def begin(people: Sequence[tuple[int, Mapping[str, Any], Source | None]]) -> None:
    """What the dates of new records say; `people`: id, columns and where they come from."""
    rows = [
        (prisoner, kind, day, "{}", source.organisation if source else "", source.link if source else "")
        for prisoner, record, source in people
        for kind, day in told_by(record).items()
        if day is not None
    ]
    await db.execute_many(_INSERT, rows)


async def follow(before: Record, after: Record, moved_on: str, source: Source | None) -> None:
    """What a change of the record's dates, state or place means for its history."""
    past, present = (told_by(msgspec.structs.asdict(record)) for record in (before, after))
    for kind, day in present.items():
        if past[kind] is None and day is not None:
            await _note(before.id, kind, day, source)
        elif past[kind] is not None and day is None:
            await _forget(before.id, kind, past[kind])
        elif past[kind] != day:
            await _correct(before.id, kind, past[kind], day, source)
    if before.facility and after.facility and before.facility != after.facility:
        await _note(before.id, EventKind.TRANSFERRED, moved_on, source)


def told_by(record: Mapping[str, Any]) -> dict[str, str | None]:
    """On which day each of these happened; None where it did not, empty where the day is not known."""
    state = record["state"]
    return {
        EventKind.DETAINED: record["arrested_on"] or None,
        EventKind.SENTENCED: record["verdict_on"] or None,
        EventKind.RELEASED: record["released_on"] if state == State.RELEASED else None,
        EventKind.DIED: record["died_on"] if state == State.DIED else None,
    }


async def _note(prisoner: int, kind: str, day: str, source: Source | None) -> None:
    organisation, link = (source.organisation, source.link) if source else ("", "")
    await db.execute(_INSERT, prisoner, kind, day, "{}", organisation, link)


async def _forget(prisoner: int, kind: str, day: str | None) -> None:
    """What was noted by itself and turns out not to be; what somebody wrote stays."""
    await db.execute(
        "DELETE FROM case_event WHERE prisoner = $1 AND kind = $2 AND happened_on = $3 AND texts = '{}'",
        prisoner,
        kind,
        day,
    )


async def _correct(prisoner: int, kind: str, old: str | None, new: str | None, source: Source | None) -> None:
    corrected = await db.execute(
        "UPDATE case_event SET happened_on = $4 WHERE prisoner = $1 AND kind = $2 AND happened_on = $3"
        " AND NOT EXISTS (SELECT FROM case_event WHERE prisoner = $1 AND kind = $2 AND happened_on = $4)",
        prisoner,
        kind,
        old,
        new,
    )
    if not corrected and new is not None:
        await _note(prisoner, kind, new, source)


def _checked(values: Mapping[str, Any]) -> tuple[str, str, str, str, str]:
    """Kind, day, texts as JSON, organisation and link. Raises Invalid."""
    clean, wrong = fields.checked_with(_CHECKS, values)
    if not wrong and not clean["happened_on"] and not clean["texts"]:
        wrong["happened_on"] = Sentence("Please write the date, as far as it is known, or what happened.")
    if wrong:
        raise Invalid(wrong)
    texts = msgspec.json.encode(clean["texts"]).decode()
    return clean["kind"], clean["happened_on"], texts, clean["organisation"], clean["link"]


_CHECKS = {
    "kind": fields.one_of(EventKind),
    "happened_on": fields.past,
    "texts": fields.texts,
    "organisation": fields.text(80),
    "link": fields.link,
}

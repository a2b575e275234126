"""Reads of cases. Whatever readers see goes through publication.py."""

from collections.abc import Sequence
from typing import Any

import msgspec

from service.cases import publication
from service.cases.publication import Person
from service.cases.records import Facility, Record, Status
from service.kit import db
from service.kit.errors import NotFound

# Everything of a prisoner in one row. `p` is the prisoner and `f` the facility.
RECORDS = """
    SELECT p.*, to_jsonb(f) AS place,
           (SELECT coalesce(jsonb_agg(to_jsonb(s) ORDER BY s.organisation), '[]')
              FROM prisoner_status s WHERE s.prisoner = p.id) AS statuses
      FROM prisoner p LEFT JOIN facility f ON f.id = p.facility
"""

_BY_KEY = "WHERE p.key = $1 OR p.id = (SELECT prisoner FROM prisoner_merged WHERE key = $1)"


async def records(where: str = "", *args: Any) -> list[Record]:
    """`where`: the rest of the query after FROM, over `p` and `f`, with $1 to $n for `args`."""
    return [_record(row) for row in await db.fetch(f"{RECORDS} {where}", *args)]


async def record(prisoner: int) -> Record:
    """Raises NotFound."""
    found = await records("WHERE p.id = $1", prisoner)
    if not found:
        raise NotFound
    return found[0]


async def person(key: str, language: str) -> Person:
    """Also by the key of a record that was merged into it. Raises NotFound, too for whoever must not be shown."""
    found = [publication.shown(record, language) for record in await records(_BY_KEY, key)]
    if not found or found[0] is None:
        raise NotFound
    return found[0]


async def people(ids: Sequence[int], language: str) -> list[Person]:
    """Those of `ids` who may be shown, in that order; for a merged record, whom it was merged into."""
    found = {record.id: record for record in await records("WHERE p.id = ANY($1)", list(ids))}
    if gone := [id for id in ids if id not in found]:
        found |= await _merged(gone)
    seen = [publication.shown(found[id], language) for id in ids if id in found]
    return [person for person in seen if person]


async def _merged(ids: Sequence[int]) -> dict[int, Record]:
    rows = await db.fetch("SELECT was, prisoner FROM prisoner_merged WHERE was = ANY($1)", list(ids))
    kept = {r.id: r for r in await records("WHERE p.id = ANY($1)", [row["prisoner"] for row in rows])}
    return {row["was"]: kept[row["prisoner"]] for row in rows}


async def facilities() -> list[Facility]:
    rows = await db.fetch("SELECT to_jsonb(f) AS place FROM facility f ORDER BY f.town, f.name, f.id")
    return [msgspec.json.decode(row["place"], type=Facility) for row in rows]


def _record(row: db.Record) -> Record:
    values = {field: row[field] for field in Record.__struct_fields__}
    for field in ("sentence", "biography", "sources"):
        values[field] = msgspec.json.decode(values[field])
    values["place"] = msgspec.json.decode(row["place"], type=Facility) if row["place"] else None
    values["statuses"] = msgspec.json.decode(row["statuses"], type=list[Status])
    return Record(**values)

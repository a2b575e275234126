"""Reads for the console: which files were compared, and what of them waits."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import msgspec

from service.advocacy.naming import called
from service.kit import db
from service.kit.errors import NotFound

PAGE = 40
_OPEN = "decision = ''"
_AREA, _COMMITTEE, _PARLIAMENT = (called(table, "'en'") for table in ("area", "committee", "parliament"))
# What stands under each heading of the review.
SHOWN = {
    "members": f"subject = 'member' AND kind = 'new' AND twice = '' AND {_OPEN}",
    "changed": f"subject = 'member' AND kind = 'changed' AND twice = '' AND {_OPEN}",
    "left": f"subject = 'member' AND kind = 'left' AND twice = '' AND {_OPEN}",
    "areas": f"subject IN ('area', 'committee') AND twice = '' AND {_OPEN}",
    "places": f"subject = 'places' AND twice = '' AND {_OPEN}",
    "twice": f"twice <> '' AND {_OPEN}",
    "decided": "decision <> ''",
}
_IMPORTS = f"""
    SELECT i.id, i.form, i.source, i.as_of, i.is_election, i.rows, i.unread, i.imported_at, i.begun_at,
           account.name AS by,
           CASE WHEN parliament.id IS NULL THEN '' ELSE {_PARLIAMENT} END AS parliament,
           open.waiting, open.twice
      FROM register_import i LEFT JOIN account ON account.id = i.imported_by
      LEFT JOIN parliament ON parliament.id = i.parliament,
   LATERAL (SELECT count(*) AS waiting, count(*) FILTER (WHERE d.twice <> '') AS twice
              FROM register_difference d WHERE d.register_import = i.id AND d.decision = '') open
"""  # noqa: S608


class Unread(msgspec.Struct, frozen=True):
    line: int
    why: str
    file: str = ""


class Import(msgspec.Struct, frozen=True, kw_only=True):
    """`waiting`: differences without a decision; `twice`: those of them to look at one by one."""

    id: int
    form: str
    source: str
    as_of: date
    is_election: bool
    rows: int
    unread: list[Unread]
    imported_at: datetime
    begun_at: datetime | None
    by: str | None
    parliament: str
    waiting: int
    twice: int


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """See tables.RegisterDifference; `by`: the name of who decided."""

    id: int
    subject: str
    kind: str
    label: str
    representative: int | None
    before: dict[str, Any]
    after: dict[str, Any]
    twice: str
    decision: str
    decided_at: datetime | None
    by: str | None


async def imports(most: int = 30) -> list[Import]:
    """The newest first."""
    return [_import(row) for row in await db.fetch(f"{_IMPORTS} ORDER BY i.id DESC LIMIT $1", most)]


async def one(import_id: int) -> Import:
    """Raises NotFound."""
    row = await db.fetch_one(f"{_IMPORTS} WHERE i.id = $1", import_id)
    if row is None:
        raise NotFound
    return _import(row)


async def counts(import_id: int) -> dict[str, int]:
    """Of each heading."""
    columns = ", ".join(f"count(*) FILTER (WHERE {where}) AS {name}" for name, where in SHOWN.items())
    row = await db.fetch_one(
        f"SELECT {columns} FROM register_difference WHERE register_import = $1",  # noqa: S608
        import_id,
    )
    return dict(row or {})


async def differences(import_id: int, shown: str, page: int = 1) -> list[Difference]:
    """PAGE of them and one more."""
    return await _differences(f"AND {SHOWN[shown]} ORDER BY d.id LIMIT $2 OFFSET $3", import_id, *_bounds(page))


async def waiting(import_id: int) -> list[Difference]:
    """All without a decision."""
    return await _differences(f"AND {_OPEN} ORDER BY d.id", import_id)


class Names(msgspec.Struct, frozen=True):
    """What things are called, also those that only a file knows: areas by "canton BE", committees by "ch-nr 4"."""

    areas: dict[str, str]
    committees: dict[str, str]
    parliaments: dict[str, str]


async def names(import_id: int) -> Names:
    areas = await db.fetch(_AREA_NAMES)
    committees = await db.fetch(_COMMITTEE_NAMES)
    parliaments = await db.fetch(_PARLIAMENT_NAMES)
    new = await db.fetch(_NEW_NAMES, import_id)
    by_subject = {
        subject: {row["key"]: row["label"] for row in new if row["subject"] == subject}
        for subject in ("area", "committee")
    }
    return Names(
        by_subject["area"] | {row["key"]: row["name"] for row in areas},
        by_subject["committee"] | {row["key"]: row["name"] for row in committees},
        {row["key"]: row["name"] for row in parliaments},
    )


_AREA_NAMES = f"SELECT kind || ' ' || code AS key, {_AREA} AS name FROM area ORDER BY id"  # noqa: S608
_COMMITTEE_NAMES = f"""
    SELECT key || ' ' || code AS key, {_COMMITTEE} AS name
      FROM committee JOIN parliament ON parliament.id = committee.parliament
"""  # noqa: S608
_PARLIAMENT_NAMES = f"SELECT key, {_PARLIAMENT} AS name FROM parliament"  # noqa: S608
_NEW_NAMES = """
    SELECT subject, label, coalesce(after->>'parliament', after->>'kind') || ' ' || (after->>'code') AS key
      FROM register_difference WHERE register_import = $1 AND kind = 'new' AND subject IN ('area', 'committee')
"""


async def _differences(where: str, *args: Any) -> list[Difference]:
    rows = await db.fetch(
        "SELECT d.id, subject, kind, label, representative, before, after, twice, decision, decided_at,"  # noqa: S608
        " account.name AS by FROM register_difference d LEFT JOIN account ON account.id = d.decided_by"
        f" WHERE register_import = $1 {where}",
        *args,
    )
    return [
        Difference(**{**row, **{side: msgspec.json.decode(row[side]) for side in ("before", "after")}})
        for row in rows
    ]


def _import(row: Mapping[str, Any]) -> Import:
    return Import(**{**row, "unread": msgspec.json.decode(row["unread"], type=list[Unread])})


def _bounds(page: int) -> tuple[int, int]:
    return PAGE + 1, (page - 1) * PAGE

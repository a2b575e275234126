"""Reads for the review of lists: which were compared, and what of them waits for a decision."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from service.cases import publication
from service.cases.sources.found import Trouble
from service.kit import db
from service.kit.errors import NotFound

PAGE = 40

_OPEN = "decision = ''"
# What stands under each heading of the review.
SHOWN = {
    "new": f"kind = 'new' AND held = '' AND {_OPEN}",
    "changed": f"kind = 'changed' AND held = '' AND {_OPEN}",
    "released": f"kind = 'released' AND held = '' AND {_OPEN}",
    "gone": f"kind = 'gone' AND held = '' AND {_OPEN}",
    "held": f"held <> '' AND {_OPEN}",
    "decided": "decision <> ''",
}
_IMPORTS = """
    SELECT i.id, i.organisation, i.form, i.files, i.rows, i.people, i.unchanged, i.unread, a.name AS by, i.created_at,
           NOT EXISTS (SELECT FROM case_import l WHERE l.organisation = i.organisation AND l.id > i.id) AS latest,
           open.waiting, open.held
      FROM case_import i LEFT JOIN account a ON a.id = i.by,
   LATERAL (SELECT count(*) AS waiting, count(*) FILTER (WHERE c.held <> '') AS held
              FROM case_change c WHERE c.case_import = i.id AND c.decision = '') open
"""


class List(msgspec.Struct, frozen=True, kw_only=True):
    """A list that was compared. `waiting`: differences without a decision; `held`: those of them to look at."""

    id: int
    organisation: str
    form: str
    files: list[str]
    rows: int
    people: int
    unchanged: int
    unread: int
    by: str | None
    created_at: datetime
    latest: bool
    waiting: int
    held: int


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """See tables.CaseChange. `by`: the name of who decided; `link`: the page of the source about this person."""

    id: int
    prisoner: int | None
    organisation: str
    external_id: str
    label: str
    kind: str
    field: str
    old: Any
    new: Any
    held: str
    decision: str
    by: str | None
    decided_at: datetime | None
    link: str


class Group(msgspec.Struct, frozen=True):
    """So many differences of one kind and field. `held`: whether a person has to look at each."""

    kind: str
    field: str
    held: bool
    decision: str
    count: int


async def lists(most: int = 50) -> list[List]:
    """The newest first."""
    return [_list(row) for row in await db.fetch(f"{_IMPORTS} ORDER BY i.id DESC LIMIT $1", most)]


async def one(list_id: int) -> List:
    """Raises NotFound."""
    row = await db.fetch_one(f"{_IMPORTS} WHERE i.id = $1", list_id)
    if row is None:
        raise NotFound
    return _list(row)


async def organisations() -> list[str]:
    """Also those that speak only of people whom readers do not see."""
    return [
        row["organisation"] for row in await db.fetch("SELECT DISTINCT organisation FROM prisoner_status ORDER BY 1")
    ]


async def troubles(list_id: int) -> list[Trouble]:
    """What could not be read, at most a thousand."""
    found = await db.fetch_value("SELECT problems FROM case_import WHERE id = $1", list_id)
    return msgspec.json.decode(found or "[]", type=list[Trouble])


async def groups(list_id: int) -> list[Group]:
    rows = await db.fetch(
        "SELECT kind, field, held <> '' AS held, decision, count(*) AS count FROM case_change"
        " WHERE case_import = $1 GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4",
        list_id,
    )
    return [Group(**row) for row in rows]


async def changes(list_id: int, shown: str, field: str = "", page: int = 1) -> list[Change]:
    """Of at most PAGE people and one more, in the order of the list; `field`: only these."""
    rows = await db.fetch(
        f"""
        WITH chosen AS (SELECT external_id, min(id) AS first FROM case_change
                         WHERE case_import = $1 AND {SHOWN[shown]} AND ($2 = '' OR field = $2)
                         GROUP BY external_id ORDER BY first LIMIT $3 OFFSET $4)
        SELECT c.*, a.name AS by_name, coalesce(c.new->>'link', s.link, '') AS link
          FROM case_change c JOIN chosen ON chosen.external_id = c.external_id
          LEFT JOIN account a ON a.id = c.decided_by
          LEFT JOIN prisoner_status s ON s.organisation = c.organisation AND s.external_id = c.external_id
         WHERE c.case_import = $1 AND {SHOWN[shown]} AND ($2 = '' OR field = $2) ORDER BY chosen.first, c.id
        """,  # noqa: S608
        list_id,
        field,
        PAGE + 1,
        (page - 1) * PAGE,
    )
    return [change(row) for row in rows]


async def waiting(list_id: int) -> list[Change]:
    """All without a decision."""
    rows = await db.fetch(
        "SELECT c.*, NULL AS by_name, coalesce(c.new->>'link', '') AS link FROM case_change c"
        " WHERE case_import = $1 AND decision = '' ORDER BY c.id",
        list_id,
    )
    return [change(row) for row in rows]


async def unmatched(list_id: int, most: int = 20) -> list[tuple[str, int]]:
    """Places of somebody new or moved that none of our facilities is called, the most frequent first."""
    rows = await db.fetch(
        "SELECT coalesce(new->'place'->>'text', new->>'whereabouts') AS place, count(*) AS count FROM case_change"
        " WHERE case_import = $1 AND (kind = 'new' OR field = 'facility')"
        " AND (new->'place'->>'kind' = 'unmatched' OR (field = 'facility' AND new->>'facility' IS NULL))"
        " GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT $2",
        list_id,
        most,
    )
    return [(row["place"], row["count"]) for row in rows]


async def named(prisoners: Sequence[int]) -> dict[int, str]:
    rows = await db.fetch(
        f"SELECT p.id, {publication.NAME} AS name FROM prisoner p WHERE p.id = ANY($1)",  # noqa: S608
        list(prisoners),
    )
    return {row["id"]: row["name"] for row in rows}


def change(row: db.Record) -> Change:
    values = {field: row[field] for field in Change.__struct_fields__ if field not in ("old", "new", "by")}
    old, new = (msgspec.json.decode(row[side]) if row[side] else None for side in ("old", "new"))
    return Change(**values, old=old, new=new, by=row["by_name"])


def _list(row: db.Record) -> List:
    return List(**{**row, "files": msgspec.json.decode(row["files"])})

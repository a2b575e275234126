"""What staff see of the ledger: what supporters told, what is to be followed up, and all entries."""

from collections.abc import Mapping
from datetime import date, datetime
from math import ceil

import msgspec

from service.advocacy.answering import TOLD
from service.advocacy.ledger import CONFIRMED
from service.advocacy.naming import called
from service.advocacy.tables import PromiseKind
from service.cases import names
from service.cases.publication import NAME
from service.kit import db, sealing
from service.kit.errors import NotFound
from service.organisation import queries as organisations

A_PAGE = 50
MOST_FOUND = 8
# PostgreSQL may have been built without collations: letters with a sign are found as those without.
_SIGNED = (
    "ÀÁÂÃÄÅàáâãäåÇçÈÉÊËèéêëÌÍÎÏìíîïÑñÒÓÔÕÖòóôõöÙÚÛÜùúûüÝý",
    "aaaaaaaaaaaacceeeeeeeeiiiiiiiinnoooooooooouuuuuuuuyy",
)
# What stands under each heading of the list, of `promise d` on the day $1; and in which order.
SHOWN = {
    "ledger": (f"{CONFIRMED} AND $1::date IS NOT NULL", "d.since DESC NULLS LAST, d.id DESC"),
    "told": (
        "d.confirmed_at IS NULL AND d.rejected_at IS NULL AND $1::date IS NOT NULL",
        "d.tellers DESC, d.told_at, d.id",
    ),
    "due": (f"{CONFIRMED} AND d.follow_up_on <= $1", "d.follow_up_on, d.id"),
    "rejected": ("d.rejected_at IS NOT NULL AND $1::date IS NOT NULL", "d.rejected_at DESC, d.id DESC"),
}


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of the ledger in any state. `prisoner_name`, `successor_name`, `action_name`: empty for nobody, none.

    `is_known`: the ledger has this of this member and prisoner already.
    """

    id: int
    kind: str
    representative: int
    name: str
    party: str
    parliament: str
    prisoner: int | None
    prisoner_name: str
    action_name: str
    statement: dict[str, str]
    source: str
    photo: str
    photo_rights: str
    since: date | None
    until: date | None
    successor: int | None
    successor_name: str
    follow_up_on: date | None
    tellers: int
    told_at: datetime
    confirmed_at: datetime | None
    rejected_at: datetime | None
    is_over: bool
    is_known: bool
    version: int

    @property
    def is_public(self) -> bool:
        return self.confirmed_at is not None and self.rejected_at is None

    @property
    def can_be_handed_over(self) -> bool:
        return self.is_public and self.kind == PromiseKind.SPONSORS and self.successor is None


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody looks for. `q`: of a member or a prisoner; `kind`: empty for all."""

    show: str = "ledger"
    q: str = ""
    kind: str = ""
    page: int = 1


class Found(msgspec.Struct, frozen=True):
    entries: list[Entry]
    total: int
    page: int
    pages: int


class Somebody(msgspec.Struct, frozen=True):
    """A member or a prisoner to choose. `about`: what tells them from others of that name."""

    id: int
    name: str
    about: str


def wanted(typed: Mapping[str, str], page: int) -> Wanted:
    """From the address of the page; what cannot be meant is left out."""
    show, kind = typed.get("show", ""), typed.get("kind", "")
    return Wanted(
        show=show if show in SHOWN else "ledger",
        q=" ".join(typed.get("q", "")[:120].split()),
        kind=kind if kind in set(PromiseKind) else "",
        page=page,
    )


async def find(wanted: Wanted) -> Found:
    where, order = SHOWN[wanted.show]
    args = (await organisations.today(), names.query(wanted.q), wanted.kind, wanted.q.split())
    total: int = await db.fetch_value(f"SELECT count(*) {_FROM} WHERE {where} AND {_NARROWED}", *args)
    pages = max(1, ceil(total / A_PAGE))
    page = min(max(wanted.page, 1), pages)
    rows = await db.fetch(
        f"{_ENTRIES} WHERE {where} AND {_NARROWED} ORDER BY {order} LIMIT {A_PAGE} OFFSET {(page - 1) * A_PAGE}",
        *args,
    )
    return Found([_entry(row) for row in rows], total, page, pages)


async def counts() -> dict[str, int]:
    """How many entries stand under each heading."""
    columns = ", ".join(f"count(*) FILTER (WHERE {where}) AS {name}" for name, (where, _order) in SHOWN.items())
    row = await db.fetch_one(f"SELECT {columns} FROM promise d", await organisations.today())  # noqa: S608
    assert row
    return dict(row)


async def entry(promise: int) -> Entry:
    """Raises NotFound."""
    row = await db.fetch_one(f"{_ENTRIES} WHERE d.id = $2", await organisations.today(), promise)
    if row is None:
        raise NotFound
    return _entry(row)


async def told(promise: int) -> str:
    """What supporters wrote about it, for whoever decides; empty when there is nothing, or nothing any more."""
    sealed = await db.fetch_value("SELECT told FROM promise WHERE id = $1", promise)
    return sealing.unseal(TOLD, sealed) if sealed else ""


async def members_like(words: str) -> list[Somebody]:
    """Those whose name is like it, also those whose mandate is over; whoever has one comes first."""
    return [Somebody(*row) for row in await db.fetch(_MEMBERS_LIKE, words.split())]


async def members(ids: list[int]) -> list[Somebody]:
    return [Somebody(*row) for row in await db.fetch(_MEMBERS, ids)]


async def prisoners_like(words: str) -> list[Somebody]:
    """Those whose name is like it, for staff: also those who are shown to nobody."""
    tokens = [f"%{token}%" for token in names.query(words)]
    return [Somebody(*row) for row in await db.fetch(_PRISONERS_LIKE, tokens)] if tokens else []


async def prisoners(ids: list[int]) -> list[Somebody]:
    return [Somebody(*row) for row in await db.fetch(_PRISONERS, ids)]


def _entry(row: db.Record) -> Entry:
    values = {name: row[name] for name in Entry.__struct_fields__}
    return Entry(**{**values, "statement": msgspec.json.decode(row["statement"])})


_FROM = """
    FROM promise d JOIN representative r ON r.id = d.representative LEFT JOIN prisoner p ON p.id = d.prisoner
"""


def _named(words: str) -> str:
    """Of `representative r`: whether each of these words is in the name; `words`: a placeholder."""
    name, word = (f"translate(lower({text}), '{_SIGNED[0]}', '{_SIGNED[1]}')" for text in ("r.name", "word"))
    return f"NOT EXISTS (SELECT FROM unnest({words}::text[]) word WHERE position({word} IN {name}) = 0)"


# $2: the words of a name as prisoners are found by, $3: a kind or nothing, $4: the words of a member's name.
_NARROWED = f"""
    ($3 = '' OR d.kind = $3)
    AND ({_named("$4")} OR (cardinality($2::text[]) > 0
         AND p.search LIKE ALL(ARRAY(SELECT '%' || word || '%' FROM unnest($2::text[]) word))))
"""  # noqa: S608
_PARLIAMENT = f"""
    (SELECT {called("parliament", "'en'")} FROM membership m JOIN parliament ON parliament.id = m.parliament
      WHERE m.representative = r.id ORDER BY m.until DESC NULLS FIRST, m.since DESC NULLS LAST LIMIT 1)
"""  # noqa: S608
# $1: today.
_ENTRIES = f"""
    SELECT d.*, r.name, r.party, coalesce({_PARLIAMENT}, '') AS parliament,
           coalesce({NAME}, '') AS prisoner_name, coalesce(a.name, '') AS action_name,
           coalesce(to_r.name, '') AS successor_name,
           d.kind = 'sponsors' AND coalesce(d.until < $1, false) AS is_over,
           EXISTS (SELECT FROM promise k WHERE k.id <> d.id AND k.representative = d.representative
                      AND k.prisoner IS NOT DISTINCT FROM d.prisoner AND k.kind = d.kind
                      AND k.confirmed_at IS NOT NULL AND k.rejected_at IS NULL) AS is_known
    {_FROM} LEFT JOIN action a ON a.id = d.action
      LEFT JOIN promise to_d ON to_d.id = d.successor LEFT JOIN representative to_r ON to_r.id = to_d.representative
"""  # noqa: S608
_SOMEBODY = f"SELECT r.id, r.name, concat_ws(', ', nullif(r.party, ''), {_PARLIAMENT}) FROM representative r"  # noqa: S608
_MEMBERS_LIKE = f"""
    {_SOMEBODY} WHERE cardinality($1::text[]) > 0 AND {_named("$1")}
     ORDER BY EXISTS (SELECT FROM membership m WHERE m.representative = r.id AND m.until IS NULL) DESC, r.name, r.id
     LIMIT {MOST_FOUND}
"""
_MEMBERS = f"{_SOMEBODY} WHERE r.id = ANY($1) ORDER BY r.name"
_SOMEBODY_HELD = f"SELECT p.id, {NAME}, concat_ws(', ', nullif(p.born, ''), p.state) FROM prisoner p"  # noqa: S608
_PRISONERS_LIKE = f"{_SOMEBODY_HELD} WHERE p.search LIKE ALL($1::text[]) ORDER BY p.state, p.id LIMIT {MOST_FOUND}"
_PRISONERS = f"{_SOMEBODY_HELD} WHERE p.id = ANY($1) ORDER BY p.id"

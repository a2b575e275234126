"""Members as staff look for them, also those of the past."""

from datetime import date, datetime
from math import ceil
from typing import Any

import msgspec

from service.advocacy import in_office
from service.advocacy.naming import called, in_order
from service.kit import clock, db
from service.kit.errors import NotFound

PAGE = 50
_FAR = 100_000
_TODAY = in_office.lasts("membership", "$1")
_SITS = in_office.sits("r.id", "$1")
_ALPHABET = in_order("coalesce(nullif(family_name, ''), r.name)")
_LACKS = {
    "email": "r.email = ''",
    "bounced": "r.bounced_at IS NOT NULL",
    "source": "r.email <> '' AND r.source = ''",
}


class Filters(msgspec.Struct, frozen=True):
    """Empty: all who have a mandate today. `lacks`: email, bounced or source; `when`: today, coming or past."""

    q: str = ""
    parliament: int = 0
    lacks: str = ""
    when: str = "today"

    def asked(self) -> dict[str, str]:
        """For the address of another page of the same list."""
        found = {name: str(value) for name, value in msgspec.structs.asdict(self).items() if value}
        return {name: value for name, value in found.items() if (name, value) != ("when", "today")}


class Row(msgspec.Struct, frozen=True, kw_only=True):
    id: int
    name: str
    party: str
    parliament: str
    area: str
    since: date | None
    until: date | None
    email: str
    bounced: bool


class Found(msgspec.Struct, frozen=True):
    rows: list[Row]
    total: int
    page: int
    pages: int


class Figures(msgspec.Struct, frozen=True):
    """Of those with a mandate today."""

    members: int = 0
    without_email: int = 0
    bounced: int = 0


class Term(msgspec.Struct, frozen=True, kw_only=True):
    """`is_today`: neither over nor to come."""

    id: int
    parliament: str
    area: str
    area_id: int | None
    since: date | None
    until: date | None
    is_today: bool


class Seat(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    role: str
    since: date | None
    until: date | None


class Person(msgspec.Struct, frozen=True, kw_only=True):
    id: int
    key: str
    name: str
    family_name: str
    party: str
    faction: str
    languages: list[str]
    email: str
    phone: str
    postal: str
    website: str
    source: str
    retrieved_on: date | None
    external: dict[str, str]
    bounced_at: datetime | None
    bounced_words: str
    version: int
    terms: list[Term] = []
    seats: list[Seat] = []


_FROM = """
    FROM representative r JOIN LATERAL (
        SELECT membership.* FROM membership JOIN parliament ON parliament.id = membership.parliament
        WHERE membership.representative = r.id AND {when}
        ORDER BY since DESC NULLS LAST, membership.id LIMIT 1
    ) m ON true
    JOIN parliament ON parliament.id = m.parliament LEFT JOIN area ON area.id = m.area
"""
_WHEN = {
    "today": _TODAY,
    "coming": f"membership.since > {in_office.day('$1')}",
    "past": f"NOT {_SITS} AND until < {in_office.day('$1')}",
}


async def find(wanted: Filters, page: int = 1) -> Found:
    """One page of them; a page beyond the last is the last."""
    where, args = _conditions(wanted)
    source = _FROM.format(when=_WHEN.get(wanted.when, _TODAY))
    total: int = await db.fetch_value(f"SELECT count(*) {source} WHERE {where}", *args)
    pages = max(1, ceil(total / PAGE))
    page = min(max(page, 1), pages, _FAR)
    rows = await db.fetch(
        f"""SELECT r.id, r.name, r.party, {called("parliament", "'en'")} AS parliament,
                CASE WHEN area.id IS NULL THEN '' ELSE {called("area", "'en'")} END AS area,
                m.since, m.until, r.email, r.bounced_at IS NOT NULL AS bounced
            {source} WHERE {where} ORDER BY {_ALPHABET}, r.name, r.id
            LIMIT {PAGE} OFFSET {PAGE * (page - 1)}""",
        *args,
    )
    return Found([Row(**row) for row in rows], total, page, pages)


async def figures() -> Figures:
    row = await db.fetch_one(
        "SELECT count(*) AS members, count(*) FILTER (WHERE email = '') AS without_email,"  # noqa: S608
        " count(*) FILTER (WHERE bounced_at IS NOT NULL) AS bounced FROM representative r"
        f" WHERE {_SITS}",
        clock.now(),
    )
    return Figures(**row) if row else Figures()


async def person(id: int) -> Person:
    """Raises NotFound."""
    row = await db.fetch_one(
        "SELECT id, key, name, family_name, party, faction, languages, email, phone, postal, website, source,"
        " retrieved_on, external, bounced_at, bounced_words, version FROM representative WHERE id = $1",
        id,
    )
    if row is None:
        raise NotFound
    values = {**row, "external": msgspec.json.decode(row["external"])}
    return Person(**values, terms=await _terms(id), seats=await _seats(id))


async def _terms(id: int) -> list[Term]:
    rows = await db.fetch(
        f"""SELECT membership.id, {called("parliament", "'en'")} AS parliament, area.id AS area_id,
                CASE WHEN area.id IS NULL THEN '' ELSE {called("area", "'en'")} END AS area, since, until,
                {_TODAY} AS is_today
            FROM membership JOIN parliament ON parliament.id = membership.parliament
            LEFT JOIN area ON area.id = membership.area
            WHERE representative = $2 ORDER BY since DESC NULLS LAST, membership.id DESC""",  # noqa: S608
        *(clock.now(), id),
    )
    return [Term(**row) for row in rows]


async def _seats(id: int) -> list[Seat]:
    rows = await db.fetch(
        f"""SELECT {called("committee", "'en'")} AS name, role, since, until
            FROM committee_seat JOIN committee ON committee.id = committee
            WHERE representative = $1 ORDER BY until IS NOT NULL, name""",  # noqa: S608
        id,
    )
    return [Seat(**row) for row in rows]


def _conditions(wanted: Filters) -> tuple[str, list[Any]]:
    parts = ["true"]
    args: list[Any] = [clock.now()]
    if wanted.q:
        args.append(f"%{_plain(wanted.q)}%")
        columns = "concat_ws(' ', r.name, r.party, r.faction, r.email)"
        parts.append(f"{columns} ILIKE ${len(args)}")
    if wanted.parliament:
        args.append(wanted.parliament)
        parts.append(f"m.parliament = ${len(args)}")
    parts += [_LACKS[wanted.lacks]] if wanted.lacks in _LACKS else []
    return " AND ".join(f"({part})" for part in parts), args


def _plain(q: str) -> str:
    return q.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")

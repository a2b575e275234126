"""The records as staff look for them: everybody, also those whom readers do not see."""

from math import ceil
from typing import Any

import msgspec

from service.cases import names, publication, stopping
from service.cases.tables import Publication, State
from service.kit import clock, db

PAGE = 50
_FAR = 100_000
_SHOWN = {
    **{choice.value: f"p.publication = '{choice}' AND p.vetoed_at IS NULL" for choice in Publication},
    "vetoed": "p.vetoed_at IS NOT NULL",
}
# What keeps somebody from getting mail, or readers from knowing them.
_MISSING = {
    "cyrillic": "p.name_ru = '' AND p.name_be = ''",
    "latin": "p.name_latin = ''",
    "birthday": "p.born !~ '-\\d\\d-\\d\\d$'",
    "biography": "p.biography = '{}'",
    "photo": "p.photo = ''",
    "status": "NOT EXISTS (SELECT FROM prisoner_status s WHERE s.prisoner = p.id)",
}


class Filters(msgspec.Struct, frozen=True):
    """Empty: all. `shown`: full, initials, hidden or vetoed; `missing`: address or one of _MISSING."""

    q: str = ""
    state: str = ""
    shown: str = ""
    missing: str = ""
    facility: int = 0

    def asked(self) -> dict[str, str]:
        """For the address of another page of the same list."""
        return {name: str(value) for name, value in msgspec.structs.asdict(self).items() if value}


class Row(msgspec.Struct, frozen=True, kw_only=True):
    id: int
    name_latin: str
    name_ru: str
    name_be: str
    born: str
    state: str
    publication: str
    vetoed: bool
    place: str
    town: str
    organisations: list[str]

    @property
    def name(self) -> str:
        return self.name_latin or self.name_be or self.name_ru

    @property
    def cyrillic(self) -> str:
        """In another script, where the name stands in Latin letters."""
        return (self.name_be or self.name_ru) if self.name_latin else ""


class Found(msgspec.Struct, frozen=True):
    rows: list[Row]
    total: int
    page: int
    pages: int


async def find(wanted: Filters, page: int = 1) -> Found:
    """One page of them; a page beyond the last is the last."""
    where, args = _conditions(wanted)
    total: int = await db.fetch_value(
        f"SELECT count(*) FROM prisoner p LEFT JOIN facility f ON f.id = p.facility WHERE {where}",  # noqa: S608
        *args,
    )
    pages = max(1, ceil(total / PAGE))
    page = min(max(page, 1), pages, _FAR)
    rows = await db.fetch(f"{_ROWS} WHERE {where} {_ORDER} LIMIT {PAGE} OFFSET {PAGE * (page - 1)}", *args)
    return Found([Row(**row) for row in rows], total, page, pages)


async def figures() -> dict[str, int]:
    """How many there are in each state."""
    rows = await db.fetch("SELECT state, count(*) AS people FROM prisoner GROUP BY state")
    return {state.value: 0 for state in State} | {row["state"]: row["people"] for row in rows}


async def held() -> dict[int, int]:
    """How many are held where, by facility."""
    rows = await db.fetch(
        "SELECT facility, count(*) AS people FROM prisoner"
        " WHERE state = 'detained' AND facility IS NOT NULL GROUP BY facility"
    )
    return {row["facility"]: row["people"] for row in rows}


async def unsent_from(facility: int) -> int:
    """In how many unsent mails those stand who are held there; a mail counts once for each of them."""
    rows = await db.fetch("SELECT id FROM prisoner WHERE facility = $1 AND state = 'detained'", facility)
    return await stopping.unsent(*(row["id"] for row in rows))


async def held_at(facility: int) -> int:
    """How many are held there now."""
    held: int = await db.fetch_value(
        "SELECT count(*) FROM prisoner WHERE facility = $1 AND state = 'detained'", facility
    )
    return held


def _conditions(wanted: Filters) -> tuple[str, list[Any]]:
    parts = ["true"]
    args: list[Any] = []
    for token in names.query(wanted.q):
        args.append(token)
        parts.append(f"p.search LIKE '%' || ${len(args)} || '%'")
    if wanted.q and not args:
        parts.append("false")
    if wanted.state in set(State):
        parts.append(f"p.state = '{wanted.state}'")
    parts += [found for found in (_SHOWN.get(wanted.shown), _MISSING.get(wanted.missing)) if found]
    if wanted.missing == "address":
        args.append(clock.now())
        parts.append(f"p.state = 'detained' AND {publication.has_address(f'${len(args)}')} IS NOT TRUE")
    if wanted.facility:
        args.append(wanted.facility)
        parts.append(f"p.facility = ${len(args)}")
    return " AND ".join(f"({part})" for part in parts), args


_ROWS = """
    SELECT p.id, p.name_latin, p.name_ru, p.name_be, p.born, p.state, p.publication,
           p.vetoed_at IS NOT NULL AS vetoed, coalesce(f.name, '') AS place, coalesce(f.town, '') AS town,
           array(SELECT s.organisation FROM prisoner_status s WHERE s.prisoner = p.id AND s.designation = 'active'
                  ORDER BY 1) AS organisations
      FROM prisoner p LEFT JOIN facility f ON f.id = p.facility
"""
_ORDER = f"ORDER BY p.state <> 'detained', {publication.NAME}, p.id"

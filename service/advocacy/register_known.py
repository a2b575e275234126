"""What the register holds already, in the shape in which a file is compared with it: one query for each table."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date

import msgspec

from service.kit import db

# country, kind, code
AreaKey = tuple[str, str, str]
# parliament, code
CommitteeKey = tuple[str, str]
# postcode, town, from when on, until when
Lying = tuple[str, str, date | None, date | None]


class Mandate(msgspec.Struct, frozen=True, omit_defaults=True):
    """`id`: 0 for one that the register does not have yet."""

    parliament: str
    kind: str = ""
    area: str = ""
    since: date | None = None
    until: date | None = None
    id: int = 0


class Seat(msgspec.Struct, frozen=True, omit_defaults=True):
    parliament: str
    code: str
    role: str = ""
    since: date | None = None
    until: date | None = None


class Member(msgspec.Struct, kw_only=True):
    id: int
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
    mandates: list[Mandate] = []
    seats: list[Seat] = []


class Area(msgspec.Struct, frozen=True, kw_only=True):
    id: int
    country: str
    kind: str
    code: str
    names: dict[str, str]
    valid_from: date | None
    valid_until: date | None


class Known(msgspec.Struct):
    members: list[Member]
    areas: list[Area]
    committees: dict[CommitteeKey, dict[str, str]]
    places: dict[AreaKey, set[Lying]]


_WHOSE = """
    SELECT id FROM representative WHERE external ?| $1
     UNION SELECT representative FROM membership JOIN parliament ON parliament.id = membership.parliament
            WHERE key = ANY($2)
"""
_MEMBERS = """
    SELECT id, name, family_name, party, faction, languages, email, phone, postal, website, source,
           retrieved_on, external
      FROM representative WHERE id = ANY($1) ORDER BY id
"""
_MANDATES = """
    SELECT representative, membership.id, key AS parliament, coalesce(area.kind, '') AS kind,
           coalesce(area.code, '') AS area, since, until
      FROM membership JOIN parliament ON parliament.id = membership.parliament
      LEFT JOIN area ON area.id = membership.area
     WHERE representative = ANY($1) ORDER BY since NULLS FIRST, membership.id
"""
_SEATS = """
    SELECT representative, key AS parliament, code, role, since, until
      FROM committee_seat JOIN committee ON committee.id = committee JOIN parliament ON parliament.id = parliament
     WHERE representative = ANY($1) ORDER BY code
"""
_COMMITTEES = """
    SELECT key, code, committee.names FROM committee JOIN parliament ON parliament.id = parliament WHERE key = ANY($1)
"""
_PLACES = """
    SELECT area.country, kind, code, postcode, town, place.valid_from, place.valid_until
      FROM place JOIN area ON area.id = area
     WHERE (area.country, kind) IN (SELECT * FROM unnest($1::text[], $2::text[]))
"""


async def known(schemes: Collection[str], parliaments: Collection[str], kinds: Collection[tuple[str, str]]) -> Known:
    """Whoever has an id in one of `schemes` or ever sat in one of `parliaments`, and all places of `kinds`:
    country and kind of area."""
    chambers = list(parliaments)
    return Known(
        members=await members([row["id"] for row in await db.fetch(_WHOSE, list(schemes), chambers)]),
        areas=await areas(),
        committees={
            (row["key"], row["code"]): msgspec.json.decode(row["names"])
            for row in await db.fetch(_COMMITTEES, chambers)
        },
        places=await _places(kinds),
    )


async def members(ids: Sequence[int], locked: bool = False) -> list[Member]:
    """`locked`: nobody else changes them before the end of the transaction."""
    rows = await db.fetch(_MEMBERS + ("FOR UPDATE" if locked else ""), list(ids))
    found = {row["id"]: _member(row) for row in rows}
    for row in await db.fetch(_MANDATES, list(found)):
        found[row["representative"]].mandates.append(_mandate(row))
    for row in await db.fetch(_SEATS, list(found)):
        found[row["representative"]].seats.append(_seat(row))
    return list(found.values())


async def areas() -> list[Area]:
    rows = await db.fetch("SELECT id, country, kind, code, names, valid_from, valid_until FROM area ORDER BY id")
    return [Area(**{**row, "names": msgspec.json.decode(row["names"])}) for row in rows]


def _mandate(row: db.Record) -> Mandate:
    return Mandate(row["parliament"], row["kind"], row["area"], row["since"], row["until"], row["id"])


def _seat(row: db.Record) -> Seat:
    return Seat(row["parliament"], row["code"], row["role"], row["since"], row["until"])


def _member(row: db.Record) -> Member:
    # Lists of their own: the default is one for all.
    return Member(**{**row, "external": msgspec.json.decode(row["external"])}, mandates=[], seats=[])


async def _places(kinds: Collection[tuple[str, str]]) -> dict[AreaKey, set[Lying]]:
    if not kinds:
        return {}
    found: dict[AreaKey, set[Lying]] = defaultdict(set)
    for row in await db.fetch(_PLACES, [country for country, _kind in kinds], [kind for _country, kind in kinds]):
        lying = (row["postcode"], row["town"], row["valid_from"], row["valid_until"])
        found[row["country"], row["kind"], row["code"]].add(lying)
    return found

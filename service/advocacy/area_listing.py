"""Areas and their places as staff look through them."""

from datetime import date

import msgspec

from service.advocacy import in_office
from service.advocacy.naming import called
from service.kit import clock, db
from service.kit.errors import NotFound

PLACES = 200
_AREAS = f"""
    SELECT area.id, country, kind, code, {called("area", "'en'")} AS name, valid_from, valid_until, source,
           (SELECT count(*) FROM place WHERE area = area.id) AS places,
           (SELECT count(*) FROM membership JOIN parliament ON parliament.id = membership.parliament
             WHERE membership.area = area.id AND {in_office.lasts("membership", "$1")}) AS members
      FROM area
"""  # noqa: S608


class AreaRow(msgspec.Struct, frozen=True, kw_only=True):
    id: int
    country: str
    kind: str
    code: str
    name: str
    valid_from: date | None
    valid_until: date | None
    source: str
    places: int
    members: int


class Place(msgspec.Struct, frozen=True):
    id: int
    postcode: str
    town: str
    valid_from: date | None
    valid_until: date | None


async def areas() -> list[AreaRow]:
    """By country, those of the past last."""
    rows = await db.fetch(f"{_AREAS} ORDER BY country, valid_until IS NOT NULL, kind, name, area.id", clock.now())
    return [AreaRow(**row) for row in rows]


async def area(id: int) -> AreaRow:
    """Raises NotFound."""
    row = await db.fetch_one(f"{_AREAS} WHERE area.id = $2", clock.now(), id)
    if row is None:
        raise NotFound
    return AreaRow(**row)


async def places(area: int, q: str = "") -> list[Place]:
    """The first PLACES whose postcode or town begins with `q`, and one more."""
    rows = await db.fetch(
        "SELECT id, postcode, town, valid_from, valid_until FROM place"
        " WHERE area = $1 AND (starts_with(postcode, $2) OR starts_with(lower(town), lower($2)))"
        " ORDER BY postcode, town LIMIT $3",
        *(area, q, PLACES + 1),
    )
    return [Place(**row) for row in rows]


async def area_choices() -> list[tuple[int, str]]:
    """Those of today, for a form."""
    today = clock.now().date()
    return [
        (one.id, f"{one.country} {one.kind}: {one.name}")
        for one in await areas()
        if (one.valid_from or date.min) <= today <= (one.valid_until or date.max)
    ]

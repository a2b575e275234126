"""Who represents whom today, as pages, letters and campaigns need to know it."""

from collections.abc import Collection
from datetime import date

import msgspec

from service.advocacy import in_office
from service.advocacy.naming import called, in_order
from service.kit import clock, db


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """A representative and the mandate they have; names in the language asked for, what is not known is empty.

    `area`: None for who sits for nobody in particular. `bounced`: letters came back from the e-mail address.
    """

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
    parliament: int
    parliament_key: str
    parliament_name: str
    timezone: str
    area: int | None
    area_name: str
    committees: list[str]
    bounced: bool


# Whoever is sent by a whole country represents each of its areas.
_IN_AREAS = """membership.area IN (
    SELECT around.id FROM area given JOIN area around ON around.id = given.id
        OR (around.country = given.country AND around.kind = 'country')
    WHERE given.id = ANY({place}))"""
_NARROWED = {
    "areas": _IN_AREAS,
    "parliaments": "membership.parliament = ANY({place})",
    "committees": """EXISTS (SELECT FROM committee_seat held WHERE held.representative = representative.id
        AND held.committee = ANY({place}) AND """
    + in_office.lasts("held", "$2")
    + ")",
    "people": "representative.id = ANY({place})",
}
_MEMBERS = f"""
SELECT * FROM (
    SELECT DISTINCT ON (representative.id) representative.id, representative.key, name, family_name, party, faction,
        languages, email, phone, postal, website, representative.source, retrieved_on,
        parliament.id AS parliament, parliament.key AS parliament_key,
        {called("parliament", "$1")} AS parliament_name, timezone, area.id AS area,
        CASE WHEN area.id IS NULL THEN '' ELSE {called("area", "$1")} END AS area_name,
        ARRAY(
            SELECT {called("committee", "$1")} AS title
            FROM committee_seat seat JOIN committee ON committee.id = seat.committee
            WHERE seat.representative = representative.id AND {in_office.lasts("seat", "$2")} ORDER BY title
        ) AS committees,
        bounced_at IS NOT NULL AS bounced
    FROM membership
    JOIN representative ON representative.id = membership.representative
    JOIN parliament ON parliament.id = membership.parliament
    LEFT JOIN area ON area.id = membership.area
    WHERE {in_office.lasts("membership", "$2")} {{narrowed}}
    ORDER BY representative.id, membership.since DESC NULLS LAST, membership.id
) found
ORDER BY parliament, {in_order("coalesce(nullif(family_name, ''), name)")}, name, id"""  # noqa: S608


async def members(
    language: str,
    *,
    areas: Collection[int] | None = None,
    parliaments: Collection[int] | None = None,
    committees: Collection[int] | None = None,
    people: Collection[int] | None = None,
) -> list[Member]:
    """Each person once, by parliament and name; whatever is given narrows, and of an empty collection is nobody."""
    given = {"areas": areas, "parliaments": parliaments, "committees": committees, "people": people}
    wanted = {name: list(ids) for name, ids in given.items() if ids is not None}
    if not all(wanted.values()):
        return []
    narrowed = "".join(f" AND {_NARROWED[name].format(place=f'${n}')}" for n, name in enumerate(wanted, 3))
    rows = await db.fetch(_MEMBERS.format(narrowed=narrowed), language, clock.now(), *wanted.values())
    return [Member(**row) for row in rows]

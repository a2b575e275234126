"""From a postcode to the areas that it may lie in."""

import re

import msgspec

from service.advocacy.naming import called, in_order
from service.kit import clock, db

# CH-3011, D-10115: what stands before the number on an envelope.
_BEFORE = re.compile(r"\A[A-Z]{1,3}[\s-]+(?=\d)")
POSTCODE = re.compile(r"[A-Z0-9]{2,12}", re.ASCII)
_VALID = "$2::date BETWEEN coalesce({0}.valid_from, '-infinity') AND coalesce({0}.valid_until, 'infinity')"


class Choice(msgspec.Struct, frozen=True):
    """`name`: in the language asked for; `towns`: which the postcode stands for there."""

    area: int
    name: str
    towns: list[str]


def compact(postcode: str, country: str = "") -> str:
    """As places are kept and found: "ch-3011", "CH 3011" and "30 11" are 3011, "sw1a 1aa" is SW1A1AA."""
    plain = _BEFORE.sub("", postcode.strip().upper())
    together = re.sub(r"[\s-]", "", plain)
    return together.removeprefix(country) if together.removeprefix(country)[:1].isdigit() else together


async def areas_of(country: str, postcode: str, language: str) -> list[Choice]:
    """A set: empty where nobody knows the postcode. Where a country is one area, that is the answer to each."""
    found = compact(postcode, country)
    if not POSTCODE.fullmatch(found):
        return []
    rows = await db.fetch(
        f"""SELECT area.id AS area, {called("area", "$1")} AS name, array_agg(DISTINCT place.town) AS towns
            FROM place JOIN area ON area.id = place.area
            WHERE place.country = $3 AND place.postcode = $4
                AND {_VALID.format("place")} AND {_VALID.format("area")}
            GROUP BY area.id ORDER BY name, area.id""",  # noqa: S608
        *(language, clock.now().date(), country, found),
    )
    return [Choice(**row) for row in rows] or await _whole(country, language)


async def all_areas(country: str, language: str) -> list[Choice]:
    """Those of today, to choose by hand; without towns."""
    rows = await db.fetch(
        f"""SELECT area.id AS area, {called("area", "$1")} AS name FROM area
            WHERE country = $3 AND kind <> 'country' AND {_VALID.format("area")}
            ORDER BY {in_order(called("area", "$1"))}, area.id""",  # noqa: S608
        *(language, clock.now().date(), country),
    )
    return [Choice(row["area"], row["name"], []) for row in rows] or await _whole(country, language)


async def countries() -> list[str]:
    """In which there are areas today, as two letters."""
    rows = await db.fetch(
        f"SELECT DISTINCT country FROM area WHERE {_VALID.format('area').replace('$2', '$1')} ORDER BY country",  # noqa: S608
        clock.now().date(),
    )
    return [row["country"] for row in rows]


async def _whole(country: str, language: str) -> list[Choice]:
    """The country as an area; nothing where its members are sent by parts of it."""
    rows = await db.fetch(
        f"""SELECT area.id AS area, {called("area", "$1")} AS name FROM area
            WHERE country = $3 AND kind = 'country' AND {_VALID.format("area")}
                AND NOT EXISTS (SELECT FROM area part
                    WHERE part.country = $3 AND part.kind <> 'country' AND {_VALID.format("part")})""",  # noqa: S608
        *(language, clock.now().date(), country),
    )
    return [Choice(row["area"], row["name"], []) for row in rows]

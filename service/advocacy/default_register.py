"""The Swiss cantons and their postcodes, in an installation that knows no place yet. Members come from files."""

from collections import defaultdict
from typing import Any

import msgspec

from service.advocacy import parliaments, registering
from service.advocacy.register import default
from service.kit import clock, db


async def ensure() -> int:
    """How many places were added: none where there are some."""
    if await db.fetch_value("SELECT EXISTS (SELECT FROM place)"):
        return 0
    file = default.read()
    by_canton: dict[str, list[Any]] = defaultdict(list)
    for place in file.places:
        by_canton[place.area].append((place.postcode, place.town, None, None))
    async with db.transaction():
        await parliaments.ensure(parliaments.SWISS)
        for area in file.areas:
            await registering.add_area(msgspec.to_builtins(area), default.SOURCE)
        areas = await registering.areas()
        for area in file.areas:
            found = areas.find(area.country, area.kind, area.code, clock.now().date())
            await registering.change_places(found, area.country, by_canton[area.code], [])
    return len(file.places)

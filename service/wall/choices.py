"""For whom somebody stands: the prisoners that the form offers."""

from service.cases import listing, queries
from service.cases.listing import Filters
from service.cases.publication import Person
from service.kit import clock
from service.kit.errors import NotFound

MOST = 8


async def prisoners(chosen: str, looked_for: str, language: str) -> list[Person]:
    """Whoever is chosen first (by key), then those whose name is like `looked_for`, else whom fewest stand by."""
    wanted = Filters(q=looked_for[:120], order="fewest")
    found = await listing.find(wanted, language, clock.now().date())
    first = await _chosen(chosen, language)
    others = [person for person in found.people if first is None or person.id != first.id]
    return ([first] if first else []) + others[:MOST]


async def _chosen(key: str, language: str) -> Person | None:
    """None for all of them, and for somebody who may not be shown."""
    try:
        return await queries.person(key, language) if key else None
    except NotFound:
        return None

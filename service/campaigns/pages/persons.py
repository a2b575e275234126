"""Whom a block is about: looked for by name, on the page of the composer."""

import msgspec

from service.campaigns import cards
from service.cases import listing, partial_dates, queries
from service.cases.listing import Filters
from service.cases.publication import Person
from service.cases.records import Facility
from service.kit.errors import NotFound
from service.kit.web import Form
from service.organisation import queries as organisations
from service.rendering.blocks import Block, OnePrisoner


class Search(msgspec.Struct, frozen=True):
    """What was looked for in the block at `place`, and who was found."""

    place: str = ""
    name: str = ""
    people: list[Person] = []


async def search(sent: Form, place: str) -> Search:
    """Among those who are detained and agreed to be shown in full."""
    name = sent.text(f"b.{place}.name", 120)
    found = await listing.find(Filters(q=name), "en", await organisations.today()) if name else None
    return Search(place, name, found.people if found else [])


async def chosen(blocks: list[Block]) -> dict[str, Person]:
    """By key, those who may still be shown."""
    found = {}
    for key in {block.key for block in blocks if isinstance(block, OnePrisoner) and block.key}:
        try:
            found[key] = await queries.person(key, "en")
        except NotFound:
            continue
    return found


def described(person: Person) -> str:
    """What tells people of one name apart, and whether letters can be sent."""
    facts = [
        cards.facility_name(person.facility, "en") if person.facility else "",
        f"born {partial_dates.written(person.born, 'en')}" if person.born else "",
        f"detained {partial_dates.written(person.arrested_on, 'en')}" if person.arrested_on else "",
        "" if person.can_be_written_to else "no address for letters",
    ]
    return " · ".join(fact for fact in facts if fact)


async def facilities() -> list[tuple[int, str]]:
    """To choose from, by town."""
    return [(place.id, _called(place)) for place in await queries.facilities()]


def _called(place: Facility) -> str:
    return " · ".join(part for part in (place.town, place.latin or place.name) if part)

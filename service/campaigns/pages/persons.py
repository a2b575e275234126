"""Whom a block is about: looked for by name, on the page of the composer."""

import msgspec

from service.cases import listing, queries
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


async def facilities() -> list[tuple[int, str]]:
    """To choose from, by town."""
    return [(place.id, _called(place)) for place in await queries.facilities()]


def _called(place: Facility) -> str:
    return " · ".join(part for part in (place.town, place.latin or place.name) if part)

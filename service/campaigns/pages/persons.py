"""Whom a block is about: looked for by name or words, on the page of the composer."""

import msgspec

from service.advocacy import in_campaigns
from service.campaigns import cards
from service.cases import listing, partial_dates, queries
from service.cases.listing import Filters
from service.cases.publication import Person
from service.cases.records import Facility
from service.kit.errors import NotFound
from service.kit.web import Form
from service.organisation import queries as organisations
from service.rendering.blocks import Block, FromTheWall, OnePrisoner
from service.wall import in_mails
from service.wall.showing import Face

# So many faces to choose from at once.
MOST_FACES = 12


class Search(msgspec.Struct, frozen=True):
    """What was looked for in the block at `place`, and who was found: people, or faces of the wall."""

    place: str = ""
    name: str = ""
    people: list[Person] = []
    faces: list[Face] = []


async def search(sent: Form, place: str, language: str) -> Search:
    """For one person among those who are detained and agreed to be shown in full; else on the wall, for mails."""
    name = sent.text(f"b.{place}.name", 120)
    if sent.text(f"b.{place}.type", 20) == "from_the_wall":
        return Search(place, name, faces=await in_mails.like(name, language, MOST_FACES))
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


async def faces(blocks: list[Block], language: str) -> dict[str, Face]:
    """By key, the chosen ones who may still be shown."""
    keys = {key for block in blocks if isinstance(block, FromTheWall) for key in block.posts}
    return {face.key: face for face in await in_mails.chosen(language, sorted(keys))} if keys else {}


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


async def actions() -> list[tuple[str, str]]:
    """To choose from, by key: the open ones first, and what became of the others."""
    return [
        (action.key, action.name + ("" if action.is_open else " · over" if action.is_over else " · stopped"))
        for action in await in_campaigns.choices()
    ]


def _called(place: Facility) -> str:
    return " · ".join(part for part in (place.town, place.latin or place.name) if part)

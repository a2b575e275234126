"""What the people in a mail lack that its readers would want: a biography in their language, an address."""

from collections.abc import Iterator
from datetime import timedelta

import msgspec

from service.campaigns import planning
from service.campaigns.queries import Campaign, Edition
from service.cases import birthdays, listing
from service.cases import queries as cases
from service.cases.publication import Person
from service.kit import clock
from service.kit.errors import NotFound
from service.kit.i18n import LANGUAGES
from service.organisation import queries as organisations
from service.rendering.blocks import Birthdays, Block, NewCases, OnePrisoner


class Gap(msgspec.Struct, frozen=True):
    """`link` leads to where it can be mended."""

    sentence: str
    link: str


async def within(edition: Edition, campaign: Campaign) -> list[Gap]:
    """Of everybody whom the edition would show at this moment."""
    people: dict[int, Person] = {}
    for block in edition.blocks:
        people |= {person.id: person for person in await _shown(block, edition, campaign)}
    return [gap for person in people.values() for gap in _of(person, edition.language)]


async def _shown(block: Block, edition: Edition, campaign: Campaign) -> list[Person]:
    now = clock.now()
    match block:
        case NewCases(most=most):
            since = campaign.new_since or now - timedelta(days=7)
            return await listing.new_since(since, now, edition.language, most)
        case Birthdays():
            today = now.astimezone((await organisations.required()).zone).date()
            first = campaign.seen_from or today
            last = planning.last_day(first, [edition])
            return [each.person for each in await birthdays.between(first, last, edition.language)]
        case OnePrisoner(key=key):
            try:
                return [await cases.person(key, edition.language)]
            except NotFound:
                return []
    return []


def _of(person: Person, language: str) -> Iterator[Gap]:
    page = f"/staff/prisoners/{person.id}"
    if person.by_initials:
        return
    if person.biography is None:
        yield Gap(f"{person.name} has no biography.", page)
    elif person.biography.language != language:
        told = f"The biography of {person.name} is not translated; readers get it in"
        yield Gap(f"{told} {LANGUAGES.get(person.biography.language, person.biography.language)}.", page)
    yield from _about_address(person, page)


def _about_address(person: Person, page: str) -> Iterator[Gap]:
    if person.can_be_written_to:
        return
    place, today = person.facility, clock.now().date()
    if place is None:
        yield Gap(f"Nobody can write to {person.name}: the facility is not known.", page)
    elif not place.is_valid_on(today):
        told = f"The address of {place.name} is out of date by then ({place.valid_until}), so nobody can write to"
        yield Gap(f"{told} {person.name}.", f"/staff/facilities/{place.id}")
    else:
        yield Gap(
            f"Nobody can write to {person.name}: the name in Cyrillic or the facility’s address is missing.", page
        )

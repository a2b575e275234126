"""What the people in a mail lack that its readers would want: a biography in their language, an address."""

from collections.abc import Iterator

import msgspec

from service.campaigns import filling, planning
from service.campaigns.filling import Moments
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
    """`link` leads to where it can be mended; `language`: the readers whom it concerns, empty for all."""

    sentence: str
    link: str
    language: str = ""


async def within(edition: Edition, campaign: Campaign) -> list[Gap]:
    """Of everybody whom the edition would show at this moment."""
    people: dict[int, Person] = {}
    moments = await filling.moments(campaign, await organisations.required())
    for block in edition.blocks:
        people |= {person.id: person for person in await _shown(block, edition, moments)}
    # Staff read the names in Latin letters, whatever the language of the mail.
    names = {person.id: person.name for person in await cases.people(list(people), "en")}
    return [gap for person in people.values() for gap in _of(person, names[person.id], edition.language)]


async def _shown(block: Block, edition: Edition, moments: Moments) -> list[Person]:
    match block:
        case NewCases(most=most):
            return await listing.new_since(moments.since, moments.until, edition.language, most)
        case Birthdays():
            last = planning.last_day(moments.first, [edition])
            return [each.person for each in await birthdays.between(moments.first, last, edition.language)]
        case OnePrisoner(key=key):
            try:
                return [await cases.person(key, edition.language)]
            except NotFound:
                return []
    return []


def _of(person: Person, name: str, language: str) -> Iterator[Gap]:
    page = f"/staff/prisoners/{person.id}"
    if person.by_initials:
        return
    if person.biography is None:
        yield Gap(f"{name} has no biography.", page)
    elif person.biography.language != language:
        other = LANGUAGES.get(person.biography.language, person.biography.language)
        yield Gap(f"The biography of {name} is not translated; readers get it in {other}.", page, language)
    yield from _about_address(person, name, page)


def _about_address(person: Person, name: str, page: str) -> Iterator[Gap]:
    if person.can_be_written_to:
        return
    place, today = person.facility, clock.now().date()
    if place is None:
        yield Gap(f"Nobody can write to {name}: the facility is not known.", page)
    elif not place.is_valid_on(today):
        told = f"The address of {place.latin or place.name} is not valid then, so nobody can write to {name}."
        yield Gap(told, f"/staff/facilities/{place.id}")
    else:
        yield Gap(f"Nobody can write to {name}: the name in Cyrillic or the facility’s address is missing.", page)

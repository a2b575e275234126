"""What the people in a mail lack that its readers would want: a biography in their language, an address."""

from collections.abc import Iterator, Mapping

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
    """`link` leads to where it can be mended."""

    sentence: str
    link: str


async def within(editions: Mapping[str, Edition], campaign: Campaign) -> list[Gap]:
    """Of everybody whom the editions would show at this moment."""
    moments = await filling.moments(campaign, await organisations.required())
    seen: dict[int, list[Person]] = {}
    for edition in editions.values():
        shown = [person for block in edition.blocks for person in await _shown(block, edition, moments)]
        for person in {person.id: person for person in shown}.values():
            seen.setdefault(person.id, []).append(person)
    # Staff read the names in Latin letters, whatever the languages of the mail.
    names = {person.id: person.name for person in await cases.people(list(seen), "en")}
    return [gap for id, people in seen.items() for gap in _of(people, names.get(id, ""))]


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


def _of(people: list[Person], name: str) -> Iterator[Gap]:
    """`people`: the same person, once for each language."""
    one, page = people[0], f"/staff/prisoners/{people[0].id}"
    if one.by_initials:
        return
    if one.biography is None:
        yield Gap(f"{name} has no biography.", page)
    if missing := _untranslated(people, "biography"):
        yield Gap(f"The biography of {name} is missing in {missing}.", page)
    if missing := _untranslated(people, "sentence"):
        yield Gap(f"What is said of the sentence of {name} is missing in {missing}.", page)
    yield from _about_address(one, name, page)


def _untranslated(people: list[Person], field: str) -> str:
    """The languages whose readers get the text in another one: "Français and Deutsch"."""
    texts = ((person.language, getattr(person, field)) for person in people)
    missing = [LANGUAGES[language] for language, passage in texts if passage and passage.language != language]
    return " and ".join(filter(None, [", ".join(missing[:-1]), *missing[-1:]]))


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

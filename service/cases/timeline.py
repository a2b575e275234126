"""What happened to a prisoner, as readers may know it."""

import msgspec

from service.cases import events
from service.cases.events import Event
from service.cases.publication import Passage, Person, passage


class Happening(msgspec.Struct, frozen=True, kw_only=True):
    """`happened_on`: a date of which a part may be known; `organisation`, `link`: where we know it from."""

    kind: str
    happened_on: str
    text: Passage | None = None
    organisation: str
    link: str = ""


async def of(person: Person) -> list[Happening]:
    """The earliest first. Of whoever is shown by initials only what happened and in which year."""
    return [_shown(event, person) for event in await events.of(person.id)]


def _shown(event: Event, person: Person) -> Happening:
    if person.by_initials:
        return Happening(kind=event.kind, happened_on=event.happened_on[:4], organisation=event.organisation)
    return Happening(
        kind=event.kind,
        happened_on=event.happened_on,
        text=passage(event.texts, person.language),
        organisation=event.organisation,
        link=event.link,
    )

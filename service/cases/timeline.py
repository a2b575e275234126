"""What happened to a prisoner, as readers may know it."""

import msgspec

from service.cases.publication import Passage, Person, passage
from service.kit import db

_EVENTS = """
    SELECT kind, happened_on, texts, organisation, link FROM case_event
     WHERE prisoner = $1 ORDER BY happened_on = '', happened_on, id
"""


class Happening(msgspec.Struct, frozen=True, kw_only=True):
    """`happened_on`: a date of which a part may be known; `organisation`, `link`: where we know it from."""

    kind: str
    happened_on: str
    text: Passage | None
    organisation: str
    link: str


async def of(person: Person) -> list[Happening]:
    """The earliest first. Of whoever is shown by initials only what happened and in which year."""
    return [_shown(row, person) for row in await db.fetch(_EVENTS, person.id)]


def _shown(row: db.Record, person: Person) -> Happening:
    if person.by_initials:
        return Happening(
            kind=row["kind"], happened_on=row["happened_on"][:4], text=None, organisation=row["organisation"], link=""
        )
    return Happening(
        kind=row["kind"],
        happened_on=row["happened_on"],
        text=passage(msgspec.json.decode(row["texts"]), person.language),
        organisation=row["organisation"],
        link=row["link"],
    )

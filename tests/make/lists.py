"""Small lists of people in the project's own form, compared as staff would."""

import json
from typing import Any

import msgspec

from service.cases import comparing, review
from service.cases.sources.found import File
from service.kit import db

MARYNA = {
    "id": "7",
    "name_latin": "Maryna Kavalchuk",
    "name_ru": "Марина Ковальчук",
    "name_be": "Марына Кавальчук",
    "born": "1984-06-02",
    "status": "active",
    "link": "https://example.org/7",
    "place": "ИК №4",
}


class Waiting(msgspec.Struct, frozen=True):
    """A difference that was found, as a test looks at it."""

    id: int
    person: str
    kind: str
    field: str
    held: str

    @property
    def what(self) -> tuple[str, str, str]:
        return self.person, self.kind, self.field


async def compared(*people: dict[str, Any], organisation: str = "Viasna", whole: bool = True) -> int:
    """The list of `organisation` with just these people."""
    return await comparing.compare([File("list.json", json.dumps(people).encode())], "own", organisation, whole)


async def waiting(list_id: int | None = None) -> list[Waiting]:
    """What is open, of one list or of all."""
    rows = await db.fetch(
        "SELECT id, external_id, kind, field, held FROM case_change"
        " WHERE decision = '' AND ($1::bigint IS NULL OR case_import = $1) ORDER BY id",
        list_id,
    )
    return [Waiting(*row) for row in rows]


async def known(*people: dict[str, Any], organisation: str = "Viasna") -> list[int]:
    """They are listed and accepted; the ids of their records."""
    made = await compared(*people, organisation=organisation, whole=False)
    await review.accept(made, [one.id for one in await waiting(made)], None)
    ids = [person["id"] for person in people]
    rows = await db.fetch(
        "SELECT prisoner FROM prisoner_status WHERE organisation = $1 AND external_id = ANY($2)"
        " ORDER BY array_position($2, external_id::text)",
        organisation,
        ids,
    )
    return [row["prisoner"] for row in rows]

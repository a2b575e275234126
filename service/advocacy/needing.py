"""Actions that need an editor now, for the console's overview."""

import msgspec

from service.kit import db


class Need(msgspec.Struct, frozen=True):
    """`unknown`: of so many letters nobody knows whether they arrived; `trouble`: why it did not open on its day."""

    id: int
    name: str
    choose_again: bool
    trouble: str
    unknown: int


async def of_editors() -> list[Need]:
    return [Need(**row) for row in await db.fetch(_NEEDS)]


_NEEDS = """
    SELECT * FROM (
        SELECT a.id, a.name, a.choose_again AND a.state <> 'closed' AS choose_again, a.trouble,
               (SELECT count(*) FROM advocacy_letter l WHERE l.action = a.id AND l.state = 'unknown') AS unknown
          FROM action a
    ) AS found WHERE choose_again OR trouble <> '' OR unknown > 0 ORDER BY id
"""

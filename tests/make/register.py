"""A small parliament as a file says it, and what staff do with such a file."""

from datetime import date
from typing import Any

from service.advocacy import accepting, register_import, register_queries
from service.advocacy.accepting import Outcome
from service.advocacy.register_queries import Difference
from service.kit import db

SOURCE = "https://parliament.example.org/members"
COLUMNS = ("id", "name", "party", "email", "area", "kind of area", "since", "until", "committees", "languages")
ROSA = {
    "id": "1",
    "name": "Rosa Beispiel",
    "party": "Example Party",
    "email": "rosa@parliament.example.org",
    "area": "BE",
    "since": "2023-12-04",
    "committees": "Foreign Affairs",
}
URS = {"id": "2", "name": "Urs Anderer", "party": "Other Party", "area": "ZH", "since": "2023-12-04"}
LEA = {"id": "3", "name": "Lea Muster", "party": "Example Party", "area": "BE", "since": "2023-12-04"}


def file(*people: dict[str, str]) -> list[tuple[str, bytes]]:
    """A plain CSV; what somebody does not have is empty."""
    rows = [";".join(COLUMNS), *(";".join(one.get(column, "") for column in COLUMNS) for one in people)]
    return [("members.csv", "\r\n".join(rows).encode())]


async def compared(*people: dict[str, str], **asked: Any) -> int:
    """The id of the import."""
    return await taken(file(*people), **({"parliament": "ch-nr", "source": SOURCE} | asked))


async def taken(files: list[tuple[str, bytes]], as_of: str = "", **asked: Any) -> int:
    day = date.fromisoformat(as_of) if as_of else None
    return await register_import.take(files, as_of=day, **asked)


async def accepted(*people: dict[str, str], **asked: Any) -> Outcome:
    """All of it, also what is to be looked at twice."""
    return await accept_all(await compared(*people, **asked))


async def accept_all(made: int) -> Outcome:
    return await accepting.accept(made, [one.id for one in await register_queries.waiting(made)], None)


async def waiting(made: int, subject: str = "member") -> list[Difference]:
    return [one for one in await register_queries.waiting(made) if one.subject == subject]


async def said(made: int) -> list[tuple[str, str]]:
    """Kind and label of what waits about members."""
    return [(one.kind, one.label) for one in await waiting(made)]


async def mandates() -> list[tuple[str, str | None, date | None, date | None]]:
    """Whose, for which area, since and until when, the oldest first."""
    rows = await db.fetch(
        "SELECT name, code, since, until FROM membership JOIN representative r ON r.id = representative"
        " LEFT JOIN area ON area.id = area ORDER BY since NULLS FIRST, name"
    )
    return [tuple(row) for row in rows]

"""Entries of the ledger as forms send them, and the photos of sponsors."""

from typing import Any

from service.advocacy import promise_queries, promising
from tests.make import photos

RIGHTS = "She gave it to us on 5 January."
MARYNAS = "I ask about her every month."


def values(representative: int, prisoner: int | None = None, **others: Any) -> dict[str, Any]:
    """As promising.py takes them: a sponsorship since May."""
    return {
        "representative": representative,
        "prisoner": prisoner,
        "kind": "sponsors",
        "statement": {"en": MARYNAS},
        "source": "https://parliament.example.org/news",
        "since": "2026-05-01",
        "until": "",
        "follow_up_on": "",
    } | others


def typed(representative: int, prisoner: int | str = "", **others: Any) -> dict[str, str]:
    """As the form sends them."""
    sent = values(representative, None, **others)
    statement = sent.pop("statement")["en"]
    return {name: str(value) for name, value in sent.items()} | {
        "prisoner": str(prisoner),
        "statement.en": statement,
    }


async def recorded(representative: int, prisoner: int | None, **others: Any) -> promise_queries.Entry:
    made = await promising.record(values(representative, prisoner, **others), None)
    return await promise_queries.entry(made)


def picture() -> bytes:
    return photos.jpeg()

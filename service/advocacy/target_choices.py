"""Whom staff can choose as targets: parliaments, committees, and people by their name."""

import unicodedata
from collections.abc import Sequence

import msgspec

from service.advocacy import representing
from service.advocacy.naming import called
from service.advocacy.representing import Member
from service.kit import db

MOST_FOUND = 12


class Committee(msgspec.Struct, frozen=True):
    id: int
    name: str


class Chamber(msgspec.Struct, frozen=True):
    """A parliament, how many sit in it today, and its committees."""

    id: int
    name: str
    members: int
    committees: list[Committee]


async def chambers() -> list[Chamber]:
    """Those with members first."""
    by_parliament: dict[int, list[Committee]] = {}
    for row in await db.fetch(_COMMITTEES, "en"):
        by_parliament.setdefault(row["parliament"], []).append(Committee(row["id"], row["name"]))
    sitting: dict[int, int] = {}
    for member in await representing.members("en"):
        sitting[member.parliament] = sitting.get(member.parliament, 0) + 1
    rows = await db.fetch(_PARLIAMENTS, "en")
    found = [Chamber(r["id"], r["name"], sitting.get(r["id"], 0), by_parliament.get(r["id"], [])) for r in rows]
    return sorted(found, key=lambda chamber: not chamber.members)


async def people(ids: Sequence[int]) -> list[Member]:
    return await representing.members("en", people=ids)


async def named(typed: str) -> list[Member]:
    """Members of today whose name or party has each of these words, whatever the accents."""
    words = _folded(typed).split()
    if not words:
        return []
    rows = await db.fetch("SELECT id, name, party FROM representative ORDER BY family_name, name, id")
    ids = [r["id"] for r in rows if all(word in _folded(f"{r['name']} {r['party']}") for word in words)]
    return (await people(ids[:500]))[:MOST_FOUND]


async def parties() -> list[str]:
    """Of those who have a mandate today."""
    return sorted({member.party for member in await representing.members("en") if member.party}, key=str.casefold)


def _folded(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))


_PARLIAMENTS = f"SELECT id, {called('parliament', '$1')} AS name FROM parliament ORDER BY name, id"  # noqa: S608
_COMMITTEES = f"""
    SELECT parliament, id, {called("committee", "$1")} AS name FROM committee ORDER BY name, id
"""  # noqa: S608

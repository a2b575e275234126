"""What members of parliament did for those whom an action is about: before it, and since it opened."""

from collections.abc import Sequence

import msgspec

from service.advocacy import ledger
from service.advocacy.ledger import Deed
from service.advocacy.queries import Action
from service.kit import db

# On a page; the page of sponsors has them all.
MOST = 60


class Reached(msgspec.Struct, frozen=True):
    """Who did what. `by_action`: since the action opened, or because of it."""

    name: str
    party: str
    deed: Deed
    by_action: bool


async def of(action: Action, language: str) -> list[Reached]:
    """What the public may know of, the newest first."""
    rows = await db.fetch(_PROMISES, action.id, action.prisoners, action.opened_at, MOST)
    deeds = await _deeds([row["representative"] for row in rows], language)
    return [
        Reached(row["name"], row["party"], deeds[row["id"]], row["by_action"]) for row in rows if row["id"] in deeds
    ]


async def _deeds(representatives: Sequence[int], language: str) -> dict[int, Deed]:
    found = await ledger.deeds(list(dict.fromkeys(representatives)), language) if representatives else {}
    return {deed.id: deed for deeds in found.values() for deed in deeds}


_PROMISES = f"""
    SELECT d.id, d.representative, r.name, r.party,
           coalesce(d.action = $1, d.told_at >= $3, false) AS by_action
      FROM promise d JOIN representative r ON r.id = d.representative
     WHERE {ledger.CONFIRMED} AND (d.action = $1 OR d.prisoner = ANY($2))
     ORDER BY coalesce(d.since, d.told_at::date) DESC, d.id DESC LIMIT $4
"""  # noqa: S608

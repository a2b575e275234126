"""What staff see of letters that are held: the queue, and one letter with all that helps to decide."""

from datetime import datetime

import msgspec

from service.advocacy import deciding, holding, insults, likeness
from service.advocacy.naming import called
from service.kit import clock, db, log, sealing

A_PAGE = 48
_ORDER = "ORDER BY l.confirmed_at, l.id"
_WAITS = (
    "l.state = 'held' AND NOT EXISTS (SELECT FROM held_decision d WHERE d.letter = l.id AND d.return_at IS NOT NULL)"
)
# That a letter says nearly the same as letter $2.
_LIKE = likeness.agree("l.likeness", "SELECT likeness FROM advocacy_letter WHERE id = $2")
_log = log.logger("advocacy")


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """A letter without the address of whoever wrote it. `waits`: nobody has decided yet.

    `subject` and `body` are empty where they cannot be read any more. `return_at`: when it goes back to its writer.
    """

    id: int
    action: int
    action_name: str
    action_state: str
    representative: str
    party: str
    parliament: str
    area: str
    language: str
    is_test: bool
    state: str
    waits: bool
    held_for: list[str]
    confirmed_at: datetime | None
    decided: str
    reason: str
    decided_by: str | None
    decided_at: datetime | None
    return_at: datetime | None
    subject: str
    body: str


class ByAction(msgspec.Struct, frozen=True):
    id: int
    name: str
    state: str
    held: int


class Decision(msgspec.Struct, frozen=True):
    """What somebody decided last, and can still take back."""

    decided: str
    count: int


async def waiting() -> int:
    """How many wait for somebody to look."""
    found: int = await db.fetch_value(f"SELECT count(*) FROM advocacy_letter l WHERE {_WAITS}")  # noqa: S608
    return found


async def by_action() -> list[ByAction]:
    """Where letters are held, the most first."""
    rows = await db.fetch(
        "SELECT a.id, a.name, a.state, count(*) AS held FROM advocacy_letter l JOIN action a ON a.id = l.action"  # noqa: S608
        f" WHERE {_WAITS} GROUP BY a.id ORDER BY held DESC, a.id"
    )
    return [ByAction(**row) for row in rows]


async def first() -> int | None:
    found: int | None = await db.fetch_value(
        f"SELECT l.id FROM advocacy_letter l WHERE {_WAITS} {_ORDER} LIMIT 1"  # noqa: S608
    )
    return found


async def after(letter: int) -> int | None:
    """The letter that waits behind this one; None behind the last."""
    found: int | None = await db.fetch_value(
        f"SELECT l.id FROM advocacy_letter l WHERE {_WAITS} AND (l.confirmed_at, l.id) >"  # noqa: S608
        f" (SELECT confirmed_at, id FROM advocacy_letter WHERE id = $1) {_ORDER} LIMIT 1",
        letter,
    )
    return found


async def one(letter: int) -> Held | None:
    """None for what there is not, and for what was never held."""
    found = await _read("l.id = $1 AND (l.state = 'held' OR d.id IS NOT NULL)", letter)
    return found[0] if found else None


async def listed(action: int = 0, like: int = 0, page: int = 1) -> list[Held]:
    """A page of those that wait and one more, if there is; 0 for all. `like`: a letter that says nearly the same."""
    narrowed = f"($1 = 0 OR l.action = $1) AND ($2 = 0 OR {_LIKE})"
    where = f"{_WAITS} AND {narrowed} {_ORDER} LIMIT {A_PAGE + 1} OFFSET $3"
    return await _read(where, action, like, (page - 1) * A_PAGE)


async def copies(letter: int) -> int:
    """How many others wait that say nearly the same."""
    found: int = await db.fetch_value(
        f"SELECT count(*) FROM advocacy_letter l WHERE {_WAITS} AND l.id <> $1 AND {_LIKE.replace('$2', '$1')}",  # noqa: S608
        letter,
    )
    return found


async def noticed(letter: Held) -> list[str]:
    """The words and hosts in it that staff may want to find."""
    text = f"{letter.subject}\n{letter.body}"
    return [*await insults.found(text), *await holding.links(text)]


async def last_decision(by: int) -> Decision | None:
    """Of this account, as long as it can be taken back."""
    rows = await db.fetch(deciding.LAST_DECIDED, by, clock.now() - deciding.UNTOLD)
    return Decision(rows[0]["decided"], len(rows)) if rows else None


async def _read(where: str, *args: object) -> list[Held]:
    return [_held(row) for row in await db.fetch(_LETTERS.format(where=where), *args)]


def _held(row: db.Record) -> Held:
    values = {name: row[name] for name in Held.__struct_fields__ if name in row and name not in ("subject", "body")}
    return Held(**values, subject=_unsealed(row, "subject"), body=_unsealed(row, "body"))


def _unsealed(row: db.Record, name: str) -> str:
    try:
        return sealing.unseal(f"advocacy {name}", row[name]) if row[name] else ""
    except sealing.Unsealable:
        _log.error("letter_unsealable", letter=row["id"])
        return ""


_LETTERS = f"""
    SELECT l.id, l.action, a.name AS action_name, a.state AS action_state, r.name AS representative, r.party,
           {called("parliament", "'en'")} AS parliament,
           CASE WHEN area.id IS NULL THEN '' ELSE {called("area", "'en'")} END AS area, l.language, l.is_test,
           l.state, l.state = 'held' AND d.return_at IS NULL AS waits, l.held_for, l.confirmed_at,
           coalesce(d.decided, '') AS decided, coalesce(d.reason, '') AS reason, who.name AS decided_by, d.decided_at,
           d.return_at, l.subject, l.body
      FROM advocacy_letter l JOIN action a ON a.id = l.action JOIN representative r ON r.id = l.representative
      JOIN parliament ON parliament.id = l.parliament LEFT JOIN area ON area.id = l.area
      LEFT JOIN held_decision d ON d.letter = l.id LEFT JOIN account who ON who.id = d.decided_by
     WHERE {{where}}
"""  # noqa: S608

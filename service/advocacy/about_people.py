"""What is kept of whoever wrote to members of parliament with an address."""

from collections.abc import Sequence
from typing import Any

from service.kit import db, jobs, sealing
from service.subscribers.elsewhere import Kept, Row, plain

_SEALED = ("name", "home", "subject", "body")
_UNREADABLE = "(cannot be read any more)"


async def _letters(sealed: Sequence[bytes]) -> list[Row]:
    return [_letter(row) for row in await db.fetch(_LETTERS, list(sealed))]


def _letter(row: db.Record) -> Row:
    values: dict[str, Any] = plain(row)
    return values | {name: _opened(name, row[name]) for name in _SEALED}


def _opened(name: str, sealed: bytes | None) -> str:
    try:
        return sealing.unseal(f"advocacy {name}", sealed) if sealed else ""
    except sealing.Unsealable:
        return _UNREADABLE


async def _empty(sealed: Sequence[bytes]) -> int:
    """Without their text those that wait are ended by a job, and go nowhere."""
    emptied = await db.execute(_EMPTY, list(sealed))
    if emptied:
        jobs.enqueue("advocacy.forget")
    return emptied


async def _took_part(sealed: Sequence[bytes]) -> list[Row]:
    return [plain(row) for row in await db.fetch(_TOOK_PART, list(sealed))]


async def _forget_part(sealed: Sequence[bytes]) -> int:
    forgotten: int = await db.fetch_value(_FORGET_PART, list(sealed))
    return forgotten


_LETTERS = """
    SELECT a.name AS action, r.name AS to, l.state, l.language, l.is_test, l.name, l.home, l.subject, l.body,
           l.held_for, l.outcome, l.created_at, l.confirmed_at, l.left_at, l.sent_at
      FROM advocacy_letter l JOIN action a ON a.id = l.action JOIN representative r ON r.id = l.representative
     WHERE l.address = ANY($1::bytea[]) ORDER BY l.id
"""
_EMPTY = """
    UPDATE advocacy_letter SET address = NULL, name = NULL, home = NULL, subject = NULL, body = NULL,
        likeness = '{}', held_for = '{}', writer = uuid_send(gen_random_uuid()) WHERE address = ANY($1::bytea[])
"""
_TOOK_PART = """
    SELECT a.name AS action, t.at FROM took_part t JOIN action a ON a.id = t.action
     WHERE t.address = ANY($1::bytea[]) ORDER BY t.at, t.id
"""
# How many took part in an action stays counted.
_FORGET_PART = """
    WITH gone AS (DELETE FROM took_part WHERE address = ANY($1::bytea[]) RETURNING action),
    counted AS (
        UPDATE action a SET forgotten = a.forgotten + g.people
          FROM (SELECT action, count(*) AS people FROM gone GROUP BY action) AS g WHERE a.id = g.action
    )
    SELECT count(*) FROM gone
"""
KEPT = [
    Kept(
        "letters",
        ("{number} letter to a member of parliament", "{number} letters to members of parliament"),
        _letters,
        _empty,
        lambda letter: f"To {letter['to']} in “{letter['action']}” ({letter['state']})",
    ),
    Kept(
        "took_part_in",
        ("the note that they took part in {number} action", "the notes that they took part in {number} actions"),
        _took_part,
        _forget_part,
        lambda part: f"“{part['action']}”, {part['at'][:10]}",
    ),
]

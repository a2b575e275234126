"""What staff decide about letters that are held: they leave, or go back to their writers with a kind reason."""

from collections.abc import Sequence
from datetime import timedelta

import msgspec

from service.advocacy import failing, states
from service.advocacy.failing import LABELS, Why
from service.advocacy.tables import AdvocacyState as State
from service.auth import audit
from service.kit import clock, db
from service.kit.errors import Invalid, Problem
from service.kit.i18n import Sentence

# So long it can be undone before its writer hears of it.
UNTOLD = timedelta(minutes=10)
RELEASED, RETURNED = "released", "returned"


class NothingToUndo(Problem):
    code = "nothing_to_undo"
    status = 409
    sentence = Sentence(
        "There is no decision of yours from the last ten minutes to take back, or the letter has left already."
    )


class Outcome(msgspec.Struct, frozen=True):
    """`left`: how many were not touched, for somebody else has decided meanwhile."""

    decided: list[int]
    left: int


async def release(letters: Sequence[int], by: int) -> Outcome:
    """They leave when their turn comes. Each letter once."""
    async with db.transaction():
        moved = await states.move(await _waiting(letters), State.READY)
        await _write_down(moved, RELEASED, by)
        for letter in moved:
            await audit.record(by, "letter.released", f"letter {letter}")
    return Outcome(moved, len(set(letters)) - len(moved))


async def send_back(letters: Sequence[int], by: int, why: str) -> Outcome:
    """They go back to their writers, with their text, when UNTOLD is over. Raises Invalid for `why`."""
    if why not in LABELS:
        raise Invalid({"why": Sentence("Please choose a reason: the writer is told it in kind words.")})
    async with db.transaction():
        held = await _waiting(letters)
        await _write_down(held, RETURNED, by, why)
        for letter in held:
            await audit.record(by, "letter.to_be_sent_back", f"letter {letter}", {"why": why})
    return Outcome(held, len(set(letters)) - len(held))


async def undo(by: int) -> list[int]:
    """Takes back what this account decided last, for one letter or many at once. Raises NothingToUndo."""
    async with db.transaction():
        rows = await db.fetch(f"{LAST_DECIDED} FOR UPDATE OF d, l", by, clock.now() - UNTOLD)
        held = await states.move([row["letter"] for row in rows if row["decided"] == RELEASED], State.HELD)
        undone = sorted([*held, *(row["letter"] for row in rows if row["decided"] == RETURNED)])
        if not undone:
            raise NothingToUndo
        await db.execute("DELETE FROM held_decision WHERE letter = ANY($1)", undone)
        for letter in undone:
            await audit.record(by, "letter.held_again", f"letter {letter}")
    return undone


async def return_due() -> None:
    """What was decided to go back, and can be undone no more."""
    while await _return_one():
        pass


async def _return_one() -> bool:
    async with db.transaction():
        row = await db.fetch_one(_DUE, clock.now())
        if row:
            await db.execute("UPDATE held_decision SET return_at = NULL WHERE id = $1", row["id"])
            await failing.fail(row["letter"], Why(row["reason"]), row["decided_by"])
    return row is not None


async def _waiting(letters: Sequence[int]) -> list[int]:
    """Those that still wait for somebody to decide; of two who decide at once the second waits for the first."""
    held = "SELECT id FROM advocacy_letter WHERE id = ANY($1) AND state = 'held' ORDER BY id FOR UPDATE"
    ids = [row["id"] for row in await db.fetch(held, list(letters))]
    gone = await db.fetch("SELECT letter FROM held_decision WHERE letter = ANY($1) AND return_at IS NOT NULL", ids)
    return [id for id in ids if id not in {row["letter"] for row in gone}]


async def _write_down(letters: Sequence[int], decided: str, by: int, why: str = "") -> None:
    now = clock.now()
    return_at = now + UNTOLD if decided == RETURNED else None
    await db.execute(_DECIDED, list(letters), decided, why, by, now, return_at)


_DECIDED = """
    INSERT INTO held_decision (letter, decided, reason, decided_by, decided_at, return_at)
    SELECT unnest($1::bigint[]), $2, $3, $4, $5, $6
    ON CONFLICT (letter) DO UPDATE SET decided = excluded.decided, reason = excluded.reason,
        decided_by = excluded.decided_by, decided_at = excluded.decided_at, return_at = excluded.return_at
"""
_CAN_BE_UNDONE = (
    "decided_by = $1 AND decided_at > $2 AND ((decided = 'released' AND state = 'ready')"
    " OR (return_at IS NOT NULL AND state = 'held'))"
)
# What account $1 decided last since $2 and can still take back; letters decided at once share their moment.
LAST_DECIDED = f"""
    SELECT d.letter, d.decided FROM held_decision d JOIN advocacy_letter l ON l.id = d.letter
     WHERE {_CAN_BE_UNDONE} AND decided_at = (
           SELECT max(decided_at) FROM held_decision JOIN advocacy_letter e ON e.id = letter WHERE {_CAN_BE_UNDONE})
     ORDER BY d.letter
"""  # noqa: S608
_DUE = """
    SELECT id, letter, reason, decided_by FROM held_decision WHERE return_at <= $1
     ORDER BY return_at, id LIMIT 1 FOR UPDATE SKIP LOCKED
"""

"""The one way from one state of a letter to another."""

from collections.abc import Sequence
from typing import Any

from service.advocacy.tables import AdvocacyState as State
from service.kit import clock, db

# Where each state may be reached from.
FROM = {
    State.READY: (State.UNCONFIRMED, State.HELD, State.UNKNOWN),
    State.HELD: (State.UNCONFIRMED, State.READY),
    State.LEAVING: (State.READY,),
    State.SENT: (State.LEAVING, State.UNKNOWN),
    State.UNKNOWN: (State.LEAVING,),
    # Also what was sent: it may come back later.
    State.FAILED: (State.HELD, State.READY, State.LEAVING, State.UNKNOWN, State.SENT),
    State.DROPPED: (State.UNCONFIRMED,),
}
# When each was reached first.
_SINCE = {State.READY: "confirmed_at", State.HELD: "confirmed_at", State.LEAVING: "left_at", State.SENT: "sent_at"}


async def move(letters: Sequence[int], to: State, **columns: Any) -> list[int]:
    """Those of `letters` that could be moved, in order; `columns`: what else is written down about them.

    Call it in the transaction of what follows from it: a second one that does the same moves nothing.
    """
    if to in _SINCE:
        columns |= {_SINCE[to]: clock.now()}
    given = list(columns.items())
    changes = [
        # A letter that is held, or sent again, was confirmed when it was confirmed.
        f"{name} = coalesce({name}, ${n})" if name == "confirmed_at" else f"{name} = ${n}"
        for n, (name, _value) in enumerate(given, 4)
    ]
    rows = await db.fetch(
        f"UPDATE advocacy_letter SET {', '.join(['state = $2', *changes])}"  # noqa: S608
        " WHERE id = ANY($1) AND state = ANY($3) RETURNING id",
        list(letters),
        to,
        list(FROM[to]),
        *(value for _name, value in given),
    )
    return sorted(row["id"] for row in rows)

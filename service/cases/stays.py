"""Where somebody was and is held, from transfer to transfer."""

from collections.abc import Sequence

from service.cases.records import Record
from service.cases.tables import State
from service.kit import clock, db

_BEGIN = "INSERT INTO prisoner_stay (prisoner, facility, since, until, noted_at) VALUES ($1, $2, $3, '', $4)"
_END = "UPDATE prisoner_stay SET until = $3 WHERE prisoner = ANY($1) AND facility = $2 AND until = ''"


async def begin(placed: Sequence[tuple[int, int]]) -> None:
    """The first known stay of each (prisoner, facility); since when is not known."""
    await db.execute_many(_BEGIN, [(prisoner, facility, "", clock.now()) for prisoner, facility in placed])


async def follow(before: Record, after: Record, moved_on: str) -> None:
    """Keeps the history as the record changes; `moved_on`: when, as far as it is known."""
    if after.facility != before.facility:
        await db.execute(_END, [before.id], before.facility, moved_on)
        if after.facility:
            await db.execute(_BEGIN, before.id, after.facility, moved_on, clock.now())
    elif before.state == State.DETAINED and after.state != State.DETAINED:
        await db.execute(_END, [before.id], before.facility, after.released_on or after.died_on)


async def begin_anew(facility: int, since: str) -> list[int]:
    """The place itself has moved: whoever is held there now has a new address. Returns who that is."""
    held = [
        row["id"]
        for row in await db.fetch(
            "SELECT id FROM prisoner WHERE facility = $1 AND state = 'detained' ORDER BY id FOR UPDATE", facility
        )
    ]
    await db.execute(_END, held, facility, since)
    await db.execute_many(_BEGIN, [(prisoner, facility, since, clock.now()) for prisoner in held])
    return held

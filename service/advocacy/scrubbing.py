"""What is forgotten of letters, and when: templates/public/site/privacy.html promises these times."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from service.advocacy import states
from service.advocacy.tables import AdvocacyState
from service.delivery import transactional
from service.kit import clock, db, jobs

# After a letter left; and after an action is over, or somebody took part in it.
KEPT_FOR = timedelta(days=28)
_AT_ONCE = 1000

# Of all that was personal nothing stays; that there was a letter, where to, and what became of it, stays.
_GONE = ", ".join(f"{name} = NULL" for name in ("address", "name", "home", "subject", "body", "scrub_at", "delivery"))
_ENDS = [
    (AdvocacyState.UNCONFIRMED, AdvocacyState.DROPPED),
    (AdvocacyState.HELD, AdvocacyState.FAILED),
    (AdvocacyState.READY, AdvocacyState.FAILED),
]
# As long as no hash is, so that it can be told from one.
_BY_CHANCE = "uuid_send(gen_random_uuid())"


async def scrub(letters: Sequence[int], writer: bool = False) -> None:
    """`writer`: also that they wrote to this member, so that they may do so again."""
    whose = f", writer = {_BY_CHANCE}" if writer else ""
    await db.execute(
        f"UPDATE advocacy_letter SET {_GONE}, likeness = '{{}}', held_for = '{{}}'{whose} WHERE id = ANY($1)",  # noqa: S608
        list(letters),
    )


async def end_erased() -> None:
    """Those whose writer had everything erased: they go nowhere, and there is nobody to tell."""
    for before, after in _ENDS:
        rows = await db.fetch("SELECT id FROM advocacy_letter WHERE body IS NULL AND state = $1", before)
        await states.move([row["id"] for row in rows], after)
    for row in await db.fetch(_ERASED_UNDER_WAY, clock.now()):
        async with db.transaction():
            if await transactional.withdraw(row["delivery"]):
                await states.move([row["id"]], AdvocacyState.FAILED)


async def forget_due() -> None:
    """All whose time is over, in batches; what the end of the worker leaves over is found the next time."""
    now = clock.now()
    for due in (_texts, _writers, _people):
        while not jobs.stopping.is_set() and await due(now) == _AT_ONCE:
            pass


async def _texts(now: datetime) -> int:
    """Of letters that left, once nobody asks about them any more."""
    rows = await db.fetch(
        "SELECT id FROM advocacy_letter WHERE scrub_at <= $1 AND state = 'sent' ORDER BY scrub_at LIMIT $2",
        now,
        _AT_ONCE,
    )
    await scrub([row["id"] for row in rows])
    return len(rows)


async def _writers(now: datetime) -> int:
    """Once an action has been over for long, it does not matter any more who wrote in it to whom."""
    return await db.execute(
        f"UPDATE advocacy_letter SET writer = {_BY_CHANCE} WHERE id IN ("  # noqa: S608
        "SELECT l.id FROM action a JOIN advocacy_letter l ON l.action = a.id AND octet_length(l.writer) = 32"
        " WHERE a.state = 'closed' AND a.closed_at <= $1 LIMIT $2)",
        now - KEPT_FOR,
        _AT_ONCE,
    )


async def _people(now: datetime) -> int:
    """That somebody took part is kept of subscribers alone, who are thanked and reminded."""
    forgotten: int = await db.fetch_value(_FORGET, now - KEPT_FOR, _AT_ONCE)
    return forgotten


# Which a server has put off, and nobody allows any more.
_ERASED_UNDER_WAY = """
    SELECT l.id, l.delivery FROM advocacy_letter l JOIN delivery d ON d.id = l.delivery
     WHERE l.state = 'leaving' AND l.body IS NULL AND d.state IN ('queued', 'later') AND d.until <= $1
"""
# That they took part is still counted.
_FORGET = """
    WITH gone AS (
        DELETE FROM took_part WHERE id IN (
            SELECT t.id FROM took_part t WHERE t.at < $1 AND NOT EXISTS (
                SELECT FROM subscriber s WHERE s.address = t.address AND s.state = 'confirmed') LIMIT $2
        ) RETURNING action
    ), counted AS (
        UPDATE action a SET forgotten = a.forgotten + g.people
          FROM (SELECT action, count(*) AS people FROM gone GROUP BY action) AS g WHERE a.id = g.action
    )
    SELECT count(*) FROM gone
"""

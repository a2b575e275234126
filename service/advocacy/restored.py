"""After a break, when nobody knows what has left since: letters that waited before it wait for a person first."""

from service.advocacy import states
from service.advocacy.tables import AdvocacyState
from service.delivery import continuity
from service.kit import db

WHY = "Nothing ran for a while, or this database is a copy: it may have been sent already."


async def hold() -> list[int]:
    """Holds them, once for each break; what staff have released since then leaves. Before any letter leaves."""
    await continuity.ensure()
    rows = await db.fetch(_BEFORE_THE_BREAK)
    return await states.move([row["id"] for row in rows], AdvocacyState.HELD, held_for=[WHY])


_BEFORE_THE_BREAK = """
    SELECT l.id FROM heartbeat h JOIN advocacy_letter l ON l.state = 'ready' AND l.confirmed_at < h.broke_at
     WHERE NOT EXISTS (SELECT FROM held_decision d
                        WHERE d.letter = l.id AND d.decided = 'released' AND d.decided_at >= h.broke_at)
       AND (l.left_at IS NULL OR l.left_at < h.broke_at)
"""

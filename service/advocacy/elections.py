"""What follows when mandates end: open actions choose their targets again, and sponsorships end with the mandate."""

from datetime import date

from service.advocacy import ledger, targets
from service.auth import audit
from service.kit import clock, db
from service.organisation import queries as organisations

# Elections whose day has come and of which something was accepted: whose chambers, and who came or went.
_BEGINNING = """
    SELECT i.id, array_remove(array_agg(DISTINCT p.id), NULL) AS parliaments,
           array_remove(array_agg(DISTINCT d.representative), NULL) AS people
      FROM register_import i
      JOIN register_difference d ON d.register_import = i.id AND d.subject = 'member' AND d.decision = 'accepted'
      CROSS JOIN LATERAL jsonb_array_elements(coalesce(d.after->'mandates', '[]')) mandate
      JOIN parliament p ON p.key = mandate->>'parliament'
     WHERE i.is_election AND i.begun_at IS NULL AND i.as_of <= $1
     GROUP BY i.id
"""
# Those who sponsor somebody and have no mandate any more, with the last day of theirs.
_WITHOUT_MANDATE = """
    SELECT representative, max(until) AS last FROM membership m
     WHERE representative IN (SELECT representative FROM promise WHERE kind = 'sponsors' AND until IS NULL)
     GROUP BY representative HAVING bool_and(until IS NOT NULL AND until < $1)
"""


async def begin() -> list[int]:
    """At its day an election touches every open action that asks one of its chambers; which imports began now.

    A mandate that ends in any way takes its sponsorships with it.
    """
    today = await organisations.today()
    async with db.transaction():
        begun = []
        for row in await db.fetch(_BEGINNING, today):
            await _choose_again(await targets.touched_by(row["parliaments"], row["people"]))
            await db.execute("UPDATE register_import SET begun_at = $2 WHERE id = $1", row["id"], clock.now())
            begun.append(row["id"])
        await _end_sponsorships(today)
    return begun


async def _choose_again(actions: list[int]) -> None:
    rows = await db.fetch(
        "UPDATE action SET choose_again = true WHERE id = ANY($1) AND NOT choose_again RETURNING id", actions
    )
    for row in rows:
        await audit.record(None, "action.choose_again", f"action {row['id']}", {})


async def _end_sponsorships(today: date) -> None:
    rows = await db.fetch(_WITHOUT_MANDATE, today)
    for last in sorted({row["last"] for row in rows}):
        await ledger.end_with_mandates([row["representative"] for row in rows if row["last"] == last], last)

"""Letters whose turn will not come any more: their writers are told and get the text back, instead of waiting."""

from datetime import timedelta

from service.advocacy import pacing
from service.advocacy.failing import Why, fail
from service.kit import clock, db, jobs

# So that an action that was closed by mistake can be opened again.
CLOSED_FOR = timedelta(hours=24)
# Time for staff to find out the right address.
BOUNCED_FOR = timedelta(days=3)
# Time for staff to say whether it is sent again.
UNKNOWN_FOR = timedelta(days=7)
# No text is kept for longer, whatever it waits for.
WAITED_FOR = timedelta(days=28)


async def give_back_due() -> None:
    """All of them; each in a transaction of its own."""
    now = clock.now()
    for row in await db.fetch(_DUE, now, now - CLOSED_FOR, now - WAITED_FOR, now - BOUNCED_FOR, now - UNKNOWN_FOR):
        if jobs.stopping.is_set():
            return
        await fail(row["id"], Why(row["why"]))


_WAITING = "l.state IN ('ready', 'held')"
_DUE = f"""
    SELECT l.id, 'closed' AS why FROM action a JOIN advocacy_letter l ON l.action = a.id AND {_WAITING}
     WHERE a.state = 'closed' AND coalesce(a.closed_at, a.changed_at) <= $2
    UNION ALL
    SELECT l.id, 'rested' FROM action a JOIN advocacy_letter l ON l.action = a.id AND l.state = 'ready'
     WHERE a.state = 'frozen' AND l.confirmed_at <= $3
    UNION ALL
    SELECT l.id, 'not_seen' FROM advocacy_letter l JOIN action a ON a.id = l.action AND a.state <> 'closed'
     WHERE l.state = 'held' AND l.confirmed_at <= $3
    UNION ALL
    SELECT l.id, 'trial_over' FROM action a JOIN advocacy_letter l ON l.action = a.id AND {_WAITING} AND l.is_test
     WHERE a.state <> 'closed' AND a.test_address IS NULL
    UNION ALL
    SELECT l.id,
           CASE WHEN r.bounced_at IS NOT NULL THEN 'gone' WHEN r.email = '' THEN 'no_address' ELSE 'left_office' END
      FROM representative r JOIN advocacy_letter l ON l.representative = r.id AND l.state = 'ready' AND NOT l.is_test
      JOIN action a ON a.id = l.action AND a.state = 'open'
     WHERE NOT ({pacing.CAN_BE_REACHED}) AND (r.bounced_at IS NULL OR r.bounced_at <= $4)
    UNION ALL
    SELECT l.id, 'uncertain' FROM advocacy_letter l WHERE l.state = 'unknown' AND l.left_at <= $5
"""  # noqa: S608

"""Letters whose turn will not come any more: their writers are told and get the text back, instead of waiting."""

from datetime import timedelta

from service.advocacy import pacing
from service.advocacy.failing import Why, fail
from service.delivery import transactional
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
        await _give_back(row["id"], row["put_off"], Why(row["why"]))


async def _give_back(letter: int, put_off: int | None, why: Why) -> None:
    """`put_off`: its mail, where a server did not take that yet."""
    async with db.transaction():
        if put_off is None or await transactional.withdraw(put_off):
            await fail(letter, why)


_PUT_OFF = (
    "(SELECT d.id FROM delivery d WHERE d.id = l.delivery AND l.state = 'leaving'"
    " AND d.state IN ('queued', 'later') AND d.until <= $1)"
)
_DUE = f"""
    SELECT id, put_off, why FROM (
        SELECT l.id, l.state, {_PUT_OFF} AS put_off, CASE
                 WHEN l.is_test THEN CASE WHEN a.test_address IS NULL THEN 'trial_over' END
                 WHEN l.state <> 'held' AND {pacing.GOES_ON} AND NOT ({pacing.CAN_BE_REACHED}) THEN CASE
                     WHEN r.bounced_at > $4 THEN NULL
                     WHEN r.bounced_at IS NOT NULL THEN 'gone'
                     WHEN r.email = '' THEN 'no_address'
                     ELSE 'left_office' END
                 WHEN a.state = 'closed' AND a.leaves_until IS NULL AND coalesce(a.closed_at, a.changed_at) <= $2
                   OR a.leaves_until <= $1 THEN 'closed'
                 WHEN a.state = 'frozen' AND l.state <> 'held' AND l.confirmed_at <= $3 THEN 'rested'
                 WHEN l.state = 'held' AND l.confirmed_at <= $3 THEN 'not_seen' END AS why
          FROM action a JOIN advocacy_letter l ON l.action = a.id AND l.state IN ('ready', 'held', 'leaving')
          JOIN representative r ON r.id = l.representative
    ) AS waiting WHERE why IS NOT NULL AND (state <> 'leaving' OR put_off IS NOT NULL)
    UNION ALL
    SELECT l.id, NULL, 'uncertain' FROM advocacy_letter l WHERE l.state = 'unknown' AND l.left_at <= $5
"""  # noqa: S608

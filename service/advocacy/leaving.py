"""Confirmed letters become mails, each exactly one: its row and the mail's are written in one transaction.

From then on the delivery machine answers for it; whoever dies in between has written neither.
"""

from datetime import datetime, timedelta

from service.advocacy import mail, pacing, states, written
from service.advocacy.failing import Why, fail
from service.advocacy.pacing import Pace
from service.advocacy.queries import HIDDEN
from service.advocacy.scrubbing import KEPT_FOR
from service.advocacy.tables import AdvocacyState
from service.delivery import transactional
from service.kit import clock, db, jobs
from service.organisation import queries as organisations

# One at a time counts the letters of an hour; who comes second finds nothing to do.
LOCK = 0x4C45_4156
# A mail that could not be handed over is looked at again after this: its action may rest by then.
ALLOWED_FOR = timedelta(minutes=10)
_AT_ONCE = 200


async def leave_due() -> None:
    """Every letter whose turn it is."""
    while not jobs.stopping.is_set() and await _leave_some():
        pass


async def allow_due() -> None:
    """What a server put off is tried again in office hours, and only while its action goes on."""
    if await organisations.is_stopped():
        return
    now = clock.now()
    for row in await db.fetch(_PUT_OFF, now):
        if row["is_test"]:
            await transactional.allow(row["delivery"], now, now + ALLOWED_FOR)
        else:
            at, until = _when(pacing.pace(row), max(now, row["due_at"]))
            await transactional.allow(row["delivery"], at, until)


async def _leave_some() -> bool:
    """One batch, of at most one letter to each representative; whether there may be another."""
    if await organisations.is_stopped():
        return False
    async with db.transaction():
        if not await db.fetch_value("SELECT pg_try_advisory_xact_lock($1)", LOCK):
            return False
        now = clock.now()
        due = [row for row in await db.fetch(_DUE, now) if _has_its_turn(row, now)][:_AT_ONCE]
        going_on = await _going_on({row["action"] for row in due}, now)
        left = [await _leave(row, now) for row in due if row["action"] in going_on]
    return any(left)


def _has_its_turn(row: db.Record, now: datetime) -> bool:
    return row["is_test"] or pacing.pace(row).next(now, row["last"], row["waiting"]) <= now


async def _going_on(actions: set[int], now: datetime) -> set[int]:
    """Held so until the letters have left: whoever freezes an action waits for them, and then none leaves.

    Of one that may name somebody who is not shown any more none leaves either, before the clock freezes it.
    """
    rows = await db.fetch(_GOING_ON, list(actions), now)
    return {row["id"] for row in rows}


async def _leave(row: db.Record, now: datetime) -> bool:
    given = await written.of(row["id"], lock=True)
    if given is None or not given.to:
        # Its text cannot be read any more, or the trial is over: it must not stand before all others for ever.
        return await fail(row["id"], Why.TRIAL_OVER if row["is_test"] else Why.NO_ADDRESS)
    at, until = (now, now + ALLOWED_FOR) if row["is_test"] else _when(pacing.pace(row), now)
    if not await states.move([given.id], AdvocacyState.LEAVING, scrub_at=now + KEPT_FOR):
        return False
    if given.delivery:
        await mail.letter_again(given, given.delivery, at, until)
    else:
        delivery = await mail.letter(given, at, until)
        await db.execute("UPDATE advocacy_letter SET delivery = $2 WHERE id = $1", given.id, delivery)
    return True


def _when(pace: Pace, moment: datetime) -> tuple[datetime, datetime]:
    at = pace.hours.next(moment)
    return at, min(at + ALLOWED_FOR, pace.hours.end(at))


_GOING_ON = f"""
    SELECT id FROM action a WHERE id = ANY($1) AND (state IN ('open', 'draft') OR leaves_until > $2) AND NOT {HIDDEN}
     ORDER BY id FOR SHARE
"""  # noqa: S608
# From representative to representative by the index, however many letters wait for each.
_DUE = f"""
    WITH RECURSIVE addressed AS (
        (SELECT representative AS id FROM advocacy_letter WHERE state = 'ready' ORDER BY representative LIMIT 1)
        UNION ALL
        SELECT (SELECT representative FROM advocacy_letter WHERE state = 'ready' AND representative > addressed.id
                 ORDER BY representative LIMIT 1)
          FROM addressed WHERE addressed.id IS NOT NULL
    ), next AS (
        SELECT first.* FROM addressed JOIN representative r ON r.id = addressed.id AND {pacing.CAN_BE_REACHED}
         CROSS JOIN LATERAL (
            SELECT l.id, l.representative, l.action, l.parliament, l.is_test
              FROM advocacy_letter l JOIN action a ON a.id = l.action AND {pacing.GOES_ON}
             WHERE l.representative = addressed.id AND l.state = 'ready' AND NOT l.is_test
             ORDER BY l.confirmed_at, l.id LIMIT 1
         ) AS first
        UNION ALL
        SELECT l.id, l.representative, l.action, l.parliament, l.is_test
          FROM action a JOIN advocacy_letter l ON l.action = a.id AND l.state = 'ready' AND l.is_test
         WHERE a.test_address IS NOT NULL AND a.state IN ('draft', 'open')
    )
    SELECT next.id, next.action, next.is_test, {pacing.PACE_COLUMNS}, {pacing.LAST_COLUMNS},
           CASE WHEN a.spread THEN (
               SELECT count(*) FROM advocacy_letter o WHERE o.representative = next.representative
                  AND o.state = 'ready' AND o.action = a.id) ELSE 1 END AS waiting
      FROM next JOIN action a ON a.id = next.action JOIN parliament p ON p.id = next.parliament
      {pacing.LAST.format(representative="next.representative")}
     WHERE next.is_test OR before.state IS DISTINCT FROM 'leaving'
"""  # noqa: S608
_PUT_OFF = f"""
    SELECT l.delivery, l.is_test, d.due_at, {pacing.PACE_COLUMNS}, NULL AS last_per_hour
      FROM advocacy_letter l JOIN delivery d ON d.id = l.delivery AND d.state IN ('queued', 'later') AND d.until <= $1
      JOIN action a ON a.id = l.action JOIN parliament p ON p.id = l.parliament
      JOIN representative r ON r.id = l.representative
     WHERE l.state = 'leaving' AND l.body IS NOT NULL
       AND ({pacing.GOES_ON} AND {pacing.CAN_BE_REACHED} OR l.is_test AND a.state IN ('draft', 'open'))
       AND NOT {HIDDEN}
"""  # noqa: S608

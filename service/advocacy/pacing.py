"""When a letter may leave: never too many an hour to one representative, and in office hours alone."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from service.advocacy import in_office
from service.advocacy.office_hours import OfficeHours
from service.kit import clock, db

_HOUR = timedelta(hours=1)
# Nobody is told a time that is further away than so many letters.
_FAR = 2000


class Pace(msgspec.Struct, frozen=True, kw_only=True):
    """`gap`: at least so long between two letters to one representative.

    `spread_until`: the end of the time over which those that wait are spread evenly; None for as soon as may be.
    """

    hours: OfficeHours
    gap: timedelta
    spread_until: datetime | None = None

    def next(self, now: datetime, last: datetime | None, waiting: int) -> datetime:
        """When the next one may leave; `last`: when the one before was settled; `waiting`: how many there are."""
        at = self.hours.next(max(now, last + self.gap) if last else now)
        if last and self.spread_until and self.spread_until > last:
            # One share more than letters: the last one does not leave in the last moment.
            share = self.hours.between(last, self.spread_until) / (waiting + 1)
            at = max(at, self.hours.after(last, share))
        return at


def pace(row: Mapping[str, Any]) -> Pace:
    """`row`: timezone, per_hour, from_hour, until_hour, spread and closes_at; last_per_hour: of the letter before."""
    per_hour = min(row["per_hour"], row["last_per_hour"] or row["per_hour"])
    return Pace(
        # An office that never opens would be waited for without end.
        hours=OfficeHours(row["timezone"], row["from_hour"], max(row["until_hour"], row["from_hour"] + 1)),
        gap=_HOUR / max(per_hour, 1),
        spread_until=row["closes_at"] if row["spread"] else None,
    )


async def expected(*letters: int) -> datetime | None:
    """About when the first of these confirmed letters leaves.

    None where they left, are held, their action rests, or nobody is reached.
    """
    rows = await db.fetch(_EXPECTED, now := clock.now(), letters)
    turns = [
        now if row["is_test"] else _turn(pace(row), now, row["last"], row["ahead"], row["waiting"]) for row in rows
    ]
    return min((turn for turn in turns if turn), default=None)


def _turn(own: Pace, now: datetime, last: datetime | None, ahead: int, waiting: int) -> datetime | None:
    """When those `ahead` of it and then the letter itself have had their turn."""
    if ahead > _FAR:
        return None
    at = own.next(now, last, waiting)
    for gone in range(1, ahead + 1):
        at = own.next(at, at, max(waiting - gone, 1))
    return at.astimezone(UTC)


# What letters to a representative are measured against. One at most is under way, so whichever left last was also
# settled last; a trial does not count.
LAST = """
    LEFT JOIN LATERAL (
        SELECT b.left_at, b.delivery, b.state, b.action FROM advocacy_letter b
         WHERE b.representative = {representative} AND b.left_at IS NOT NULL AND NOT b.is_test
         ORDER BY b.left_at DESC LIMIT 1
    ) AS before ON true
    LEFT JOIN delivery before_delivery ON before_delivery.id = before.delivery
    LEFT JOIN action before_action ON before_action.id = before.action
"""
LAST_COLUMNS = "greatest(before.left_at, before_delivery.settled_at) AS last, before_action.per_hour AS last_per_hour"
PACE_COLUMNS = "p.timezone, a.per_hour, a.from_hour, a.until_hour, a.spread, a.closes_at"
# Of an action (a) and a representative (r), that a letter of the one to the other may leave now, at $1.
GOES_ON = "(a.state = 'open' AND (a.closes_at IS NULL OR a.closes_at > $1) OR a.leaves_until > $1)"
CAN_BE_REACHED = f"r.email <> '' AND r.bounced_at IS NULL AND {in_office.sits('r.id', '$1')}"
_EXPECTED = f"""
    SELECT l.is_test, {PACE_COLUMNS}, {LAST_COLUMNS}, line.ahead, line.waiting
      FROM advocacy_letter l JOIN action a ON a.id = l.action JOIN parliament p ON p.id = l.parliament
      JOIN representative r ON r.id = l.representative
      {LAST.format(representative="l.representative")}
     CROSS JOIN LATERAL (
        SELECT count(*) FILTER (WHERE (o.confirmed_at, o.id) < (l.confirmed_at, l.id)) AS ahead, count(*) AS waiting
          FROM advocacy_letter o JOIN action a ON a.id = o.action
         WHERE o.representative = l.representative AND o.state = 'ready' AND NOT o.is_test AND {GOES_ON}
     ) AS line
     WHERE l.id = ANY($2) AND l.state = 'ready'
       AND (l.is_test AND a.state IN ('draft', 'open') OR {GOES_ON} AND {CAN_BE_REACHED})
"""  # noqa: S608

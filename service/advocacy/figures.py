"""What became of an action's letters, in counts of which none is of fewer than five; see crowds.py.

What is cut up (by day, area, party) ends with yesterday, so that nobody learns of one letter by looking twice.
"""

from collections.abc import Sequence
from datetime import datetime, time
from zoneinfo import ZoneInfo

import msgspec

from service.advocacy import crowds, representing, targets
from service.advocacy.crowds import Crowd, Span
from service.advocacy.naming import called
from service.advocacy.queries import Action
from service.advocacy.representing import Member
from service.kit import clock, db
from service.organisation import queries as organisations

# So many bars fit beside each other; for more days each stands for a week.
MOST_BARS = 45


class States(msgspec.Struct, frozen=True):
    """How many letters are where now. Only `sent` counts as sent."""

    sent: int
    waiting: int
    held: int
    unknown: int
    failed: int
    unconfirmed: int


class Answers(msgspec.Struct, frozen=True):
    """`asked`: how many were asked what came back; `rate`: answered of all that tell, None for too few to say."""

    asked: int
    told: int
    rate: int | None
    outcomes: Crowd


class Reach(msgspec.Struct, frozen=True):
    """Of those whom the action asks: to `reached` a letter was sent, or somebody says they wrote or called."""

    asked: int
    reached: int
    not_yet: list[Member]


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """`whole_days`: letters until yesterday; `by_day`: empty for too few of them."""

    states: States
    ways: Crowd
    whole_days: int
    by_day: list[Span]
    areas: Crowd
    parties: Crowd
    answers: Answers
    reach: Reach


async def of(action: Action) -> Figures:
    zone = (await organisations.required()).zone
    until = datetime.combine(clock.now().astimezone(zone), time(), zone)
    days = await _by_day(action.id, until, zone)
    return Figures(
        states=await _states(action.id),
        ways=await _crowd(_WAYS, action.id),
        whole_days=sum(span.count for span in days),
        by_day=days if len(days) <= MOST_BARS else crowds.by_week(days),
        areas=await _crowd(_BY_AREA, action.id, until),
        parties=await _crowd(_BY_PARTY, action.id, until),
        answers=await _answers(action.id),
        reach=await _reach(action),
    )


async def _states(action: int) -> States:
    row = await db.fetch_one(_STATES, action)
    assert row
    return States(**row)


async def _by_day(action: int, until: datetime, zone: ZoneInfo) -> list[Span]:
    rows = await db.fetch(_BY_DAY, action, until, zone.key)
    return crowds.by_day({row["day"]: row["n"] for row in rows})


async def _crowd(sql: str, *args: object) -> Crowd:
    return crowds.of({row["name"]: row["n"] for row in await db.fetch(sql, *args)})


async def _answers(action: int) -> Answers:
    counts = {row["name"]: row["n"] for row in await db.fetch(_OUTCOMES, action)}
    told = sum(counts.get(outcome, 0) for outcome in ("answered", "acknowledged", "silence"))
    rate = crowds.share(counts.get("answered", 0), told)
    return Answers(sum(counts.values()), told, rate, crowds.of(counts))


async def _reach(action: Action) -> Reach:
    asked = await targets.asked(action, await _areas(action.targets.parliaments), "en")
    reached = {row["id"] for row in await db.fetch(_REACHED, action.id)}
    not_yet = [member for member in asked if member.id not in reached]
    return Reach(len(asked), len(asked) - len(not_yet), not_yet)


async def _areas(parliaments: Sequence[int]) -> list[int]:
    """All from which members of these sit there today."""
    members = await representing.members("en", parliaments=parliaments)
    return list({member.area for member in members if member.area})


_STATES = """
    SELECT count(*) FILTER (WHERE state = 'sent') AS sent,
           count(*) FILTER (WHERE state IN ('ready', 'leaving')) AS waiting,
           count(*) FILTER (WHERE state = 'held') AS held,
           count(*) FILTER (WHERE state = 'unknown') AS unknown,
           count(*) FILTER (WHERE state = 'failed') AS failed,
           count(*) FILTER (WHERE state = 'unconfirmed') AS unconfirmed
      FROM advocacy_letter WHERE action = $1 AND NOT is_test
"""
_SENT = "l.action = $1 AND l.state = 'sent' AND NOT l.is_test"
_BY_DAY = f"""
    SELECT (l.sent_at AT TIME ZONE $3)::date AS day, count(*) AS n FROM advocacy_letter l
     WHERE {_SENT} AND l.sent_at < $2 GROUP BY day
"""  # noqa: S608
_BY_AREA = f"""
    SELECT CASE WHEN area.id IS NULL THEN '' ELSE {called("area", "'en'")} END AS name, count(*) AS n
      FROM advocacy_letter l LEFT JOIN area ON area.id = l.area WHERE {_SENT} AND l.sent_at < $2 GROUP BY 1
"""  # noqa: S608
_BY_PARTY = f"""
    SELECT r.party AS name, count(*) AS n FROM advocacy_letter l JOIN representative r ON r.id = l.representative
     WHERE {_SENT} AND l.sent_at < $2 GROUP BY 1
"""  # noqa: S608
_OUTCOMES = f"""
    SELECT l.outcome AS name, count(*) AS n FROM advocacy_letter l
     WHERE {_SENT} AND (l.asked_at IS NOT NULL OR l.outcome <> '') GROUP BY 1
"""  # noqa: S608
# mail, paper, phone: how often people say they did it without us.
_WAYS = "SELECT way AS name, count(*) AS n FROM own_way WHERE action = $1 GROUP BY way ORDER BY way"
_REACHED = f"""
    SELECT l.representative AS id FROM advocacy_letter l WHERE {_SENT}
     UNION SELECT representative FROM own_way WHERE action = $1
"""  # noqa: S608

"""Reads of automations and of what they made."""

from datetime import date, datetime

import msgspec

from service.campaigns.queries import LISTED, TOO_LATE, Audience, Listed
from service.campaigns.tables import AutomationKind
from service.kit import clock, db
from service.kit.errors import Problem
from service.kit.i18n import Sentence
from service.schedules import recurrence
from service.schedules.recurrence import Daily, Rule

KINDS = {
    AutomationKind.NEW_CASES: "New cases",
    AutomationKind.BIRTHDAYS: "Birthdays of the coming weeks",
    AutomationKind.BIRTHDAY_REMINDER: "Birthday reminder",
    AutomationKind.WALL_GREW: "Your wall grew",
    AutomationKind.ACTION_OPENED: "An action opened",
    AutomationKind.ACTION_REMINDER: "Reminder of an action",
    AutomationKind.ACTION_THANKS: "Thank-you after an action",
}


class AutomationNotFound(Problem):
    code = "automation_not_found"
    status = 404
    sentence = Sentence("This automation does not exist (any more).")


class Automation(msgspec.Struct, frozen=True):
    """See tables.Automation. `waiting`: how many of its drafts nobody has sent yet."""

    id: int
    name: str
    kind: AutomationKind
    blueprint: int
    rule: Rule
    sends_itself: bool
    is_on: bool
    next_at: datetime | None
    last_at: datetime | None
    outcome: str
    waiting: int

    @property
    def is_daily(self) -> bool:
        return isinstance(self.rule, Daily)

    @property
    def spoken_rule(self) -> str:
        return recurrence.spoken(self.rule)


_SELECT = """
    SELECT a.id, a.name, a.kind, a.blueprint, a.rule, a.sends_itself, a.is_on, a.next_at, a.last_at, a.outcome,
           (SELECT count(*) FROM campaign c WHERE c.automation = a.id AND c.state = 'draft') AS waiting
      FROM automation a
"""


async def find(automation: int) -> Automation:
    """Raises AutomationNotFound."""
    row = await db.fetch_one(f"{_SELECT} WHERE a.id = $1", automation)
    if row is None:
        raise AutomationNotFound
    return _automation(row)


async def maker(automation: int | None) -> Automation | None:
    """What made a campaign; None for one that somebody began."""
    return await find(automation) if automation else None


async def listing() -> list[Automation]:
    return [_automation(row) for row in await db.fetch(f"{_SELECT} ORDER BY a.id")]


async def due(now: datetime) -> list[int]:
    """Those whose time has come, the earliest first."""
    rows = await db.fetch("SELECT id FROM automation WHERE is_on AND next_at <= $1 ORDER BY next_at, id", now)
    return [row["id"] for row in rows]


async def following_actions() -> list[int]:
    """Those that tell of an action when it opens, and are on."""
    rows = await db.fetch("SELECT id FROM automation WHERE is_on AND kind = $1", AutomationKind.ACTION_OPENED)
    return [row["id"] for row in rows]


async def is_late(at: datetime) -> bool:
    """Whether an occurrence went by while nothing ran: nothing of it leaves by itself any more."""
    broke_at = await db.fetch_value("SELECT broke_at FROM heartbeat")
    return at <= clock.now() - TOO_LATE or (broke_at is not None and at < broke_at)


async def made(automation: int, most: int = 50) -> list[Listed]:
    """Its drafts and what became of them, the newest first."""
    rows = await db.fetch(
        f"{LISTED} WHERE c.automation = $1 AND c.state <> 'blueprint' ORDER BY c.id DESC LIMIT $2", automation, most
    )
    return [Listed(**row) for row in rows]


async def has_unsent(automation: int) -> bool:
    """Whether one of its drafts has not left yet."""
    found: bool = await db.fetch_value(
        "SELECT EXISTS (SELECT FROM campaign WHERE automation = $1 AND state IN ('draft', 'scheduled'))", automation
    )
    return found


async def last_left_at(automation: int) -> datetime | None:
    """When a mail of it began to be sent for the last time."""
    found: datetime | None = await db.fetch_value(
        "SELECT max(m.started_at) FROM campaign c JOIN mailing m ON m.id = c.mailing WHERE c.automation = $1",
        automation,
    )
    return found


async def reminded(automation: int, day: date) -> set[str]:
    """The countries whose readers were reminded of the birthdays of `day` by it already, or are about to be."""
    rows = await db.fetch(
        "SELECT audience FROM campaign"
        " WHERE automation = $1 AND seen_from = $2 AND state IN ('scheduled', 'started')",
        automation,
        day,
    )
    found = [msgspec.json.decode(row["audience"], type=Audience) for row in rows]
    return {country for audience in found for country in audience.countries}


def _automation(row: db.Record) -> Automation:
    values = dict(row)
    return Automation(kind=AutomationKind(values.pop("kind")), rule=recurrence.decode(values.pop("rule")), **values)

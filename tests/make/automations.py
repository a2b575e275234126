"""Automations, turned on."""

from collections.abc import Iterable

from service.campaigns import automations
from service.campaigns.compose import Draft
from service.campaigns.queries import Audience
from service.campaigns.tables import AutomationKind
from service.kit import db
from service.schedules.recurrence import Daily, Monthly, Rule, Weekly
from tests.make.campaigns import draft

RULES: dict[AutomationKind, Rule] = {
    AutomationKind.NEW_CASES: Weekly(1, "09:00"),
    AutomationKind.BIRTHDAYS: Monthly(1, "09:00"),
    AutomationKind.BIRTHDAY_REMINDER: Daily("07:30"),
    AutomationKind.WALL_GREW: Monthly(5, "09:00"),
    AutomationKind.ACTION_OPENED: Daily("09:00"),
    AutomationKind.ACTION_REMINDER: Daily("09:00"),
    AutomationKind.ACTION_THANKS: Daily("09:00"),
}


async def automation(
    kind: AutomationKind = AutomationKind.NEW_CASES,
    languages: Iterable[str] = ("en",),
    sends_itself: bool = False,
    on: bool = True,
    name: str = "",
    rule: Rule | None = None,
    **editions: Draft,
) -> int:
    """For whoever follows the newsletter: new cases on Mondays, birthdays on the 1st, reminders every day."""
    texts = {language: draft(language) for language in languages} | editions
    called = name or kind.replace("_", " ").capitalize()
    made = await automations.create(called, kind, rule or RULES[kind], texts, Audience(topics=["newsletter"]), None)
    if on:
        await automations.turn(made, True, None)
    await db.execute("UPDATE automation SET sends_itself = $2 WHERE id = $1", made, sends_itself)
    return made

"""Everything that will happen in the next weeks, as far as it is known today."""

from datetime import date, datetime, timedelta

import msgspec
from babel.dates import format_date

from service.campaigns import automation_queries, planning, queries
from service.campaigns.automation_queries import Automation
from service.campaigns.planning import Outlook
from service.cases.birthdays import Birthday
from service.kit import clock
from service.kit.formats import locale

DAYS = 60
_DAY = timedelta(days=1)


class Entry(msgspec.Struct, frozen=True):
    """A mail that leaves or a draft that is made, at a local `time`; `is_quiet`: there is nothing to say then."""

    at: datetime
    time: str
    name: str
    link: str
    sentence: str
    by_automation: bool = False
    is_quiet: bool = False


class Day(msgspec.Struct, frozen=True):
    day: date
    is_today: bool
    entries: list[Entry]
    birthdays: list[Birthday]

    @property
    def is_empty(self) -> bool:
        return not self.entries and not self.birthdays


class Month(msgspec.Struct, frozen=True):
    """`days` begin today or on the 1st."""

    name: str
    days: list[Day]

    @property
    def first_column(self) -> int:
        """1 is Monday."""
        return self.days[0].day.isoweekday()


async def months(days: int = DAYS) -> list[Month]:
    """Today and the next `days` days, in the organisation's timezone."""
    now = clock.now()
    until = now + timedelta(days=days)
    outlook = await Outlook.over(now, until)
    first = outlook.day(now)
    last = first + days * _DAY
    entries = await _entries(now, until, outlook)
    by_day: dict[date, list[Entry]] = {}
    for entry in sorted(entries, key=lambda entry: entry.at):
        by_day.setdefault(max(outlook.day(entry.at), first), []).append(entry)
    celebrated: dict[date, list[Birthday]] = {}
    for birthday in outlook.birthdays(first, last):
        celebrated.setdefault(birthday.day, []).append(birthday)
    found = [first + number * _DAY for number in range((last - first).days + 1)]
    return _by_month([Day(day, day == first, by_day.get(day, []), celebrated.get(day, [])) for day in found])


async def _entries(now: datetime, until: datetime, outlook: Outlook) -> list[Entry]:
    found = [await _campaign(campaign, now, outlook) for campaign in await queries.scheduled(until)]
    for automation in await automation_queries.listing():
        found += await _automation(automation, until, outlook)
    return found


async def _campaign(campaign: queries.Campaign, now: datetime, outlook: Outlook) -> Entry:
    assert campaign.send_at
    if campaign.is_overdue(now):
        sentence = "its time went by while nothing ran: send it, or choose another time"
    else:
        people = await outlook.reached(campaign.audience)
        sentence = f"leaves to {people:,} {'person' if people == 1 else 'people'}"
    time = outlook.local_time(campaign.send_at)
    return Entry(campaign.send_at, time, campaign.name, f"/staff/campaigns/{campaign.id}", sentence)


async def _automation(automation: Automation, until: datetime, outlook: Outlook) -> list[Entry]:
    """Of one that runs every day only the days on which it has something to say."""
    found = []
    for each in await planning.plans(automation, until, outlook):
        if each.mails or not automation.is_daily:
            after = ", leaves by itself" if automation.sends_itself else ", waits for you"
            sentence = each.sentence + (after if each.mails else "")
            link = f"/staff/automations/{automation.id}"
            time = outlook.local_time(each.at)
            found.append(Entry(each.at, time, automation.name, link, sentence, True, not each.mails))
    return found


def _by_month(days: list[Day]) -> list[Month]:
    found: dict[str, list[Day]] = {}
    for day in days:
        found.setdefault(format_date(day.day, "LLLL y", locale=locale("en")), []).append(day)
    return [Month(name, within) for name, within in found.items()]

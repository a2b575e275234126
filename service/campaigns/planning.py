"""What an automation would make at some moment: for the run itself, the calendar and the rehearsal alike."""

from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from datetime import date, datetime, timedelta

import msgspec

from service.advocacy import in_campaigns
from service.advocacy.queries import Action
from service.campaigns import audience, automation_queries, filling, leads, queries
from service.campaigns.automation_queries import Automation
from service.campaigns.leads import Lead, Leads
from service.campaigns.queries import Audience, Campaign, Edition
from service.campaigns.tables import AutomationKind
from service.cases import birthdays, listing
from service.cases.birthdays import Birthday
from service.kit.formats import filters
from service.organisation import queries as organisations
from service.organisation.queries import Organisation
from service.rendering.blocks import WINDOWS, Birthdays
from service.schedules import recurrence
from service.wall import in_mails

# Beyond these they are not counted one by one.
MOST_CASES = 1000
NOTHING_NEW = "nothing new yet: no mail"
STILL_WAITS = "no second mail: its last draft still waits and takes in what is new"
NOBODY_NEW = "nobody new on the wall: no mail"
NO_BIRTHDAYS = "no birthdays in these days: no mail"
# Whoever has not taken part in an action is reminded so long before it ends.
REMINDED_BEFORE = timedelta(days=5)
# An action that opened or ended longer ago is not told of, where no mail of the kind has left yet.
FIRST_ACTIONS = timedelta(days=7)


class Mail(msgspec.Struct, frozen=True):
    """One draft to be made; `told`: what it is about, for staff. See tables.Campaign for the moments."""

    name: str
    told: str
    audience: Audience
    new_since: datetime | None = None
    seen_from: date | None = None
    action: int | None = None


class Plan(msgspec.Struct, frozen=True):
    """`mails` may be none; `sentence` says why, or what they are about."""

    at: datetime
    sentence: str
    mails: list[Mail] = []


class Outlook:
    """What the plans of some weeks look up, asked for once."""

    def __init__(self, organisation: Organisation, found: Sequence[Birthday], known: Leads):
        self.organisation, self.leads = organisation, known
        self._birthdays, self._reached = found, dict[bytes, int]()

    @classmethod
    async def over(cls, first: datetime, last: datetime) -> "Outlook":
        """Enough for occurrences between two moments."""
        organisation, posting = await organisations.required(), await audience.posting_from()
        known = await leads.known(organisation, posting)
        days = [moment.astimezone(organisation.zone).date() for moment in (first, last)]
        furthest = timedelta(days=max(*WINDOWS.values(), known.furthest))
        return cls(organisation, await birthdays.between(days[0], days[1] + furthest, "en"), known)

    def birthdays(self, first: date, last: date) -> list[Birthday]:
        return [each for each in self._birthdays if first <= each.day <= last]

    async def reached(self, chosen: Audience) -> int:
        """How many people are in it today."""
        key = msgspec.json.encode(chosen)
        if key not in self._reached:
            self._reached[key] = sum((await audience.count(chosen)).values()) if chosen else 0
        return self._reached[key]

    def day(self, at: datetime) -> date:
        return at.astimezone(self.organisation.zone).date()

    def local_time(self, at: datetime) -> str:
        return f"{at.astimezone(self.organisation.zone):%H:%M}"


async def plans(automation: Automation, until: datetime, outlook: Outlook) -> list[Plan]:
    """What it would make at each of its next times, from what is known today; none while it is turned off."""
    found: list[Plan] = []
    looked_at = None
    for at in _times(automation, until, outlook):
        found.append(await plan(automation, at, outlook, looked_at))
        looked_at = at
    return found


def _times(automation: Automation, until: datetime, outlook: Outlook) -> list[datetime]:
    if not automation.is_on or automation.next_at is None or automation.next_at > until:
        return []
    later = recurrence.between(automation.rule, automation.next_at, until, outlook.organisation.zone)
    return [automation.next_at, *later]


async def plan(automation: Automation, at: datetime, outlook: Outlook, looked_at: datetime | None = None) -> Plan:
    """What it would make at `at`; of a later occurrence `looked_at` says when it will have looked before."""
    blueprint = await queries.find(automation.blueprint)
    match automation.kind:
        case AutomationKind.NEW_CASES | AutomationKind.WALL_GREW:
            return await _news(automation, blueprint, at, outlook, looked_at)
        case AutomationKind.BIRTHDAYS:
            return _birthdays(automation, blueprint, at, outlook, await queries.editions(blueprint.id))
        case AutomationKind.BIRTHDAY_REMINDER:
            return await _reminder(automation, blueprint, at, outlook)
        case AutomationKind.ACTION_OPENED | AutomationKind.ACTION_REMINDER | AutomationKind.ACTION_THANKS:
            return await _actions(automation, blueprint, at, outlook, looked_at)


async def _news(
    automation: Automation, blueprint: Campaign, at: datetime, outlook: Outlook, looked_at: datetime | None
) -> Plan:
    if looked_at is None and await automation_queries.has_unsent(automation.id):
        return Plan(at, STILL_WAITS)
    first, tell, nothing = _NEWS[AutomationKind(automation.kind)]
    since = looked_at or await _looked_at(automation, at, first)
    told = await tell(since, at)
    if not told:
        return Plan(at, nothing)
    return Plan(at, told, [Mail(_named(automation, at, outlook), told, blueprint.audience, new_since=since)])


async def _new_cases(since: datetime, at: datetime) -> str:
    """What there is to tell; empty: nothing."""
    found = await listing.new_since(since, at, "en", MOST_CASES)
    return _counted(len(found), "new case") if found else ""


async def _new_faces(since: datetime, _at: datetime) -> str:
    new = (await in_mails.counts(since)).new
    return f"{_counted(new, 'new face')} on the wall" if new else ""


async def _looked_at(automation: Automation, at: datetime, first: timedelta) -> datetime:
    """Since when nobody was told of what is new: since it made a draft last, or, if that is later, since one left."""
    moments = [automation.last_at, await automation_queries.last_left_at(automation.id)]
    return max([moment for moment in moments if moment], default=at - first)


def _birthdays(
    automation: Automation, blueprint: Campaign, at: datetime, outlook: Outlook, editions: dict[str, Edition]
) -> Plan:
    first = outlook.day(at)
    found = outlook.birthdays(first, last_day(first, editions.values()))
    if not found:
        return Plan(at, NO_BIRTHDAYS)
    told = _counted(len(found), "birthday")
    return Plan(at, told, [Mail(_named(automation, at, outlook), told, blueprint.audience, seen_from=first)])


async def _actions(
    automation: Automation, blueprint: Campaign, at: datetime, outlook: Outlook, looked_at: datetime | None
) -> Plan:
    """A mail for each, for there are few of them."""
    kind = AutomationKind(automation.kind)
    found, told, nothing = _ACTIONS[kind]
    since = looked_at or await _looked_at(automation, at, FIRST_ACTIONS)
    mails = [
        Mail(
            f"{_named(automation, at, outlook)}: {action.name}",
            f"“{action.name}” {told}",
            _taking_part(kind, blueprint.audience, action.id),
            action=action.id,
        )
        for action in await found(since, at)
    ]
    return Plan(at, "; ".join(mail.told for mail in mails) or nothing, mails)


def _taking_part(kind: AutomationKind, chosen: Audience, action: int) -> Audience:
    if kind == AutomationKind.ACTION_OPENED:
        return chosen
    if kind == AutomationKind.ACTION_THANKS:
        return msgspec.structs.replace(chosen, took_part=action)
    return msgspec.structs.replace(chosen, took_no_part=action)


async def _ending(since: datetime, until: datetime) -> list[Action]:
    return await in_campaigns.closing(since + REMINDED_BEFORE, until + REMINDED_BEFORE)


async def _reminder(automation: Automation, blueprint: Campaign, at: datetime, outlook: Outlook) -> Plan:
    mails = []
    for lead in outlook.leads.groups:
        day = outlook.day(at) + timedelta(days=lead.days)
        if not (found := outlook.birthdays(day, day)):
            continue
        # Where the post has become quicker, they were reminded of it some days ago.
        narrowed = _within(blueprint.audience, lead, await automation_queries.reminded(automation.id, day))
        if narrowed.countries and await outlook.reached(narrowed):
            told = f"{_counted(len(found), 'birthday')} on {day.day} {day:%B}, {lead.days} days by post"
            name = f"{_named(automation, at, outlook)}: {_written(day)}"
            mails.append(Mail(name, told, narrowed, seen_from=day))
    return Plan(at, "; ".join(mail.told for mail in mails) or NO_BIRTHDAYS, mails)


def _within(chosen: Audience, lead: Lead, without: Collection[str]) -> Audience:
    """Narrowed to the countries of a lead, which may leave none; of those that the automation is for, if any."""
    asked = [code for code in lead.countries if not chosen.countries or code in chosen.countries]
    countries = [code for code in asked if code not in without]
    return msgspec.structs.replace(chosen, countries=countries)


def last_day(first: date, editions: Iterable[Edition]) -> date:
    """Until when the widest list of birthdays in the texts reaches; as far as any could, where there is none."""
    windows = [block.window for edition in editions for block in edition.blocks if isinstance(block, Birthdays)]
    days = max((WINDOWS[each] for each in windows if each in WINDOWS), default=max(WINDOWS.values()))
    return first + timedelta(days=days - 1)


def _named(automation: Automation, at: datetime, outlook: Outlook) -> str:
    return f"{automation.name}, {_written(outlook.day(at))}"


def _written(day: date) -> str:
    return filters("en")["day"](day)


def _counted(count: int, what: str) -> str:
    more = " or more" if count == MOST_CASES else ""
    return f"{count}{more} {what}{'s' * (count != 1)}"


# How far the first mail looks back, what there is to tell since then, and what is said where that is nothing.
_NEWS: dict[AutomationKind, tuple[timedelta, Callable[[datetime, datetime], Awaitable[str]], str]] = {
    AutomationKind.NEW_CASES: (filling.FIRST_LOOK, _new_cases, NOTHING_NEW),
    AutomationKind.WALL_GREW: (filling.FIRST_FACES, _new_faces, NOBODY_NEW),
}
# The actions of some days, what is said of each, and what is said where there is none.
_ACTIONS: dict[AutomationKind, tuple[Callable[[datetime, datetime], Awaitable[list[Action]]], str, str]] = {
    AutomationKind.ACTION_OPENED: (in_campaigns.opening, "has opened", "no action has opened: no mail"),
    AutomationKind.ACTION_REMINDER: (_ending, "ends soon", "no action ends soon: no mail"),
    AutomationKind.ACTION_THANKS: (in_campaigns.over, "is over", "no action has ended: no mail"),
}

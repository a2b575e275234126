"""Recurring drafts, made by an automation from its blueprint: they wait for approval, or leave by themselves."""

from datetime import datetime

import msgspec

from service.auth import audit
from service.campaigns import audience, automation_queries, compose, mail, moments, planning, sending
from service.campaigns.automation_queries import Automation
from service.campaigns.compose import Draft
from service.campaigns.planning import Outlook, Plan
from service.campaigns.queries import Audience
from service.campaigns.sending import NotReady
from service.campaigns.tables import AutomationKind, CampaignState
from service.delivery import continuity
from service.kit import clock, db
from service.kit.errors import Invalid, Problem
from service.kit.i18n import Sentence
from service.organisation import queries as organisations
from service.schedules import recurrence
from service.schedules.recurrence import Rule

# Its drafts add the day, twice for a reminder.
LONGEST_NAME = 60
LATE = "Its time went by while nothing ran, so it waits for you instead of leaving by itself."


class RanMeanwhile(Problem):
    code = "automation_ran"
    status = 409
    sentence = Sentence(
        "It has run since you opened this page. Look below at what it made, then run it again if need be."
    )


class Ran(msgspec.Struct, frozen=True):
    """The drafts of a run (`leaving` of them leave at once), and what came of it as a sentence."""

    drafts: list[int]
    leaving: list[int]
    sentence: str


async def create(
    name: str, kind: AutomationKind, rule: Rule, editions: dict[str, Draft], readers: Audience, by: int | None
) -> int:
    """Turned off at first, with a blueprint of these texts. Raises Invalid."""
    rule = recurrence.checked(rule)
    async with db.transaction():
        blueprint = await compose.create(_named(name), by, editions)
        await audience.choose(blueprint, readers, by)
        automation: int = await db.fetch_value(
            "INSERT INTO automation (name, kind, blueprint, rule, sends_itself, is_on, outcome)"
            " VALUES ($1, $2, $3, $4, false, false, '') RETURNING id",
            _named(name),
            kind,
            blueprint,
            msgspec.json.encode(rule).decode(),
        )
        await db.execute(
            "UPDATE campaign SET state = $2, automation = $3 WHERE id = $1",
            blueprint,
            CampaignState.BLUEPRINT,
            automation,
        )
        await audit.record(by, "automation.created", f"automation {automation}", {"kind": kind})
    return automation


async def change(automation: int, name: str, rule: Rule, sends_itself: bool, by: int | None) -> None:
    """Raises Invalid or AutomationNotFound."""
    name, rule = _named(name), recurrence.checked(rule)
    async with db.transaction():
        found = await _hold(automation)
        await db.execute(
            "UPDATE automation SET name = $2, rule = $3, sends_itself = $4 WHERE id = $1",
            automation,
            name,
            msgspec.json.encode(rule).decode(),
            sends_itself,
        )
        await db.execute("UPDATE campaign SET name = $2 WHERE id = $1", found.blueprint, name)
        if found.is_on and rule != found.rule:
            await _next(automation, await _after(rule, clock.now()))
        detail = {"when": recurrence.spoken(rule), "sends itself": sends_itself}
        await audit.record(by, "automation.changed", f"automation {automation}", detail)


async def turn(automation: int, on: bool, by: int | None) -> None:
    """On: from its next time on. Off: its drafts stay. Raises AutomationNotFound."""
    async with db.transaction():
        found = await _hold(automation)
        if found.is_on == on:
            return
        await db.execute("UPDATE automation SET is_on = $2 WHERE id = $1", automation, on)
        await _next(automation, await _after(found.rule, clock.now()) if on else None)
        await audit.record(by, f"automation.turned_{'on' if on else 'off'}", f"automation {automation}")


async def delete(automation: int, by: int | None) -> None:
    """With its blueprint; what it made stays."""
    async with db.transaction():
        found = await _hold(automation)
        await db.execute("DELETE FROM automation WHERE id = $1", automation)
        await db.execute("DELETE FROM campaign WHERE id = $1", found.blueprint)
        await db.execute("UPDATE campaign SET automation = NULL WHERE automation = $1", automation)
        await audit.record(by, "automation.deleted", f"automation {automation}")


async def run(automation: int) -> Ran | None:
    """Makes the drafts of its latest time, if that has come and nobody else did; None for those who came second.

    Of several times that went by only the last one counts, and nothing that is late leaves by itself.
    """
    await continuity.ensure()
    async with db.transaction():
        found = await _hold(automation)
        now = clock.now()
        if not found.is_on or found.next_at is None or found.next_at > now:
            return None
        zone = (await organisations.required()).zone
        at = max(found.next_at, recurrence.last_until(found.rule, now, zone))
        await _next(automation, await _after(found.rule, now, not_on=at))
        return await _make(found, at, late=await automation_queries.is_late(at))


async def run_early(automation: int) -> Ran | None:
    """Because of what has just happened; its next time stays, twice makes nothing more. None while it is off."""
    await continuity.ensure()
    async with db.transaction():
        found = await _hold(automation)
        return await _make(found, clock.now()) if found.is_on else None


async def run_by_hand(automation: int, seen: datetime | None, by: int | None) -> Ran:
    """The drafts of this moment, which wait whatever was said of sending; its next time stays.

    `seen`: its `last_at` as the person saw it. Raises RanMeanwhile or AutomationNotFound.
    """
    async with db.transaction():
        found = await _hold(automation)
        if seen != found.last_at:
            raise RanMeanwhile
        return await _make(msgspec.structs.replace(found, sends_itself=False), clock.now(), by=by)


async def _make(found: Automation, at: datetime, late: bool = False, by: int | None = None) -> Ran:
    planned = await planning.plan(found, at, await Outlook.over(at, at))
    drafts = [await _draft(found, each, by) for each in planned.mails]
    leaving = [draft for draft in drafts if found.sends_itself and await _leaves(draft, late)]
    ran = Ran(drafts, leaving, _told(planned, len(drafts), len(leaving)))
    # What it looked at in vain it looks at again: who was published in that very moment is not missed.
    looked_at = clock.now() if drafts else found.last_at
    await db.execute(
        "UPDATE automation SET last_at = $2, outcome = $3 WHERE id = $1", found.id, looked_at, ran.sentence[:300]
    )
    detail = {"drafts": len(drafts), "leaving": len(leaving)}
    await audit.record(by, "automation.ran", f"automation {found.id}", detail)
    if by is None and len(leaving) < len(drafts):
        await mail.drafts_wait(found, planned, [draft for draft in drafts if draft not in leaving])
    return ran


async def _draft(found: Automation, planned: planning.Mail, by: int | None) -> int:
    draft = await compose.duplicate(found.blueprint, by)
    await db.execute(
        "UPDATE campaign SET name = $2, audience = $3, automation = $4, new_since = $5, seen_from = $6, action = $7"
        " WHERE id = $1",
        draft,
        planned.name[: compose.LONGEST_NAME],
        msgspec.json.encode(planned.audience).decode(),
        found.id,
        planned.new_since,
        planned.seen_from,
        planned.action,
    )
    return draft


async def _leaves(draft: int, late: bool) -> bool:
    """Schedules a draft for now if nothing speaks against it; else says in the draft what does."""
    if late:
        return await _kept_back(draft, LATE)
    zone = (await organisations.required()).zone
    try:
        await sending.schedule(draft, moments.immediately(zone, clock.now()), by=None, seen=None, warned=False)
    except NotReady as problem:
        return await _kept_back(draft, f"It waits for you: {problem}")
    except Problem as problem:
        return await _kept_back(draft, f"It waits for you. {problem}")
    return True


async def _kept_back(draft: int, trouble: str) -> bool:
    await db.execute("UPDATE campaign SET trouble = $2 WHERE id = $1", draft, trouble[:500])
    return False


def _told(planned: Plan, drafts: int, leaving: int) -> str:
    """ "3 birthdays: the draft waits for you" """
    waiting = drafts - leaving
    if not drafts:
        return planned.sentence
    if not waiting:
        return f"{planned.sentence}: {'it leaves' if drafts == 1 else f'{drafts} mails leave'} by itself"
    waits = "the draft waits" if waiting == 1 else f"{waiting} drafts wait"
    return f"{planned.sentence}: {waits} for you" + (f", {leaving} by itself" if leaving else "")


async def _after(rule: Rule, moment: datetime, not_on: datetime | None = None) -> datetime:
    """The next time; not on the day of `not_on`, which also counts once where the timezone was changed since."""
    zone = (await organisations.required()).zone
    done = not_on.astimezone(zone).date() if not_on else None
    return next(
        each
        for each in recurrence.following(rule, moment, zone)
        if done is None or each.astimezone(zone).date() > done
    )


async def _next(automation: int, at: datetime | None) -> None:
    await db.execute("UPDATE automation SET next_at = $2 WHERE id = $1", automation, at)


async def _hold(automation: int) -> Automation:
    """Locks it until the transaction ends: whoever comes second sees what the first one did."""
    await db.execute("SELECT 1 FROM automation WHERE id = $1 FOR UPDATE", automation)
    return await automation_queries.find(automation)


def _named(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise Invalid({"name": Sentence("Give it a name. Its drafts are called by it.")})
    if len(name) > LONGEST_NAME:
        raise Invalid({"name": Sentence("A name has at most {most} characters.", most=LONGEST_NAME)})
    return name

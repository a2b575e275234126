"""From a finished draft to a mailing: when it leaves, exactly once, and how it is held up."""

import asyncio
from collections.abc import Mapping

from service.advocacy import in_campaigns
from service.auth import audit
from service.campaigns import acts, audience, checks, filling, preview, queries
from service.campaigns.checks import Finding
from service.campaigns.moments import Moment
from service.campaigns.queries import Campaign
from service.delivery import continuity, outbox
from service.delivery.outbox import NewMailing
from service.delivery.tables import MailingState
from service.kit import clock, db, jobs
from service.kit.errors import Problem
from service.kit.i18n import Sentence
from service.letters import allotting
from service.organisation import queries as organisations
from service.organisation.queries import Organisation
from service.rendering.email import CompiledEdition
from service.rendering.inserts import AREAS, NOBODY
from service.subscribers import list_queries

# The stable List-Id of mails to more than one list.
EVERYBODY = "news"


class NotReady(Problem):
    """Findings that keep it back: errors, and warnings that nobody has seen yet."""

    code = "campaign_not_ready"
    status = 422
    sentence = Sentence("{reason}")

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__(reason=findings[0].sentence)
        self.findings = findings


class ChangedSince(Problem):
    code = "campaign_changed"
    status = 409
    sentence = Sentence(
        "Somebody changed this campaign after you looked at it, so it is not sent. Please look again."
    )


class AlreadyStarted(Problem):
    code = "campaign_started"
    status = 409
    sentence = Sentence("This campaign is on its way already. Nobody gets it twice.")


class OnlyABlueprint(Problem):
    code = "campaign_blueprint"
    status = 409
    sentence = Sentence("These are the texts of an automation. They never leave themselves: drafts are made of them.")


class NotStarted(Problem):
    code = "campaign_not_started"
    status = 409
    sentence = Sentence("This campaign is not being sent yet, so there is nothing to stop or to go on with.")


class Stopped(Problem):
    code = "everything_stopped"
    status = 409
    sentence = Sentence(
        "Everything is stopped, so nothing can be sent. An owner can let everything go on, in the settings."
    )


class Over(Problem):
    code = "campaign_over"
    status = 409
    sentence = Sentence("This campaign was {state} already, so there is nothing to stop or to go on with.")


async def schedule(campaign: int, moment: Moment, by: int | None, seen: int | None, warned: bool) -> None:
    """Lets it leave at `moment`, now included; one that is scheduled already is moved.

    `seen`: the version that the person looked at, None for a script. `warned`: they saw the warnings.
    Raises Stopped, NotReady, acts.TooLateForIt, ChangedSince, AlreadyStarted, OnlyABlueprint or CampaignNotFound.
    """
    # Whoever decides now knows of the break, if there was one.
    await continuity.ensure()
    async with db.transaction():
        if await organisations.is_stopped():
            raise Stopped
        held = await _hold(campaign)
        if held.is_started:
            raise AlreadyStarted
        if held.is_blueprint:
            raise OnlyABlueprint
        if seen is not None and seen != held.version:
            raise ChangedSince
        await _must_be_ready(held, warned)
        await acts.must_last_until(held, moment.at)
        await db.execute(
            "UPDATE campaign SET state = 'scheduled', send_at_local = $3, trouble = '',"
            " send_at = greatest($2, (SELECT broke_at FROM heartbeat)) WHERE id = $1",
            campaign,
            moment.at,
            moment.local,
        )
        await audit.record(by, "campaign.scheduled", f"campaign {campaign}", {"at": moment.at.isoformat()})
        jobs.enqueue("campaigns.start_due")


async def unschedule(campaign: int, by: int | None) -> None:
    """Back to a draft; one that is a draft already stays one. Raises AlreadyStarted."""
    async with db.transaction():
        held = await _hold(campaign)
        if held.is_started:
            raise AlreadyStarted
        await _to_draft(campaign, "")
        await audit.record(by, "campaign.unscheduled", f"campaign {campaign}")


async def start(campaign: int) -> bool:
    """Freezes the audience and begins to send, if it is due and nobody else did; True for the one who did.

    What keeps it from starting is noted, and it becomes a draft again.
    """
    await continuity.ensure()
    try:
        async with db.transaction():
            if not await _claim(campaign):
                return False
            # A million readers are given their people in a minute, in which PostgreSQL hears nothing.
            await db.have_patience()
            await _begin(await queries.find(campaign))
    except Problem as problem:
        await _to_draft(campaign, f"It was not sent. {problem}")
        return False
    return True


async def pause(campaign: int, by: int | None, name: str = "") -> None:
    """Raises NotStarted or outbox.NotPossibleNow, as the next four; and Over, as `resume`."""
    async with db.transaction():
        await outbox.pause(await _unfinished(campaign), f"{name} paused it." if name else "")
        await audit.record(by, "campaign.paused", f"campaign {campaign}")


async def resume(campaign: int, by: int | None) -> None:
    await continuity.ensure()
    async with db.transaction():
        await outbox.resume(await _unfinished(campaign))
        await audit.record(by, "campaign.resumed", f"campaign {campaign}")


async def cancel(campaign: int, by: int | None) -> int:
    """Who has not got it yet will not; returns how many those are."""
    async with db.transaction():
        mailing = await _mailing(campaign)
        await allotting.take_back(mailing)
        spared = await outbox.cancel(mailing)
        await audit.record(by, "campaign.cancelled", f"campaign {campaign}", {"spared": spared})
    return spared


async def resend_unknown(campaign: int, by: int | None) -> int:
    """Those of whom nobody knows whether they got it get it again."""
    await continuity.ensure()
    async with db.transaction():
        again = await outbox.resend_unknown(await _mailing(campaign))
        await audit.record(by, "campaign.unknown_resent", f"campaign {campaign}", {"mails": again})
    return again


async def leave_unknown(campaign: int, by: int | None) -> int:
    """They stay counted as unknown, for good."""
    async with db.transaction():
        left = await outbox.leave_unknown(await _mailing(campaign))
        await audit.record(by, "campaign.unknown_left", f"campaign {campaign}", {"mails": left})
    return left


async def compiled(
    campaign: Campaign, organisation: Organisation
) -> tuple[dict[str, CompiledEdition], dict[int, str]]:
    """Every edition, once, with everybody who may stand in it, and their marks. Raises what rendering raises."""

    def compile_all() -> dict[str, CompiledEdition]:
        return {
            language: preview.compiled(
                edition, preview.letterhead(organisation, campaign, language), filled[language]
            )
            for language, edition in editions.items()
        }

    marks = await filling.marks()
    editions = await queries.editions(campaign.id)
    moments = await filling.moments(campaign, organisation)
    filled = {
        language: await filling.fill(edition.blocks, language, moments, for_all=True)
        for language, edition in editions.items()
    }
    for each in filled.values():
        # Of a post that was changed between two editions the older mark counts.
        marks = each.marks | marks
    return await asyncio.to_thread(compile_all), marks


def new_mailing(organisation: Organisation, list_name: str = "", list_label: str = "") -> NewMailing:
    return NewMailing(
        sender_name=organisation.sender_name,
        sender_address=organisation.sender_address,
        reply_to=organisation.reply_to,
        list_name=list_name or organisation.name,
        list_label=list_label or EVERYBODY,
    )


async def _begin(campaign: Campaign) -> None:
    """Frozen, checked once more and opened in one transaction: a crash leaves it scheduled, or under way."""
    campaign = await acts.settled(campaign)
    await _must_be_ready(campaign, warned=True)
    organisation = await organisations.required()
    editions, marks = await compiled(campaign, organisation)
    mailing = await outbox.create(new_mailing(organisation, *await _list(campaign)), editions)
    await db.execute("UPDATE campaign SET mailing = $2 WHERE id = $1", campaign.id, mailing)
    fallback = organisation.fallback_language
    await outbox.freeze(mailing, *audience.select(campaign.audience, list(editions), fallback))
    if each := await _people_for_each(campaign.id, editions):
        await allotting.for_mailing(mailing, each)
    if asking := [language for language, edition in editions.items() if acts.knows_areas(edition)]:
        await outbox.add_keys(mailing, asking, in_campaigns.AREA_KEYS)
    gone_readers, changed_people = (
        audience.no_longer(mailing, campaign.audience),
        filling.changed_since(mailing, marks),
    )
    await outbox.open(mailing, *gone_readers, *changed_people)
    # Who stopped an action before the mailing was open found none to hold; so this looks once it is.
    await acts.must_be_open(editions)
    subject = f"campaign {campaign.id}"
    await audit.record(await audit.last_by("campaign.scheduled", subject), "campaign.started", subject)


async def _people_for_each(campaign: int, editions: Mapping[str, CompiledEdition]) -> int:
    """How many people of their own each reader gets; 0 also when there is nobody to write to."""
    own = [filling.own_list(edition.blocks) for edition in (await queries.editions(campaign)).values()]
    lists = [insert for text in editions.values() for insert in text.inserts if insert.personal]
    return max(own, default=0) if any(NOBODY < insert.key < AREAS for insert in lists) else 0


async def _must_be_ready(campaign: Campaign, warned: bool) -> None:
    found = await checks.run(campaign)
    keeping = [finding for finding in found if finding.is_error or not warned]
    if keeping:
        raise NotReady(keeping)


async def _list(campaign: Campaign) -> tuple[str, str]:
    """Name and label for the List-Id: the list's own where the audience is exactly one."""
    if campaign.audience.topics or len(campaign.audience.lists) != 1:
        return "", ""
    found = await list_queries.one(campaign.audience.lists[0])
    return (found.name, found.label) if found and found.archived_at is None else ("", "")


async def _claim(campaign: int) -> bool:
    now = clock.now()
    claimed = await db.execute(
        f"UPDATE campaign SET state = 'started' WHERE {queries.DUE} AND id = $3",  # noqa: S608
        now,
        now - queries.TOO_LATE,
        campaign,
    )
    return claimed == 1


async def _to_draft(campaign: int, trouble: str) -> None:
    await db.execute(
        "UPDATE campaign SET state = 'draft', send_at = NULL, send_at_local = '', trouble = $2"
        " WHERE id = $1 AND state IN ('scheduled', 'draft')",
        campaign,
        trouble[:500],
    )


async def _hold(campaign: int) -> Campaign:
    await db.execute("SELECT 1 FROM campaign WHERE id = $1 FOR UPDATE", campaign)
    return await queries.find(campaign)


async def _mailing(campaign: int) -> int:
    found = await queries.find(campaign)
    if found.mailing is None:
        raise NotStarted
    return found.mailing


async def _unfinished(campaign: int) -> int:
    mailing = await _mailing(campaign)
    state = await queries.mailing_state(mailing)
    if state in (MailingState.SENT, MailingState.CANCELLED):
        raise Over(state=state)
    return mailing

"""What mails show of actions: what is asked, how far it has come, and to whom a reader can write."""

from collections.abc import Collection, Mapping
from datetime import datetime

import msgspec

from service.advocacy import counting, in_campaigns
from service.advocacy import queries as actions
from service.advocacy.counting import Count
from service.advocacy.queries import Action
from service.advocacy.representing import Member
from service.advocacy.tables import ActionState
from service.campaigns import queries
from service.campaigns.queries import Campaign
from service.kit import clock, db
from service.kit.errors import Problem
from service.kit.formats import filters
from service.kit.i18n import LANGUAGES, Sentence, ngettext
from service.kit.i18n import lazy as _
from service.kit.settings import settings
from service.organisation import queries as organisations
from service.rendering import inserts
from service.rendering.blocks import SHOWS, ActionCard, YourRepresentatives
from service.rendering.email import CompiledEdition
from service.rendering.inserts import AREAS, OWN_AREA
from service.rendering.people import Act, Delegate, Delegation, Filling

Block = ActionCard | YourRepresentatives
# Of more than these only the names are shown, and of more than those only some.
MOST_IN_FULL = 8
MOST_NAMED = 60
MOST_COMMITTEES = 3


class Moot(Problem):
    code = "campaign_moot"
    status = 409
    sentence = Sentence("Nobody can take part in “{action}” at this moment, and this mail asks for that.")


class TooLateForIt(Problem):
    code = "campaign_after_action"
    status = 422
    sentence = Sentence("“{action}” will be over by then, and this mail asks to take part. Choose an earlier time.")


class Found(msgspec.Struct, frozen=True):
    """`missing`: why the block cannot be sent; `noted`: what staff should know before.

    `areas`: in a preview, of which ones its readers could be, by name.
    """

    filling: Filling = Filling()
    missing: str = ""
    noted: str = ""
    areas: Mapping[int, str] = {}


async def found(block: Block, language: str, own: str, for_all: bool, area: int | None) -> Found:
    """`own`: the key of the campaign's action. `for_all`: of every area that readers named; else of one, if any.

    `area`: that one; None for the first there is.
    """
    action = await in_campaigns.named(block.action or own, language)
    if action is None:
        gone = "This action is not there any more. Choose another one, or remove the block."
        none = "no action is open at this moment, and the mail would leave this out."
        return Found(missing=gone) if block.action or own else Found(noted=none)
    if wrong := _wrong(block, action):
        return Found(missing=wrong)
    noted = [_untranslated(action, language)]
    act = await shown(action, language, is_thanks=_is_thanks(block))
    if isinstance(block, ActionCard):
        return Found(Filling(act=act), noted=" ".join(filter(None, noted)))
    possible = await in_campaigns.areas_of(action)
    if for_all:
        areas = await in_campaigns.where_readers_vote()
    else:
        areas = possible[:1] if area is None else [area] * (area in possible)
    if possible and not await in_campaigns.anybody_votes_in(possible):
        noted.append("nobody has said that they vote where it asks, so nobody would see members of their own.")
    known = await in_campaigns.named_areas(language, {*areas, *possible})
    names = {each: known[each] for each in (areas if for_all else possible) if each in known}
    delegations = await _delegations(action, [each for each in areas if each in names], names, language)
    filling = Filling(act=act, delegations=delegations)
    return Found(filling, noted=" ".join(filter(None, noted)), areas=names)


async def frozen(block: Block, own: str, language: str) -> Filling:
    """For the web: the action as it is now, whatever it was when the mail left."""
    action = await in_campaigns.named(block.action or own, language) if block.action or own else None
    if action is None or action.state == ActionState.DRAFT:
        return Filling()
    return Filling(act=await shown(action, language, _is_thanks(block)))


async def shown(action: Action, language: str, is_thanks: bool) -> Act:
    count = (await counting.of([action.id]))[action.id]
    url = f"{settings().origin}/{language}/actions/{action.key}"
    said, picture = action.edition, f"{settings().origin}/actions/{action.key}/count-{language}.png"
    return Act(
        id=action.id,
        url=url,
        title=said.title or action.name,
        lead=said.lead,
        ask=said.ask,
        thanks=said.thanks,
        counted=_counted(action, count, language, is_thanks),
        picture=picture if count.acts or action.goal else "",
        until=await _until(action, language),
        about=action.prisoners[0] if len(action.prisoners) == 1 and not is_thanks else 0,
        is_thanks=is_thanks,
        is_over=action.is_over,
    )


async def settled(campaign: Campaign) -> Campaign:
    """What its blocks call the action that opened last is that one from now on, also when it is read later."""
    texts = await queries.editions(campaign.id)
    asking = any(isinstance(each, Block) and not each.action for text in texts.values() for each in text.blocks)
    latest = await in_campaigns.named("", "en") if asking and campaign.action is None else None
    if latest is None:
        return campaign
    await db.execute("UPDATE campaign SET action = $2 WHERE id = $1", campaign.id, latest.id)
    return msgspec.structs.replace(campaign, action=latest.id)


def knows_areas(edition: CompiledEdition) -> bool:
    """Whether it says something else to those who named an area."""
    return OWN_AREA in edition.html or any(insert.key > AREAS for insert in edition.inserts if insert.personal)


async def must_last_until(campaign: Campaign, moment: datetime) -> None:
    """Raises TooLateForIt where an action in which it asks to take part will be over by then."""
    texts, own = await queries.editions(campaign.id), await key_of(campaign.action)
    asking = [each for text in texts.values() for each in text.blocks if isinstance(each, Block)]
    for key in {block.action or own for block in asking if not _is_thanks(block)}:
        action = await in_campaigns.named(key, "en")
        if action and action.closes_at and action.closes_at <= moment:
            raise TooLateForIt(action=action.name)


async def must_be_open(editions: Mapping[str, CompiledEdition]) -> None:
    """Raises Moot where nobody can take part in an action in which these ask to."""
    asked = inserts.actions([insert for edition in editions.values() for insert in edition.inserts])
    for action in await in_campaigns.not_open(asked):
        raise Moot(action=action.name)


async def key_of(action: int | None) -> str:
    """Of its page; empty where there is none (any more)."""
    known = await actions.by_ids([action], "en") if action else {}
    return known[action].key if action in known else ""


def _is_thanks(block: Block) -> bool:
    return isinstance(block, ActionCard) and block.shows == SHOWS[1]


def _wrong(block: Block, action: Action) -> str:
    """Why nobody could take part, which does not matter where they are thanked."""
    if _is_thanks(block) or action.is_open or _opens_by_now(action):
        return ""
    if action.is_over:
        return f"“{action.name}” is over. Choose another action, or remove the block."
    if action.state == ActionState.FROZEN:
        return f"“{action.name}” is stopped at the moment. Let it go on first, or choose another action."
    return f"“{action.name}” is not open yet. Open it first, or choose another action."


def _opens_by_now(action: Action) -> bool:
    """So in a rehearsal, whose clock is ahead of the actions; in earnest it is open then, or has lost that day."""
    has_begun = action.opens_at is not None and action.opens_at <= clock.now()
    return action.state == ActionState.DRAFT and has_begun and not action.is_over


def _untranslated(action: Action, language: str) -> str:
    if action.edition.language == language:
        return ""
    other = LANGUAGES[action.edition.language]
    return f"the action has no text in {LANGUAGES[language]}, and would be shown in {other}."


def _counted(action: Action, count: Count, language: str, is_thanks: bool) -> str:
    if is_thanks:
        told = ngettext("{count} letter or call came of it.", "{count} letters and calls came of it.", count.acts)
        return told.into(language) if count.acts else ""
    if not count.acts:
        return _("You would be one of the first.").into(language)
    told = ngettext(
        "As this mail was written, there was {count} letter or call.",
        "As this mail was written, there were {count} letters and calls.",
        count.acts,
    )
    goal = _("The goal is {goal}.", goal=filters(language)["number"](action.goal))
    return " ".join([told.into(language)] + [goal.into(language)] * (action.goal > 0))


async def _until(action: Action, language: str) -> str:
    if action.last_moment is None:
        return ""
    zone = (await organisations.required()).zone
    return filters(language)["day"](action.last_moment.astimezone(zone).date())


async def _delegations(
    action: Action, areas: Collection[int], names: Mapping[int, str], language: str
) -> list[Delegation]:
    asked = await in_campaigns.asked_of(action, areas, language)
    has_areas = bool(action.targets.parliaments)
    page = f"{settings().origin}/{language}/actions/{action.key}/write"
    return [
        _delegation(area, names.get(area, ""), asked[area], page, invites=has_areas and not area)
        for area in sorted(asked)
    ]


def _delegation(area: int, name: str, members: list[Member], page: str, invites: bool) -> Delegation:
    listed = [_delegate(member, page, area) for member in members[:MOST_NAMED]]
    if len(members) <= MOST_IN_FULL:
        return Delegation(area=area, name=name, members=listed, invites=invites)
    parties: dict[str, list[Delegate]] = {}
    for each in listed:
        parties.setdefault(each.party, []).append(each)
    return Delegation(
        area=area,
        name=name,
        parties=sorted(parties.items(), key=lambda party: -len(party[1])),
        others=len(members) - len(listed),
        invites=invites,
    )


def _delegate(member: Member, page: str, area: int) -> Delegate:
    return Delegate(
        name=member.name,
        url=f"{page}/{member.key}" + (f"?area={area}" if area else ""),
        party=member.party or member.faction,
        committees=member.committees[:MOST_COMMITTEES],
    )

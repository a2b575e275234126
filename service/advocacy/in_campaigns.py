"""Actions in campaigns: whom they ask by area, who took part, and mails that wait while nobody can take part."""

from collections.abc import Collection, Sequence
from datetime import datetime

from service.advocacy import queries, representing, targets
from service.advocacy.naming import called
from service.advocacy.queries import Action
from service.advocacy.representing import Member
from service.advocacy.tables import ActionState as State
from service.advocacy.targets import Targets
from service.delivery import alerts, inserts, outbox
from service.kit import clock, db
from service.rendering.inserts import ACTIONS, AREAS

# Of `subscriber s` and the action in the placeholder: that they took part, and nothing else.
TOOK_PART = "EXISTS (SELECT FROM took_part t WHERE t.action = {0} AND t.address = s.address)"
RESTS = (
    "An action in this mail has been stopped, so nobody could take part in it. Once it is open again, let it go on."
)
IS_OVER = "An action in this mail is over, so nobody can take part in it any more. Let it go on, or cancel it."


async def named(key: str, language: str) -> Action | None:
    """By the key of its page, a draft too; without one that which opened last. None where there is none."""
    if key:
        return next((action for action in await queries.every(language) if action.key == key), None)
    return next(iter(await queries.open_ones(language)), None)


async def choices() -> list[Action]:
    """What a mail can be about: all but drafts, the open ones first."""
    return await queries.shown("en")


async def asked_of(action: Action, areas: Collection[int], language: str) -> dict[int, list[Member]]:
    """As `targets.asked`, for somebody of each of these areas; 0: for whoever did not say where they live."""
    everybody = await targets.asked(action, [], language)
    own = await _own_members(action.targets, areas, language)
    return {area: _once([*own.get(area, []), *everybody]) for area in {0, *areas}}


async def named_areas(language: str, areas: Collection[int]) -> dict[int, str]:
    """What these are called; without those that are not known any more."""
    sql = f"SELECT area.id, {called('area', '$1')} AS name FROM area WHERE area.id = ANY($2)"  # noqa: S608
    return {row["id"]: row["name"] for row in await db.fetch(sql, language, list(areas))}


async def where_readers_vote() -> list[int]:
    """The areas that confirmed subscribers named."""
    rows = await db.fetch("SELECT DISTINCT area FROM subscriber WHERE state = 'confirmed' AND area IS NOT NULL")
    return sorted(row["area"] for row in rows)


async def anybody_votes_in(areas: Sequence[int]) -> bool:
    """Whether a confirmed subscriber said so."""
    found: bool = await db.fetch_value(
        "SELECT EXISTS (SELECT FROM subscriber WHERE area = ANY($1) AND state = 'confirmed')", areas
    )
    return found


async def areas_of(action: Action) -> list[int]:
    """From which members are sent whom it asks, by their names."""
    if not action.targets.parliaments:
        return []
    members = await representing.members("en", parliaments=action.targets.parliaments)
    names = {member.area: member.area_name for member in members if member.area}
    return sorted(names, key=lambda area: names[area])


# For outbox.add_keys: the key of the area that somebody votes in, if they said so.
AREA_KEYS = f"SELECT s.id AS subscriber, {AREAS} + s.area AS key FROM subscriber s WHERE s.area IS NOT NULL"  # noqa: S608


async def hold(action: int, reason: str) -> int:
    """Mails under way that lead to this action pause, and staff are told why; returns of how many mailings.

    Belongs into the transaction that freezes or closes it.
    """
    await db.execute("SELECT pg_advisory_xact_lock_shared($1)", outbox.OUTBOX_LOCK)
    stopped = [await alerts.paused(mailing, reason) for mailing in await inserts.unfinished_with([ACTIONS + action])]
    return sum(stopped)


async def not_open(actions: Collection[int]) -> list[Action]:
    """Those in which nobody can take part at this moment."""
    found = await queries.by_ids(list(actions), "en")
    return [action for action in found.values() if not action.is_open]


async def opening(since: datetime, until: datetime) -> list[Action]:
    """Which opened after `since` and are open, or will open by `until`."""
    now = clock.now()
    coming = [action for action in await queries.every("en") if action.state == State.DRAFT]
    return [
        *(action for action in await queries.open_ones("en") if _within(action.opened_at, since, until)),
        *(action for action in coming if _within(action.opens_at, max(since, now), until)),
    ]


async def closing(since: datetime, until: datetime) -> list[Action]:
    """Open ones whose last moment is after `since`, and not after `until`."""
    return [action for action in await queries.open_ones("en") if _within(action.closes_at, since, until)]


async def over(since: datetime, until: datetime) -> list[Action]:
    """Which ended after `since`, because somebody closed them or by their date, or will by `until`."""
    known = await queries.shown("en")
    return [action for action in known if _within(action.closed_at or action.closes_at, since, until)]


def _within(moment: datetime | None, since: datetime, until: datetime) -> bool:
    return moment is not None and since < moment <= until


async def _own_members(wanted: Targets, areas: Collection[int], language: str) -> dict[int, list[Member]]:
    """Of each area, those too whom its whole country sends."""
    if not (wanted.parliaments and areas):
        return {}
    everybody = await representing.members(language, parliaments=wanted.parliaments)
    around: dict[int, set[int]] = {}
    for row in await db.fetch(_AROUND, list(areas)):
        around.setdefault(row["given"], set()).add(row["area"])
    return {area: [member for member in everybody if member.area in parts] for area, parts in around.items()}


def _once(members: Sequence[Member]) -> list[Member]:
    return list({member.id: member for member in members}.values())


_AROUND = """
    SELECT given.id AS given, around.id AS area FROM area given
      JOIN area around ON around.id = given.id OR (around.country = given.country AND around.kind = 'country')
     WHERE given.id = ANY($1)
"""

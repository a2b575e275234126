"""What the blocks that fill themselves show: from the records, as the readers of a language see them."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import msgspec

from service.campaigns import acts, cards
from service.campaigns.queries import Campaign
from service.cases import allocation, birthdays, listing, queries
from service.cases.publication import Person
from service.cases.tables import State
from service.kit import clock, db
from service.kit.errors import NotFound
from service.letters import allotting
from service.organisation.queries import Organisation
from service.rendering import people
from service.rendering.blocks import (
    MOST_CASES,
    MOST_FACES,
    MOST_OWN,
    WINDOWS,
    ActionCard,
    Birthdays,
    Block,
    FacilityAddress,
    FromTheWall,
    NewCases,
    OnePrisoner,
    YourPrisoners,
    YourRepresentatives,
)
from service.rendering.inserts import AREAS
from service.rendering.people import Data, Filling
from service.wall import in_mails

# Cases count as new that are not older, where no mail with new cases has left yet.
FIRST_LOOK = timedelta(days=7)
# The same for faces of the wall.
FIRST_FACES = timedelta(days=31)
# So many readers of a preview have people of their own.
EXAMPLES = 3


class Moments(msgspec.Struct, frozen=True):
    """Cases are new from `since` to `until`, faces from `joined` on; birthdays are seen from `first` on.

    `action`: the key of what it is about where blocks do not say.
    """

    since: datetime
    until: datetime
    first: date
    joined: datetime
    action: str = ""


class Filled(msgspec.Struct):
    """`missing`: why a block cannot be sent; `noted`: what staff should know before; by the path of the field.

    `given`: for each of EXAMPLES readers of a preview people of their own, of whom nothing is reserved.
    `areas`: where they could vote, by name, and `area` where they do.
    `marks`: of the posts in it as they were read, as `marks` below.
    """

    data: dict[int, Filling] = {}
    missing: dict[str, str] = {}
    noted: dict[str, str] = {}
    given: list[tuple[int, ...]] = []
    marks: dict[int, str] = {}
    areas: Mapping[int, str] = {}
    area: int = 0

    def own(self, reader: int) -> Sequence[int]:
        people = self.given[reader % EXAMPLES] if self.given else ()
        return [*people, *[AREAS + self.area] * bool(self.area)]


async def moments(campaign: Campaign, organisation: Organisation) -> Moments:
    """As staff or an automation chose them, else those of now."""
    now = clock.now()
    since = campaign.new_since or await _last_told(campaign.id, "new_cases") or now - FIRST_LOOK
    joined = campaign.new_since or await _last_told(campaign.id, "from_the_wall") or now - FIRST_FACES
    first = campaign.seen_from or now.astimezone(organisation.zone).date()
    return Moments(since, now, first, joined, await acts.key_of(campaign.action))


async def fill(
    blocks: Sequence[Block], language: str, moments: Moments, for_all: bool = False, area: int | None = None
) -> Filled:
    """`for_all`: with everybody who can be written to, of whom each reader gets some; else with a few as examples.

    `area`: where the reader of a preview votes; None for any, 0 for one who did not say.
    """
    filled = Filled()
    for number, block in enumerate(blocks):
        match block:
            case NewCases(most=most) if 1 <= most <= MOST_CASES:
                await _new_cases(filled, number, most, language, moments)
            case Birthdays(window=window) if window in WINDOWS:
                await _birthdays(filled, number, window, language, moments.first)
            case OnePrisoner(key=key) if key:
                await _one(filled, number, key, language)
            case YourPrisoners(count=count) if 1 <= count <= MOST_OWN:
                await _own(filled, number, count, language, for_all)
            case FacilityAddress(facility=facility) if facility:
                await _place(filled, number, facility, language)
            case FromTheWall(count=count) if 1 <= count <= MOST_FACES:
                await _faces(filled, number, block, language, moments)
            case YourRepresentatives() | ActionCard():
                found = await acts.found(block, language, moments.action, for_all, area)
                _act(filled, f"blocks[{number}]", number, found, area)
    return filled


async def frozen(campaign: Campaign, blocks: Sequence[Block], language: str, organisation: Organisation) -> Data:
    """For the web: whom a mail that was sent showed, if they may still be shown and are detained, as they are now."""
    filled, mailing = Filled(), campaign.mailing or 0
    started = await db.fetch_value("SELECT started_at FROM mailing WHERE id = $1", mailing) or clock.now()
    first = campaign.seen_from or started.astimezone(organisation.zone).date()
    for number, block in enumerate(blocks):
        keys = await _keys(mailing, language, number) if people.is_list(block) else []
        match block:
            case NewCases():
                shown = await _detained(keys, language)
                filled.data[number] = Filling([cards.of_case(person) for person in shown])
            case OnePrisoner():
                shown = await _detained(keys, language)
                filled.data[number] = Filling([cards.of_story(person) for person in shown])
            case Birthdays(window=window):
                found = await birthdays.between(first, _last(first, window), language)
                still = [each for each in found if each.person.id in keys]
                filled.data[number] = Filling(cards.of_birthdays(still))
            case FacilityAddress(facility=facility):
                await _place(filled, number, facility, language)
            case FromTheWall():
                faces = await in_mails.still(language, [-key for key in keys])
                filled.data[number] = Filling(faces=[cards.of_face(face) for face in faces])
            case YourRepresentatives() | ActionCard():
                filled.data[number] = await acts.frozen(block, await acts.key_of(campaign.action), language)
    return filled.data


def own_list(blocks: Sequence[Block]) -> int:
    """How many people of their own its readers get."""
    return max((block.count for block in blocks if isinstance(block, YourPrisoners)), default=0)


async def marks() -> dict[int, str]:
    """Of each record as it is now, by its key in mails; another one says that it has been changed since."""
    rows = await db.fetch(f"SELECT p.id, {_MARK} AS mark FROM prisoner p {_AT}")  # noqa: S608
    return {row["id"]: row["mark"] for row in rows}


def changed_since(mailing: int, marks: dict[int, str]) -> tuple[str, list[Any]]:
    """SQL and arguments of who stands in `mailing` and is not as they were at `marks`: `key` and `reason`."""
    return f"{_CHANGED} UNION ALL {in_mails.CHANGED}", [mailing, list(marks), list(marks.values())]


async def _new_cases(filled: Filled, number: int, most: int, language: str, moments: Moments) -> None:
    found = await listing.new_since(moments.since, moments.until, language, most)
    filled.data[number] = Filling([cards.of_case(person) for person in found])
    if not found:
        filled.noted[f"blocks[{number}]"] = "no case is new at this moment, and the mail would say so."


async def _birthdays(filled: Filled, number: int, window: str, language: str, first: date) -> None:
    found = await birthdays.between(first, _last(first, window), language)
    filled.data[number] = Filling(cards.of_birthdays(found))
    if not found:
        filled.noted[f"blocks[{number}]"] = "nobody has a birthday in these days, and the mail would say so."


async def _one(filled: Filled, number: int, key: str, language: str) -> None:
    path = f"blocks[{number}].key"
    try:
        person = await queries.person(key, language)
    except NotFound:
        filled.missing[path] = "This person is not shown any more. Choose somebody else, or remove the block."
        return
    if person.state != State.DETAINED:
        became = {State.RELEASED: "is free", State.DIED: "has died"}[State(person.state)]
        filled.missing[path] = f"{person.name} {became}. Choose somebody else, or remove the block."
        return
    filled.data[number] = Filling([cards.of_story(person)])
    if not person.can_be_written_to:
        filled.noted[path] = f"{person.name} cannot be written to: there is no address that is valid today."


async def _own(filled: Filled, number: int, count: int, language: str, for_all: bool) -> None:
    pool = await allotting.candidates()
    if not for_all:
        # Always the same for the same people, so that a preview does not change while one looks at it.
        filled.given = allocation.allot(pool, EXAMPLES, count, Random(number)) if pool else []
    ids = [candidate.id for candidate in pool] if for_all else sorted({id for each in filled.given for id in each})
    found = [person for person in await queries.people(ids, language) if person.can_be_written_to]
    filled.data[number] = Filling([cards.of_writing(person) for person in found])
    if not pool:
        filled.noted[f"blocks[{number}]"] = "nobody can be written to at this moment, and the mail would say so."
    elif len(pool) < count:
        there_is = "there is only 1 person" if len(pool) == 1 else f"there are only {len(pool)} people"
        filled.noted[f"blocks[{number}].count"] = f"{there_is} to whom letters can be sent."


async def _place(filled: Filled, number: int, id: int, language: str) -> None:
    path = f"blocks[{number}].facility"
    facility = next((found for found in await queries.facilities() if found.id == id), None)
    if facility is None:
        filled.missing[path] = "This facility is not known any more. Choose another one."
    elif place := cards.of_facility(facility, language):
        filled.data[number] = Filling(place=place)
    else:
        filled.missing[path] = f"{facility.latin or facility.name} has no complete address that is valid today."


async def _faces(filled: Filled, number: int, block: FromTheWall, language: str, moments: Moments) -> None:
    if block.posts:
        shown = await in_mails.chosen(language, block.posts)
    else:
        shown = await in_mails.latest(language, moments.joined if block.only_new else None, block.count)
    faces = [cards.of_face(face) for face in shown]
    filled.data[number] = Filling(faces=faces, counted=cards.counted(await in_mails.counts(moments.joined), language))
    filled.marks = {card.key: str(face.version) for card, face in zip(faces, shown, strict=True)} | filled.marks
    path, gone = f"blocks[{number}]", len(block.posts) - len(shown)
    if block.posts and not shown:
        filled.missing[f"{path}.posts"] = "None of the chosen posts may be shown any more. Choose others."
    elif block.posts and gone:
        posts = "1 of the chosen posts" if gone == 1 else f"{gone} of the chosen posts"
        filled.noted[f"{path}.posts"] = f"{posts} may not be shown any more."
    elif not shown:
        who = "nobody new on the wall" if block.only_new else "nobody on the wall"
        filled.noted[path] = f"{who} agreed to stand in mails, and the mail would say so."


def _act(filled: Filled, path: str, number: int, found: acts.Found, area: int | None) -> None:
    filled.data[number] = found.filling
    if found.missing:
        filled.missing[f"{path}.action"] = found.missing
    if found.noted:
        filled.noted[path] = found.noted
    if found.areas:
        filled.areas = found.areas
        filled.area = next(iter(found.areas)) if area is None else area


def _last(first: date, window: str) -> date:
    return first + timedelta(days=WINDOWS[window] - 1)


async def _detained(keys: Sequence[int], language: str) -> list[Person]:
    return [person for person in await queries.people(keys, language) if person.state == State.DETAINED]


async def _last_told(campaign: int, kind: str) -> datetime | None:
    """When the last other campaign with such a block left."""
    block = msgspec.json.encode([{"type": kind}]).decode()
    found: datetime | None = await db.fetch_value(_LAST_TOLD, campaign, block)
    return found


async def _keys(mailing: int, language: str, place: int) -> list[int]:
    rows = await db.fetch(
        "SELECT key FROM mailing_insert WHERE mailing = $1 AND language = $2 AND place = $3 ORDER BY position",
        mailing,
        language,
        place,
    )
    return [row["key"] for row in rows]


_LAST_TOLD = """
    SELECT max(m.started_at) FROM campaign c JOIN mailing m ON m.id = c.mailing
     WHERE c.id <> $1 AND m.state <> 'cancelled' AND EXISTS (
           SELECT FROM campaign_edition e WHERE e.campaign = c.id AND e.blocks @> $2::jsonb)
"""
_MARK = "p.version || ' ' || coalesce(f.version, 0)"
_AT = "LEFT JOIN facility f ON f.id = p.facility"
_CHANGED = f"""
    SELECT i.key, CASE WHEN p.state <> 'detained' THEN p.state
                       WHEN p.publication = 'hidden' OR p.vetoed_at IS NOT NULL THEN 'hidden'
                       ELSE 'changed' END AS reason
      FROM (SELECT DISTINCT unnest(ARRAY[key, about]) AS key FROM mailing_insert WHERE mailing = $1) i
      LEFT JOIN prisoner p ON p.id = i.key {_AT}
      LEFT JOIN unnest($2::bigint[], $3::text[]) AS seen (id, mark) ON seen.id = i.key
     WHERE i.key > 0 AND i.key < {AREAS} AND seen.mark IS DISTINCT FROM {_MARK}
"""  # noqa: S608

"""The action of the demo: open for three weeks, with letters that nobody wrote, and what members promised."""

import random
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import msgspec

from service.advocacy import actions, demo_letters, demo_parliament, editions, opening, promising
from service.advocacy.framing import Frame
from service.advocacy.queries import Edition, Point
from service.advocacy.tables import PromiseKind
from service.advocacy.targets import Targets
from service.cases.publication import IN_FULL
from service.kit import clock, db
from service.organisation import queries as organisations

_TEXTS = Path(__file__).parent / "samples" / "action.json"
_OPENED, _LASTS = timedelta(days=20), timedelta(days=24)
_GOAL = 120


class _Text(msgspec.Struct, frozen=True):
    title: str
    lead: str
    ask: str
    subject: str
    prompts: list[str]
    points: list[Point]
    example: str
    call: str
    share: str
    thanks: str


async def seed() -> int:
    """Where there is no action yet and somebody is in prison; how many letters were sent in it."""
    detained = f"SELECT p.id FROM prisoner p WHERE {IN_FULL} AND p.state = 'detained' ORDER BY p.id LIMIT 5"  # noqa: S608
    people = [row["id"] for row in await db.fetch(detained)]
    if not people or await db.fetch_value("SELECT EXISTS (SELECT FROM action)"):
        return 0
    async with db.transaction():
        parliament, members = await demo_parliament.seed()
        with clock.imagined(clock.now() - _OPENED):
            action = await _action(parliament, people[0])
        await _promises(members, people)
        # Always the same figures.
        return await demo_letters.seed(action, members, people[0], random.Random(_GOAL))


async def _action(parliament: int, prisoner: int) -> int:
    zone = (await organisations.required()).zone
    id = await actions.create("A sponsorship for Maryna", None)
    last = (clock.now() + _OPENED + _LASTS).astimezone(zone).date()
    frame = Frame(name="A sponsorship for Maryna", prisoners=[prisoner], goal=_GOAL, last_day=last)
    await actions.frame(id, 1, frame, None)
    await actions.aim(id, 2, Targets(parliaments=[parliament]), None)
    for language, text in msgspec.json.decode(_TEXTS.read_bytes(), type=dict[str, _Text]).items():
        await editions.write(id, Edition(language=language, **msgspec.structs.asdict(text)))
    await opening.open(id, None)
    return id


async def _promises(members: list[int], people: list[int]) -> None:
    today = clock.now().date()
    write = partial(_promise, today=today)
    await write(members[0], people[1], PromiseKind.SPONSORS, 140, "I write to him on every first Monday.")
    await write(
        members[6], people[2 % len(people)], PromiseKind.SPONSORS, 60, "Je demande de ses nouvelles chaque mois."
    )
    await write(members[1], people[0], PromiseKind.QUESTION, 9, "")


async def _promise(member: int, prisoner: int, kind: PromiseKind, days: int, said: str, today: date) -> None:
    statement = {"fr": said} if said.startswith("Je") else {"en": said} if said else {}
    await promising.record(
        {
            "representative": member,
            "prisoner": prisoner,
            "kind": kind,
            "statement": statement,
            "source": "https://parliament.example.org/news",
            "since": (today - timedelta(days=days)).isoformat(),
            "until": "",
            # Of the oldest one it is time to ask.
            "follow_up_on": (today + timedelta(days=70 - days // 2)).isoformat(),
        },
        None,
    )

"""Letter evenings: people who write together. Kept are the figures of the evening, and no participant."""

from collections.abc import Collection
from datetime import date, timedelta

import msgspec

from service.auth import audit
from service.cases import queries
from service.cases.publication import Person
from service.kit import clock, db
from service.kit.errors import Invalid, NotFound, Problem
from service.kit.i18n import LANGUAGES, Sentence
from service.letters import allotting, posting
from service.organisation import queries as organisations

# As many as a large hall writes in an evening, and a file that a printer takes.
MOST_CARDS = 150
_SOONEST, _LATEST = timedelta(days=-30), timedelta(days=180)


class TooLate(Problem):
    code = "evening_too_late"
    status = 409
    sentence = Sentence("Who was written to that evening is not kept any more; its totals are.")


class Evening(msgspec.Struct, frozen=True):
    """`posted`: None until the figures are written down."""

    id: int
    name: str
    day: date
    language: str
    cards: int
    posted: int | None


class Seat(msgspec.Struct, frozen=True):
    """One card of an evening; `posted` as written down so far."""

    person: Person
    posted: bool


async def plan(name: str, day: date | None, language: str, cards: int, by: int | None) -> int:
    """Chooses the people; returns the evening's id. Raises Invalid or NobodyToWriteTo."""
    if wrong := await _wrong(name, day, language, cards):
        raise Invalid(wrong)
    assert day
    async with db.transaction():
        id: int = await db.fetch_value(
            "INSERT INTO letter_evening (name, day, language, cards) VALUES ($1, $2, $3, $4) RETURNING id",
            *(name, day, language, cards),
        )
        chosen = await allotting.for_evening(id, cards, day)
        await db.execute("UPDATE letter_evening SET cards = $2 WHERE id = $1", id, len(chosen))
        await audit.record(by, "evening.planned", f"letter evening {id}", {"cards": len(chosen)})
    return id


async def log(evening: int, posted: Collection[int] | None, by: int | None) -> int:
    """Writes down to whom a letter was posted, None for everybody; again to correct it. Returns how many.

    What was held back for the others is free for the next reader.
    """
    async with db.transaction():
        held = await required(evening)
        rows = await db.fetch(
            "SELECT prisoner, posted FROM allotment WHERE batch = $1 ORDER BY prisoner FOR UPDATE", _batch(evening)
        )
        if not rows:
            raise TooLate
        now = {row["prisoner"]: int(posted is None or row["prisoner"] in posted) for row in rows}
        changes = {row["prisoner"]: now[row["prisoner"]] - row["posted"] for row in rows}
        await posting.note({id: more for id, more in changes.items() if more}, held.day, posting.EVENING)
        await _keep(evening, now)
        await audit.record(by, "evening.logged", f"letter evening {evening}", {"letters": sum(now.values())})
    return sum(now.values())


async def required(evening: int) -> Evening:
    """Raises NotFound."""
    row = await db.fetch_one("SELECT * FROM letter_evening WHERE id = $1", evening)
    if row is None:
        raise NotFound
    return _evening(row)


async def seats(evening: Evening, language: str) -> list[Seat]:
    """Its people by name, as long as they are known and may be shown."""
    rows = await db.fetch("SELECT prisoner, posted FROM allotment WHERE batch = $1", _batch(evening.id))
    posted = {row["prisoner"]: row["posted"] > 0 for row in rows}
    people = sorted(await queries.people(list(posted), language), key=lambda person: (person.name, person.id))
    return [Seat(person, posted[person.id]) for person in people]


async def latest(most: int = 100) -> list[Evening]:
    rows = await db.fetch("SELECT * FROM letter_evening ORDER BY day DESC, id DESC LIMIT $1", most)
    return [_evening(row) for row in rows]


async def totals() -> tuple[int, int, int]:
    """Evenings, cards printed, and letters posted, of all time."""
    row = await db.fetch_one(
        "SELECT count(*) AS evenings, coalesce(sum(cards), 0) AS cards, coalesce(sum(posted), 0) AS posted"
        " FROM letter_evening"
    )
    assert row
    return row["evenings"], row["cards"], row["posted"]


async def _keep(evening: int, posted: dict[int, int]) -> None:
    await db.execute(
        "UPDATE allotment a SET posted = said.posted, expires_at = $4"
        " FROM unnest($2::bigint[], $3::int[]) AS said (prisoner, posted)"
        " WHERE a.batch = $1 AND a.prisoner = said.prisoner",
        _batch(evening),
        list(posted),
        list(posted.values()),
        clock.now(),
    )
    await db.execute("UPDATE letter_evening SET posted = $2 WHERE id = $1", evening, sum(posted.values()))


async def _wrong(name: str, day: date | None, language: str, cards: int) -> dict[str, Sentence]:
    wrong: dict[str, Sentence] = {}
    today = await organisations.today()
    if not name:
        wrong["name"] = Sentence("Give the evening a name that you will know it by, such as the place.")
    if day is None or not today + _SOONEST <= day <= today + _LATEST:
        wrong["day"] = Sentence("Please choose a day from the last month to the next six.")
    if language not in LANGUAGES:
        wrong["language"] = Sentence("Please choose one of the languages in the list.")
    if not 1 <= cards <= MOST_CARDS:
        wrong["cards"] = Sentence("Please print between 1 and {most} cards.", most=MOST_CARDS)
    return wrong


def _batch(evening: int) -> str:
    return f"evening {evening}"


def _evening(row: db.Record) -> Evening:
    return Evening(**{field: row[field] for field in Evening.__struct_fields__})

"""Who gets letters and who is forgotten, in figures, for staff."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from statistics import median

import msgspec

from service.cases import publication, queries
from service.cases.publication import Person
from service.kit import clock, db
from service.organisation import queries as organisations

PERIODS = (30, 90, 365)
OLD_ADDRESS = timedelta(days=60)
_MOST_BARS = 12
_MONTHS = 12


class Count(msgspec.Struct, frozen=True):
    """Letters to somebody who can be written to. `recent`: in the period; `coming`: given to writers, not posted."""

    id: int
    facility: int
    weight: int
    recent: int
    ever: int
    last: date | None
    coming: int

    @property
    def total(self) -> int:
        return self.recent + self.coming


class Bar(msgspec.Struct, frozen=True):
    """So many people have from `least` to `most` letters."""

    least: int
    most: int
    people: int


class Spread(msgspec.Struct, frozen=True):
    people: int
    least: int
    median: float
    most: int
    nobody_ever: int
    bars: list[Bar]

    @property
    def longest(self) -> int:
        return max((bar.people for bar in self.bars), default=1) or 1


class Month(msgspec.Struct, frozen=True):
    first: date
    letters: int
    at_evenings: int


class Batch(msgspec.Struct, frozen=True):
    """Letters to come of a mailing, an evening or a day of the page; see tables.Allotment."""

    name: str
    made_at: datetime
    expires_at: datetime
    people: int
    reserved: int
    posted: int

    @property
    def kind(self) -> str:
        return self.name.partition(" ")[0]

    @property
    def which(self) -> str:
        return self.name.partition(" ")[2]


class Transfer(msgspec.Struct, frozen=True):
    """`posted` in the 60 days before we learned of it, `coming`: both to the old address, for all we know."""

    person: Person
    noted_at: datetime
    old: str
    new: str
    posted: int
    coming: int


# $1: the first day of the period; $2: now.
_COUNTS = f"""
    SELECT p.id, p.facility, p.weight, coalesce(said.recent, 0) AS recent, coalesce(said.ever, 0) AS ever, said.last,
           coalesce(reserved.coming, 0) AS coming
      FROM prisoner p JOIN facility f ON f.id = p.facility
      LEFT JOIN (SELECT prisoner, sum(letters) FILTER (WHERE day >= $1) AS recent, sum(letters) AS ever,
                        max(day) FILTER (WHERE letters > 0) AS last
                   FROM letters_posted GROUP BY prisoner) said ON said.prisoner = p.id
      LEFT JOIN (SELECT prisoner, sum(greatest(reserved - posted, 0)) AS coming FROM allotment
                  WHERE expires_at > $2 GROUP BY prisoner) reserved ON reserved.prisoner = p.id
     WHERE {publication.writable("$2")}
"""  # noqa: S608
_TRANSFERS = """
    SELECT s.prisoner, s.noted_at, old.name || ', ' || old.town AS old, new.name || ', ' || new.town AS new,
           (SELECT coalesce(sum(letters), 0) FROM letters_posted l WHERE l.prisoner = s.prisoner
              AND l.day BETWEEN (s.noted_at - $2::interval)::date AND s.noted_at::date) AS posted,
           (SELECT coalesce(sum(greatest(reserved - posted, 0)), 0) FROM allotment a WHERE a.prisoner = s.prisoner
              AND a.made_at BETWEEN s.noted_at - $2::interval AND s.noted_at AND a.expires_at > $3) AS coming
      FROM prisoner_stay s JOIN facility new ON new.id = s.facility
      JOIN LATERAL (SELECT facility FROM prisoner_stay e WHERE e.prisoner = s.prisoner AND e.id < s.id
                     ORDER BY e.id DESC LIMIT 1) before ON true
      JOIN facility old ON old.id = before.facility
     WHERE s.noted_at > $1 ORDER BY s.noted_at DESC, s.id DESC LIMIT 200
"""


async def counts(days: int, facility: int = 0) -> list[Count]:
    """Everybody who can be written to, the most forgotten first. `facility`: 0 for all."""
    rows = await db.fetch(_COUNTS, await organisations.today() - timedelta(days=days), clock.now())
    found = [Count(**dict(row)) for row in rows if facility in (0, row["facility"])]
    return sorted(found, key=lambda one: (one.total, one.last or date.min, -one.weight, one.id))


def of(counted: Sequence[Count]) -> Spread:
    totals = [one.total for one in counted]
    return Spread(
        people=len(totals),
        least=min(totals, default=0),
        median=median(totals) if totals else 0,
        most=max(totals, default=0),
        nobody_ever=sum(one.ever == 0 for one in counted),
        bars=_bars(totals),
    )


async def people(counted: Sequence[Count]) -> dict[int, Person]:
    """As staff see them, by id."""
    return {person.id: person for person in await queries.people([one.id for one in counted], "en")}


async def months() -> list[Month]:
    """The last twelve, the present one first."""
    first = _months_back((await organisations.today()).replace(day=1), _MONTHS - 1)
    rows = await db.fetch(
        "SELECT m::date AS first, coalesce(sum(letters), 0) AS letters,"
        " coalesce(sum(letters) FILTER (WHERE said_by = 'evening'), 0) AS at_evenings"
        " FROM generate_series($1::date::timestamp, $1::date + interval '11 months', interval '1 month') m"
        " LEFT JOIN letters_posted l ON date_trunc('month', l.day::timestamp) = m GROUP BY m ORDER BY m DESC",
        first,
    )
    return [Month(**dict(row)) for row in rows]


async def reservations() -> list[Batch]:
    """Those under way, the latest first."""
    rows = await db.fetch(
        "SELECT batch AS name, min(made_at) AS made_at, max(expires_at) AS expires_at, count(*) AS people,"
        " sum(reserved) AS reserved, sum(least(posted, reserved)) AS posted FROM allotment"
        " WHERE expires_at > $1 GROUP BY batch ORDER BY made_at DESC LIMIT 100",
        clock.now(),
    )
    return [Batch(**dict(row)) for row in rows]


async def transfers() -> list[Transfer]:
    """Of the last 60 days, of people who may be shown."""
    now = clock.now()
    rows = await db.fetch(_TRANSFERS, now - OLD_ADDRESS, OLD_ADDRESS, now)
    known = {person.id: person for person in await queries.people([row["prisoner"] for row in rows], "en")}
    return [
        Transfer(known[row["prisoner"]], row["noted_at"], row["old"], row["new"], row["posted"], row["coming"])
        for row in rows
        if row["prisoner"] in known
    ]


def _bars(totals: Sequence[int]) -> list[Bar]:
    width = max(totals, default=0) // _MOST_BARS + 1
    highest = max(totals, default=-1) // width
    return [
        Bar(step * width, step * width + width - 1, sum(total // width == step for total in totals))
        for step in range(highest + 1)
    ]


def _months_back(first: date, months: int) -> date:
    month = first.year * 12 + first.month - 1 - months
    return date(month // 12, month % 12 + 1, 1)

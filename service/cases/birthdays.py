"""Whose birthday it is: people who are detained and agreed to be shown in full."""

from calendar import monthrange
from datetime import date, timedelta

import msgspec

from service.cases import partial_dates, publication, queries
from service.cases.publication import Person
from service.kit import db
from service.organisation import queries as organisations

LEAP_DAY = "02-29"


class Birthday(msgspec.Struct, frozen=True):
    """`age`: reached on that day; None where the year of birth is not known."""

    day: date
    person: Person
    age: int | None


# Their month and day are known, whether or not the year is; $1 is a facility, 0 any.
_CELEBRATING = rf"""
    WHERE {publication.IN_FULL} AND p.state = 'detained'
      AND p.born ~ '-\d\d-\d\d$' AND ($1::bigint = 0 OR p.facility = $1)
"""
# Over all records: with one that goes in and out again it never comes back to what it was.
_MARK = """
    SELECT md5(coalesce(string_agg(said, ',' ORDER BY id), ''))
      FROM (SELECT p.id, concat_ws(' ', p.id, p.state, p.publication, p.vetoed_at, p.changed_at, f.changed_at) AS said
              FROM prisoner p LEFT JOIN facility f ON f.id = p.facility) each
"""


async def between(first: date, last: date, language: str, facility: int = 0) -> list[Birthday]:
    """Those from `first` to `last`, both included, by day; who was born on 29 February has one every year."""
    born = f"{_CELEBRATING} AND right(p.born, 5) = ANY($2)"
    records = await queries.records(born, facility, _dates_of_birth(first, last))
    people = [person for record in records if (person := publication.shown(record, language))]
    found = [each for person in people for each in _of(person, first, last)]
    return sorted(found, key=lambda each: (each.day, each.person.name, each.person.id))


async def celebrating(language: str, facility: int = 0) -> list[Person]:
    """Everybody who has a birthday that we know, whenever it is."""
    records = await queries.records(f"{_CELEBRATING} ORDER BY p.id", facility)
    return [person for record in records if (person := publication.shown(record, language))]


async def mark() -> str:
    """Changes with everything that `celebrating` gives: who is in it, what is said, and where they are."""
    # With the day, too: an address may be valid until it.
    return f"{await db.fetch_value(_MARK)}-{await organisations.today()}"


def window(today: date, month: int = 0) -> tuple[date, date]:
    """The rest of this month and the two after it; of a chosen `month` (1 to 12) what is still to come."""
    if month:
        year = today.year + (month < today.month)
        return max(today, date(year, month, 1)), _end_of(year, month)
    year, index = divmod(today.year * 12 + today.month - 1 + 2, 12)
    return today, _end_of(year, index + 1)


def _end_of(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def _of(person: Person, first: date, last: date) -> list[Birthday]:
    days = [partial_dates.birthday_in(person.born, year) for year in range(first.year, last.year + 1)]
    return [
        Birthday(day, person, partial_dates.age_on(person.born, day)) for day in days if day and first <= day <= last
    ]


def _dates_of_birth(first: date, last: date) -> list[str]:
    """Month and day (06-02) of whoever celebrates in these days; 29 February always, `_of` knows better."""
    days = (first + timedelta(days=n) for n in range(min((last - first).days, 366) + 1))
    return sorted({f"{day:%m-%d}" for day in days} | {LEAP_DAY})

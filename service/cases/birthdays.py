"""Whose birthday it is: people who are detained and agreed to be shown in full."""

from datetime import date, timedelta

import msgspec

from service.cases import partial_dates, publication, queries
from service.cases.publication import Person


class Birthday(msgspec.Struct, frozen=True):
    """`age`: reached on that day; None where the year of birth is not known."""

    day: date
    person: Person
    age: int | None


LEAP_DAY = "02-29"
# Beside their month and day, whether or not the year is known.
_CELEBRATED = r"""
    WHERE p.publication = 'full' AND p.vetoed_at IS NULL AND p.state = 'detained'
      AND p.born ~ '-\d\d-\d\d$' AND right(p.born, 5) = ANY($1)
"""


async def between(first: date, last: date, language: str) -> list[Birthday]:
    """Those from `first` to `last`, both included, by day; who was born on 29 February has one every year."""
    records = await queries.records(_CELEBRATED, _dates_of_birth(first, last))
    people = [person for record in records if (person := publication.shown(record, language))]
    found = [each for person in people for each in _of(person, first, last)]
    return sorted(found, key=lambda each: (each.day, each.person.name, each.person.id))


def _of(person: Person, first: date, last: date) -> list[Birthday]:
    days = [partial_dates.birthday_in(person.born, year) for year in range(first.year, last.year + 1)]
    return [
        Birthday(day, person, partial_dates.age_on(person.born, day)) for day in days if day and first <= day <= last
    ]


def _dates_of_birth(first: date, last: date) -> list[str]:
    """Month and day (06-02) of whoever celebrates in these days; 29 February always, `_of` knows better."""
    days = (first + timedelta(days=n) for n in range(min((last - first).days, 366) + 1))
    return sorted({f"{day:%m-%d}" for day in days} | {LEAP_DAY})

"""Birthdays as an iCalendar file (RFC 5545) that a calendar may subscribe to."""

from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import urlsplit

from icalendar import TRANSP, Calendar, Event, vText

from service.cases import partial_dates
from service.cases.publication import Person
from service.kit.i18n import lazy as _
from service.kit.settings import settings

TYPE = "text/calendar"
_LEAP_DAY = (2, 29)
_HALF_A_DAY = timedelta(hours=12)


def calendar(people: Sequence[Person], organisation: str, language: str) -> bytes:
    """One event a year for each of `people`, who have a birthday; it is known by the person's key, not the name."""
    made = Calendar.new(
        prodid="-//Hundredfold//Birthdays//EN",
        uid=_own_uid(f"birthdays-{language}"),
        subcomponents=[_event(person) for person in people],
    )
    name = vText(_("{organisation}: birthdays", organisation=organisation).into(language))
    made.add("NAME", name)
    made.add("REFRESH-INTERVAL", _HALF_A_DAY, {"VALUE": "DURATION"})
    # For calendars that do not know RFC 7986.
    made.add("X-WR-CALNAME", name)
    made.add("X-PUBLISHED-TTL", "PT12H")
    return made.to_ical()


def _event(person: Person) -> Event:
    first = partial_dates.birthday_in(person.born, person.published_at.year)
    assert first, "who has no birthday has no event"
    event = Event.new(
        uid=_own_uid(person.key),
        start=first,
        end=first + timedelta(days=1),
        stamp=person.changed_at,
        last_modified=person.changed_at,
        summary=_("Birthday: {name}", name=person.name).into(person.language),
        description=_description(person),
        transparency=TRANSP.TRANSPARENT,
        url=person.url,
    )
    event.add("RRULE", _every_year(person))
    return event


def _own_uid(key: str) -> str:
    return f"{key}@{urlsplit(settings().origin).hostname}"


def _every_year(person: Person) -> dict[str, str | int]:
    if partial_dates.birthday(person.born) == _LEAP_DAY:
        return {"FREQ": "YEARLY", "BYMONTH": 2, "BYMONTHDAY": -1}
    return {"FREQ": "YEARLY"}


def _description(person: Person) -> str:
    year = partial_dates.parts(person.born)[0]
    born = [_("Year of birth: {year}", year=year).into(person.language)] if year else []
    late = [_("A letter takes weeks: please post it early.").into(person.language), ""] if person.address else []
    return "\n".join([*born, *late, *person.address])

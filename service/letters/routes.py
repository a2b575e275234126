"""Postal routes: how long letters to Belarus take from a country, and where none are taken.

What staff have looked up stands in the database; until then the first figures hold, marked as not checked.
"""

import re
from datetime import date

import msgspec

from service.auth import audit
from service.kit import clock, countries, dates, db
from service.kit.errors import Invalid
from service.kit.i18n import Sentence
from service.letters.first_figures import BESIDE, FIRST_FIGURES

# For whoever did not say from where they write.
USUAL_DAYS = 21
LONGEST = 120


class Route(msgspec.Struct, frozen=True):
    """`days`: on the way, where mail is taken. `checked_on`: None for a first figure."""

    country: str
    days: int
    suspended: bool
    source: str = ""
    checked_on: date | None = None

    def name(self, language: str) -> str:
        return countries.name(self.country, language)


async def all() -> list[Route]:
    """Every country that we know of, by its code."""
    looked_up = {row["country"]: Route(**row) for row in await db.fetch(_ROUTES)}
    found = {country: _first(country) for country in FIRST_FIGURES} | looked_up
    return [found[country] for country in sorted(found)]


async def of(country: str) -> Route:
    """One for a country that nobody has looked up yet, too."""
    row = await db.fetch_one(f"{_ROUTES} WHERE country = $1", country)
    return Route(**row) if row else _first(country)


async def lead_days(country: str) -> int | None:
    """How many days before a birthday a letter from there has to be posted; None where none are taken.

    The usual figure for an empty or unknown country.
    """
    route = await of(country)
    return None if route.suspended else route.days


async def suspended() -> list[Route]:
    return [route for route in await all() if route.suspended]


async def names_of_suspended(language: str) -> str:
    """“Finland, Ukraine”, as readers of the language write them; empty where mail is taken everywhere."""
    stopped = sorted(await suspended(), key=lambda route: order(route, language))
    return ", ".join(route.name(language) for route in stopped)


def order(route: Route, language: str) -> int:
    """Its place in the alphabet of a language."""
    return list(countries.names(language)).index(route.country)


def instead(route: Route, known: list[Route]) -> list[Route]:
    """From which of the countries nearby letters can be posted, the quickest first."""
    near = [each for each in known if each.country in BESIDE.get(route.country, ()) and not each.suspended]
    return sorted(near, key=lambda each: each.days)


async def change(country: str, days: str, is_suspended: bool, source: str, checked_on: str, by: int) -> Route:
    """What somebody of the staff looked up, as typed. Raises Invalid."""
    route = _checked(country, days, is_suspended, source, checked_on)
    async with db.transaction():
        await db.execute(
            "INSERT INTO postal_route (country, days, suspended, source, checked_on) VALUES ($1, $2, $3, $4, $5)"
            " ON CONFLICT (country) DO UPDATE SET days = $2, suspended = $3, source = $4, checked_on = $5",
            *msgspec.structs.astuple(route),
        )
        detail = {"days": route.days, "suspended": route.suspended, "source": route.source}
        await audit.record(by, "postal_route.checked", countries.name(country, "en"), detail)
    return route


_ROUTES = "SELECT country, days, suspended, source, checked_on FROM postal_route"


def _first(country: str) -> Route:
    days = FIRST_FIGURES.get(country, USUAL_DAYS)
    return Route(country, days or USUAL_DAYS, days is None)


def _checked(country: str, days: str, is_suspended: bool, source: str, checked_on: str) -> Route:
    wrong: dict[str, Sentence] = {}
    if country not in countries.names("en"):
        wrong["country"] = Sentence("Choose one of the countries.")
    if not (re.fullmatch("[0-9]{1,3}", days) and 1 <= int(days) <= LONGEST):
        wrong["days"] = Sentence("Write a number of days from 1 to 120.")
    day = _day(checked_on)
    if day is None:
        wrong["checked_on"] = Sentence("Choose the day on which you looked it up; it cannot be in the future.")
    if wrong or day is None:
        raise Invalid(wrong)
    return Route(country, int(days), is_suspended, source[:500], day)


def _day(typed: str) -> date | None:
    day = dates.typed(typed)
    return day if day and date(2020, 1, 1) <= day <= clock.now().date() else None

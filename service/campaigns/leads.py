"""How early readers have to be reminded of a birthday, by the country that they post letters from."""

from collections.abc import Iterable, Mapping

import msgspec

from service.kit import countries
from service.letters import routes
from service.organisation.queries import Organisation


class Lead(msgspec.Struct, frozen=True):
    """The countries from which letters take so many days; "" stands for who named none."""

    days: int
    countries: list[str]


class Leads(msgspec.Struct, frozen=True):
    """`own`: where who named no country is taken to post from, "" where that is not known.

    `suspended`: where no mail is taken at all, so that nobody there is reminded.
    """

    groups: list[Lead]
    suspended: list[str]
    own: str

    @property
    def furthest(self) -> int:
        return max((lead.days for lead in self.groups), default=0)


async def known(organisation: Organisation, named: Iterable[str]) -> Leads:
    """Of every country that has a route or is among those that readers `named`, the quickest first."""
    own = countries.of_zone(organisation.zone)
    days = {route.country: None if route.suspended else route.days for route in await routes.all()}
    for country in named:
        if country and country not in days:
            days[country] = await routes.lead_days(country)
    days[""] = await routes.lead_days(own)
    return Leads(_grouped(days), sorted(country for country, lead in days.items() if lead is None), own)


def _grouped(days: Mapping[str, int | None]) -> list[Lead]:
    groups: dict[int, list[str]] = {}
    for country in sorted(days):
        if (lead := days[country]) is not None:
            groups.setdefault(lead, []).append(country)
    return [Lead(lead, groups[lead]) for lead in sorted(groups)]

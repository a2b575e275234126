from typing import Any

import pytest

from service.campaigns import leads
from service.campaigns.leads import Leads
from service.kit import db
from service.organisation import queries as organisations

pytestmark = pytest.mark.usefixtures("database")


async def known(*named: str, **organisation: Any) -> Leads:
    for field, value in organisation.items():
        await db.execute(f"UPDATE organisation SET {field} = $1", value)
    return await leads.known(await organisations.required(), named)


def days(found: Leads, country: str) -> list[int]:
    return [lead.days for lead in found.groups if country in lead.countries]


async def test_who_named_no_country_is_taken_to_post_from_where_the_house_is() -> None:
    found = await known()
    assert (found.own, days(found, ""), days(found, "CH")) == ("CH", [16], [16])
    found = await known(timezone="Europe/Vilnius")
    assert (found.own, days(found, "")) == ("LT", [12])


async def test_a_house_of_no_country_counts_the_usual_days() -> None:
    found = await known(timezone="UTC")
    assert (found.own, days(found, "")) == ("", [21])


async def test_a_country_that_nobody_looked_up_counts_the_usual_days_once_a_reader_named_it() -> None:
    assert days(await known(), "BR") == []
    assert days(await known("BR", ""), "BR") == [21]


async def test_where_the_post_is_suspended_nobody_is_reminded() -> None:
    found = await known("FI")
    assert days(found, "FI") == [] and "FI" in found.suspended
    found = await known(timezone="Europe/Helsinki")
    assert days(found, "") == [] and "" in found.suspended


async def test_what_staff_looked_up_counts() -> None:
    await db.execute("INSERT INTO postal_route (country, days, suspended, source) VALUES ('CH', 9, false, '')")
    found = await known()
    assert (days(found, "CH"), days(found, ""), found.groups[0].days) == ([9], [9], 9)
    assert [lead.days for lead in found.groups] == sorted({lead.days for lead in found.groups})

from datetime import timedelta

import pytest

from service.cases import listing
from service.kit import clock
from tests.make import cases

pytestmark = pytest.mark.usefixtures("database")


async def published(name: str, days_ago: float, designation: str = "active", **others: object) -> int:
    made = await cases.prisoner(name, published_at=clock.now() - timedelta(days=days_ago), **others)
    await cases.status(made, designation=designation)
    return made


async def new_in_the_last_week(most: int = 100) -> list[str]:
    found = await listing.new_since(clock.now() - timedelta(days=7), clock.now(), "en", most)
    return [person.name for person in found]


async def test_new_cases_come_newest_first_and_older_ones_not_at_all():
    await published("Ales Novik", 3)
    await published("Vera Lis", 1)
    await published("Maryna Kavalchuk", 8)
    assert await new_in_the_last_week() == ["Vera Lis", "Ales Novik"]
    assert await new_in_the_last_week(most=1) == ["Vera Lis"]


async def test_one_window_begins_where_the_other_ends():
    await published("Ales Novik", 3)
    moment = (await listing.new_since(clock.now() - timedelta(days=7), clock.now(), "en"))[0].published_at
    assert [p.name for p in await listing.new_since(moment, clock.now(), "en")] == ["Ales Novik"]
    assert await listing.new_since(moment - timedelta(days=7), moment, "en") == []


async def test_only_whom_an_organisation_counts_as_a_political_prisoner_is_a_new_case():
    await published("Ales Novik", 1, "np")
    await cases.prisoner("Vera Lis")
    assert await new_in_the_last_week() == []


async def test_with_initials_alone_somebody_is_new_too_and_hidden_or_free_nobody_is():
    await published("Maryna Kavalchuk", 1, publication="initials")
    await published("Ales Novik", 1, publication="hidden")
    await published("Vera Lis", 1, vetoed_at=clock.now())
    await published("Ihar Bor", 1, state="released")
    assert await new_in_the_last_week() == ["M. K."]

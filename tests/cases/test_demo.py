from datetime import UTC, datetime, timedelta

import pytest

from service.cases import birthdays, demo, queries
from service.kit import clock, db

pytestmark = pytest.mark.usefixtures("database")


@pytest.mark.parametrize("moment", [datetime(2026, 11, 22, 12, tzinfo=UTC), datetime(2028, 2, 27, 12, tzinfo=UTC)])
async def test_the_demo_has_birthdays_in_the_next_two_months_from_any_day(moment):
    with clock.at(moment):
        made = await demo.seed()
        today = clock.now().date()
        coming = await birthdays.between(today, today + timedelta(days=60), "de")
    assert made >= 12
    assert len(coming) >= 8
    assert all(birthday.person.address for birthday in coming)


async def test_the_demo_shows_who_may_be_shown_and_nobody_else():
    await demo.seed()
    ids = [row["id"] for row in await db.fetch("SELECT id FROM prisoner ORDER BY id")]
    people = await queries.people(ids, "en")
    assert len(people) == len(ids) - 1
    assert sum(person.by_initials for person in people) == 1
    assert sum(person.state == "released" for person in people) == 1
    assert sum(bool(person.photo) for person in people) == 1


async def test_the_demo_touches_nothing_where_there_is_somebody():
    assert await demo.seed()
    assert await demo.seed() == 0

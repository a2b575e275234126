"""A mandate ends at midnight where the parliament is, for readers, for staff and for letters alike."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from service.advocacy import area_listing, in_office, register_listing, representing
from service.advocacy.register_listing import Filters
from service.kit import clock, db
from tests.make import advocacy

# One minute around midnight in Tokyo, which is an afternoon in Greenwich.
BEFORE, AFTER = (datetime(2026, 11, 22, 14, 59, tzinfo=UTC), datetime(2026, 11, 22, 15, 1, tzinfo=UTC))


@pytest.fixture
async def tokyo(database: None) -> dict[str, int]:
    """Rosa leaves on the 22nd, Urs follows her on the 23rd."""
    diet = await advocacy.parliament("jp", "JP", "Asia/Tokyo")
    ward = await advocacy.area("T1", "Tokyo 1", country="JP")
    rosa = await advocacy.representative(diet, ward, "Rosa Beispiel", until=date(2026, 11, 22))
    urs = await advocacy.representative(diet, ward, "Urs Neu")
    await db.execute("UPDATE membership SET since = '2026-11-23' WHERE representative = $1", urs)
    return {"ward": ward, "rosa": rosa, "urs": urs}


async def names(when: str) -> list[str]:
    return [row.name for row in (await register_listing.find(Filters(when=when))).rows]


async def test_staff_and_readers_see_the_same_members_at_every_hour(tokyo: dict[str, int]) -> None:
    for moment, sits, comes, was in (
        (BEFORE, "Rosa Beispiel", ["Urs Neu"], []),
        (AFTER, "Urs Neu", [], ["Rosa Beispiel"]),
    ):
        with clock.at(moment):
            assert [member.name for member in await representing.members("en")] == [sits]
            assert (await names("today"), await names("coming"), await names("past")) == ([sits], comes, was)
            assert (await register_listing.figures()).members == 1
            assert (await area_listing.area(tokyo["ward"])).members == 1


async def test_the_page_of_a_member_says_so_too(tokyo: dict[str, int]) -> None:
    with clock.at(BEFORE):
        assert [term.is_today for term in (await register_listing.person(tokyo["rosa"])).terms] == [True]
    with clock.at(AFTER):
        assert [term.is_today for term in (await register_listing.person(tokyo["rosa"])).terms] == [False]


async def test_nobody_sits_whose_only_mandate_is_over(tokyo: dict[str, int]) -> None:
    asked = f"SELECT array_agg(r.id) FROM representative r WHERE {in_office.sits('r.id', '$1')}"
    found: list[Any] = [await db.fetch_value(asked, moment) for moment in (BEFORE, AFTER)]
    assert found == [[tokyo["rosa"]], [tokyo["urs"]]]

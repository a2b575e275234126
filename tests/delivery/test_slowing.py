from datetime import UTC, datetime, timedelta

import pytest

from service.delivery import places, slowing
from service.delivery.slowing import Limit
from service.delivery.strain import Strain
from service.kit import clock, db

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
SAID = "450 4.7.1 too many messages"


@pytest.fixture
async def domain(database: None) -> int:
    places.forget()
    return (await places.domains(["example.net"]))["example.net"]


def after(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


async def slow(domain: int, less: Strain = Strain.RATE, per_second: float = 40, connections: int = 12) -> bool:
    return await slowing.slow_down(domain, less, Limit(per_second, connections), SAID)


async def test_a_domain_without_complaint_has_no_bound(domain: int) -> None:
    assert await slowing.limits() == {}


async def test_a_complaint_about_speed_halves_what_was_just_sent(domain: int) -> None:
    with clock.at(NOON):
        assert await slow(domain)
    assert await slowing.limits() == {domain: Limit(20, None)}


async def test_a_complaint_about_connections_halves_those(domain: int) -> None:
    with clock.at(NOON):
        assert await slow(domain, Strain.CONNECTIONS)
    assert await slowing.limits() == {domain: Limit(None, 6)}


async def test_the_answers_of_one_burst_count_once(domain: int) -> None:
    with clock.at(NOON):
        assert [await slow(domain) for _answer in range(3)] == [True, False, False]
    assert await slowing.limits() == {domain: Limit(20, None)}


async def test_who_goes_on_complaining_gets_less_and_less_but_never_nothing(domain: int) -> None:
    for minute in range(20):
        with clock.at(after(minute)):
            assert await slow(domain)
    assert (await slowing.limits())[domain].per_second == pytest.approx(slowing.LOWEST)


async def test_with_one_connection_left_only_the_speed_can_give(domain: int) -> None:
    for minute in range(5):
        with clock.at(after(minute)):
            await slow(domain, Strain.CONNECTIONS, per_second=8)
    found = (await slowing.limits())[domain]
    assert found.connections == 1 and found.per_second and found.per_second <= 4


async def test_each_quiet_while_gives_a_step_back_until_the_bound_is_gone(domain: int) -> None:
    seen = []
    with clock.at(NOON):
        await slow(domain)
    for minute in range(130):
        with clock.at(after(minute)):
            await slowing.ease()
            seen.append((await slowing.limits()).get(domain, Limit()).per_second)
    assert seen[0] == seen[10] == 20 and seen[11] == seen[20] == 30 and seen[-1] is None
    assert [rate for rate in seen if rate] == sorted(rate for rate in seen if rate)


async def test_a_new_complaint_ends_the_quiet(domain: int) -> None:
    with clock.at(NOON):
        await slow(domain)
    with clock.at(after(11)):
        await slowing.ease()
    with clock.at(after(15)):
        await slow(domain, per_second=30)
    with clock.at(after(24)):
        await slowing.ease()
    assert await slowing.limits() == {domain: Limit(15, None)}


async def test_a_clock_that_was_set_back_does_not_keep_the_bound(domain: int) -> None:
    with clock.at(after(24 * 60)):
        await slow(domain)
    with clock.at(NOON):
        await slowing.ease()
    assert await slowing.limits() == {}


async def test_staff_can_read_what_the_domain_said(domain: int) -> None:
    with clock.at(NOON):
        await slow(domain)
    row = await db.fetch_one("SELECT slowed_at, slowed_by FROM mail_domain WHERE id = $1", domain)
    assert row and (row["slowed_at"], row["slowed_by"]) == (NOON, SAID)

from datetime import UTC, datetime, timedelta

import pytest

from service.delivery import pace, places
from service.delivery.pace import Of, Pace
from service.kit import clock, db

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
async def server(database: None) -> int:
    places.forget()
    return await places.server("relay.example.org:587")


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


async def used_until(paces: list[Pace], seconds: float, each: float = 0.05) -> int:
    """How many mails these processes send in so many seconds when they never rest."""
    sent = 0
    for tick in range(int(seconds / each)):
        with clock.at(after(tick * each)):
            for one in paces:
                if one.wait() is None:
                    await one.more()
                while one.take():
                    sent += 1
    return sent


async def test_ten_a_second_are_ten_a_second(server: int) -> None:
    with clock.at(NOON):
        one = Pace(Of.SERVER, server, 10)
    assert 100 <= await used_until([one], 10) <= 101


async def test_two_workers_together_send_no_more_than_one(server: int) -> None:
    with clock.at(NOON):
        both = [Pace(Of.SERVER, server, 10), Pace(Of.SERVER, server, 10)]
    assert 95 <= await used_until(both, 10) <= 101


async def test_one_mail_in_two_seconds_is_a_pace_too(server: int) -> None:
    with clock.at(NOON):
        one = Pace(Of.SERVER, server, 0.5)
    assert await used_until([one], 10) == 5


async def test_a_pause_does_not_end_with_a_burst(server: int) -> None:
    with clock.at(NOON):
        one = Pace(Of.SERVER, server, 100)
        await one.more()
        assert one.take()
    with clock.at(after(60)):
        assert one.wait() is None
        await one.more()
        assert one.take() and not one.take()


async def test_what_a_dead_worker_took_along_delays_the_others_half_a_second(server: int) -> None:
    with clock.at(NOON):
        await Pace(Of.SERVER, server, 20).more()
        alive = Pace(Of.SERVER, server, 20)
        await alive.more()
        assert alive.wait() == pytest.approx(0.5)


async def test_a_clock_that_jumped_a_day_holds_nobody_up_for_a_day(server: int) -> None:
    with clock.at(after(86_400)):
        await pace.reserve(Of.SERVER, server, timedelta(seconds=1), 1)
    with clock.at(NOON):
        assert await pace.reserve(Of.SERVER, server, timedelta(seconds=1), 1) <= NOON + pace.FARTHEST


async def test_slots_taken_by_a_clock_that_was_set_back_hold_nobody_up_for_a_day(server: int) -> None:
    with clock.at(NOON):
        one = Pace(Of.SERVER, server, 10)
        await one.more()
    with clock.at(NOON - timedelta(days=1)):
        assert one.wait() is None


async def test_a_domain_has_slots_of_its_own(server: int) -> None:
    ids = await places.domains(["example.net", "example.com"])
    with clock.at(NOON):
        for _slot in range(2):
            await pace.reserve(Of.DOMAIN, ids["example.net"], timedelta(seconds=1), 1)
        assert await pace.reserve(Of.DOMAIN, ids["example.com"], timedelta(seconds=1), 1) == NOON


async def test_a_server_that_is_gone_from_the_database_holds_nothing_up(server: int) -> None:
    await db.execute("DELETE FROM mail_server")
    with clock.at(NOON):
        assert await pace.reserve(Of.SERVER, server, timedelta(seconds=1), 1) == NOON

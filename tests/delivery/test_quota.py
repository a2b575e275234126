import asyncio
from datetime import UTC, datetime, timedelta

from service.delivery import quota
from service.delivery.quota import Ration
from service.kit import clock, db

NOON = datetime(2026, 11, 22, 12, 20, tzinfo=UTC)
RELAY = "server relay.example.org:587"


def after(hours: float) -> datetime:
    return NOON + timedelta(hours=hours)


async def granted(most: int, count: int = 100, name: str = RELAY) -> int:
    return (await quota.reserve(name, most, count)).count


async def test_no_more_go_in_a_day_than_the_relay_takes(database: None) -> None:
    with clock.at(NOON):
        assert [await granted(250) for _batch in range(4)] == [100, 100, 50, 0]
        assert await quota.used(RELAY) == 250


async def test_twenty_workers_at_once_share_one_day(database: None) -> None:
    with clock.at(NOON):
        given = await asyncio.gather(*(granted(1000) for _worker in range(20)))
    assert sum(given) == 1000


async def test_what_was_sent_an_hour_later_comes_back_an_hour_later(database: None) -> None:
    with clock.at(NOON):
        await granted(300, 200)
    with clock.at(after(1)):
        assert await granted(300, 200) == 100
    with clock.at(after(24.5)):
        assert await granted(300, 1) == 0
    with clock.at(after(24.7)):
        assert await granted(300, 300) == 200
    with clock.at(after(25.7)):
        assert await granted(300, 300) == 100


async def test_in_no_24_hours_there_is_more_than_the_bound(database: None) -> None:
    sent: list[datetime] = []
    for half_hour in range(150):
        with clock.at(after(half_hour / 2)):
            sent += [clock.now()] * await granted(100, 17)
    for first in sent:
        assert sum(first <= one < first + timedelta(hours=24) for one in sent) <= 100
    assert len(sent) >= 300


async def test_who_waits_is_told_until_when(database: None) -> None:
    with clock.at(NOON):
        await granted(100)
    with clock.at(after(3)):
        told = (await quota.reserve(RELAY, 100, 100)).again_at
    with clock.at(told - timedelta(seconds=1)):
        assert await granted(100) == 0
    with clock.at(told):
        assert await granted(100) == 100


async def test_campaigns_leave_a_share_to_confirmations(database: None) -> None:
    with clock.at(NOON):
        assert await granted(quota.for_campaigns(1000), 5000) == 950
        assert await granted(quota.for_campaigns(1000)) == 0
        assert await granted(1000) == 50


async def test_what_a_run_does_not_use_it_gives_back(database: None) -> None:
    with clock.at(NOON):
        ration = Ration(RELAY, 1000)
        await ration.more()
        assert [ration.take() for _mail in range(30)] == [True] * 30
        await ration.give_back()
        assert await quota.used(RELAY) == 30
        assert not ration.take()


async def test_lanes_that_ask_at_once_reserve_once(database: None) -> None:
    with clock.at(NOON):
        ration = Ration(RELAY, 10_000)
        await asyncio.gather(*(ration.more() for _lane in range(12)))
        assert await quota.used(RELAY) == quota.AT_ONCE


async def test_each_server_has_a_day_of_its_own(database: None) -> None:
    with clock.at(NOON):
        assert await granted(100) == 100
        assert await granted(100, name="server other.example.org:25") == 100


async def test_hours_that_count_no_more_are_removed(database: None) -> None:
    with clock.at(NOON):
        await granted(100)
    with clock.at(after(30)):
        await quota.forget()
        assert await db.fetch_value("SELECT count(*) FROM mail_quota") == 1
    with clock.at(after(60)):
        await quota.forget()
        assert await db.fetch_value("SELECT count(*) FROM mail_quota") == 0

"""What the clock asks for, also while clocks are changed or moved."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from service.kit import clock, db
from service.schedules import leader
from service.schedules.recurring import RECURRING

NOON = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
# When the clocks of Zurich change, and those of Lord Howe Island, which change by half an hour.
CHANGES = [
    datetime(2026, 3, 29, 1, 0, tzinfo=UTC),
    datetime(2026, 10, 25, 1, 0, tzinfo=UTC),
    datetime(2026, 4, 4, 15, 0, tzinfo=UTC),
    datetime(2026, 10, 3, 15, 30, tzinfo=UTC),
]


def asked_at(moment: datetime, asked: dict[str, datetime]) -> list[str]:
    with clock.at(moment):
        return leader.ask_for_due(asked)


def test_each_job_is_asked_for_at_its_pace(database: None) -> None:
    asked: dict[str, datetime] = {}
    assert set(asked_at(NOON, asked)) == set(RECURRING)
    assert asked_at(NOON + timedelta(seconds=4), asked) == []
    assert "delivery.sweep" in asked_at(NOON + timedelta(seconds=5), asked)


def test_a_clock_that_is_set_back_by_a_day_stops_no_job(database: None) -> None:
    asked: dict[str, datetime] = {}
    asked_at(NOON, asked)
    assert set(asked_at(NOON - timedelta(days=1), asked)) == set(RECURRING)
    assert asked_at(NOON - timedelta(days=1, seconds=-4), asked) == []


def test_a_clock_that_jumps_a_day_ahead_asks_once(database: None) -> None:
    asked: dict[str, datetime] = {}
    asked_at(NOON, asked)
    assert sorted(asked_at(NOON + timedelta(days=1), asked)) == sorted(RECURRING)
    assert asked_at(NOON + timedelta(days=1, seconds=4), asked) == []


@pytest.mark.parametrize("change", CHANGES)
def test_when_clocks_change_no_job_is_left_out_or_asked_for_twice(database: None, change: datetime) -> None:
    asked: dict[str, datetime] = {}
    every = RECURRING["subscribers.sweep_imports"]
    begin = change - timedelta(hours=3)
    times = [
        minute
        for minute in range(6 * 60)
        if "subscribers.sweep_imports" in asked_at(begin + minute * timedelta(minutes=1), asked)
    ]
    assert len(times) == timedelta(hours=6) / every


async def test_who_leads_keeps_the_heart_beating_also_while_no_worker_runs(database: None) -> None:
    stopped = asyncio.Event()
    leading = asyncio.create_task(leader._lead(stopped))
    async with asyncio.timeout(5):
        while not await db.fetch_value("SELECT beats FROM heartbeat"):
            await asyncio.sleep(0.01)
        stopped.set()
        await leading

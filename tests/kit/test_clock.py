import asyncio
from datetime import UTC, datetime, timedelta

from service.kit import clock

JUNE = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)


async def test_only_the_task_that_imagines_sees_the_moved_clock() -> None:
    seen: list[datetime] = []
    begun, over = asyncio.Event(), asyncio.Event()

    async def other() -> None:
        await begun.wait()
        seen.append(clock.now())
        over.set()

    task = asyncio.create_task(other())
    with clock.imagined(JUNE):
        begun.set()
        await over.wait()
        assert clock.now() == JUNE
    await task
    assert abs(seen[0] - datetime.now(UTC)) < timedelta(minutes=1)
    assert clock.now() > JUNE


async def test_a_thread_and_a_task_begun_inside_imagine_too() -> None:
    async def inside() -> datetime:
        return clock.now()

    with clock.imagined(JUNE):
        assert await asyncio.to_thread(clock.now) == JUNE
        assert await asyncio.create_task(inside()) == JUNE


def test_one_imagination_within_another_ends_first() -> None:
    with clock.at(JUNE):
        with clock.imagined(JUNE + timedelta(days=1)):
            with clock.imagined(JUNE + timedelta(days=2)):
                assert clock.now() == JUNE + timedelta(days=2)
            assert clock.now() == JUNE + timedelta(days=1)
        assert clock.now() == JUNE


def test_a_second_is_counted_on_the_clock_that_was_moved() -> None:
    assert abs(clock.second() - datetime.now(UTC).timestamp()) < 60
    with clock.at(JUNE + timedelta(milliseconds=1900)):
        assert clock.second() == JUNE.timestamp() + 1
        with clock.imagined(JUNE):
            assert clock.second() == JUNE.timestamp()

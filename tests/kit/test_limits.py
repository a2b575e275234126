from datetime import UTC, datetime, timedelta

import pytest

from service.kit import clock, jobs, limits

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


async def test_the_fourth_try_is_one_too_many_and_the_next_hour_is_free(database: None) -> None:
    with clock.at(NOON):
        for _try in range(3):
            await limits.take("sign-in", "anna", most=3, seconds=3600)
        with pytest.raises(limits.TooMany):
            await limits.take("sign-in", "anna", most=3, seconds=3600)
        await limits.take("sign-in", "boris", most=3, seconds=3600)
    with clock.at(NOON + timedelta(hours=1)):
        await limits.take("sign-in", "anna", most=3, seconds=3600)


async def test_nothing_in_valkey_says_who_it_was(database: None, unlikely: str) -> None:
    await limits.take("sign-up", unlikely, most=3, seconds=60)
    client = jobs.broker().client
    everything = [*client.keys("*"), *(client.get(key) for key in client.keys("limit:*"))]
    assert everything
    assert not any(unlikely.encode() in item for item in everything)


async def test_what_was_forgotten_counts_from_one(database: None) -> None:
    await limits.count("sign-in", "anna", 60)
    await limits.forget("sign-in", "anna", 60)
    assert await limits.count("sign-in", "anna", 60) == 1

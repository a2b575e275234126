"""Links that work once."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

import tests.make.staff as make
from service.auth import links
from service.auth.links import Purpose, Spent
from service.kit import clock, db

MONDAY = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


async def test_of_eight_who_open_a_link_at_once_one_gets_in(database: None) -> None:
    olga = await make.staff("Olga")
    key = await links.make(olga.id, Purpose.SIGN_IN)

    tries = await asyncio.gather(*(links.use(key, Purpose.SIGN_IN) for _ in range(8)), return_exceptions=True)

    assert tries.count(olga.id) == 1
    assert sum(isinstance(answer, Spent) for answer in tries) == 7


async def test_looking_at_a_link_does_not_spend_it(database: None) -> None:
    olga = await make.staff("Olga")
    key = await links.make(olga.id, Purpose.SIGN_IN)

    assert [await links.holder(key, Purpose.SIGN_IN) for _ in range(3)] == [olga.id] * 3
    assert await links.use(key, Purpose.SIGN_IN) == olga.id
    with pytest.raises(Spent):
        await links.holder(key, Purpose.SIGN_IN)


async def test_a_recovery_link_is_no_invitation(database: None) -> None:
    key = await links.make((await make.staff()).id, Purpose.RECOVERY)

    for purpose in (Purpose.SIGN_IN, Purpose.INVITATION):
        with pytest.raises(Spent):
            await links.use(key, purpose)
    assert await links.use(key, Purpose.RECOVERY)


@pytest.mark.parametrize("purpose", list(Purpose))
async def test_a_link_expires(database: None, purpose: Purpose) -> None:
    with clock.at(MONDAY):
        key = await links.make((await make.staff()).id, purpose)
    with clock.at(MONDAY + links.LIFETIME[purpose] - timedelta(minutes=1)):
        assert await links.holder(key, purpose)
    with clock.at(MONDAY + links.LIFETIME[purpose]):
        with pytest.raises(Spent):
            await links.use(key, purpose)
        assert await links.sweep() == 1


async def test_who_was_deactivated_does_not_come_back_by_an_old_link(database: None) -> None:
    olga = await make.staff("Olga")
    key = await links.make(olga.id, Purpose.SIGN_IN)
    await db.execute("UPDATE account SET deactivated_at = now()")

    with pytest.raises(Spent):
        await links.use(key, Purpose.SIGN_IN)


async def test_a_voided_link_and_a_changed_one_do_not_work(database: None) -> None:
    olga = await make.staff("Olga")
    key = await links.make(olga.id, Purpose.RECOVERY)

    for changed in (key[:-1], key + "A", key.swapcase(), "", "é" * 43):
        with pytest.raises(Spent):
            await links.use(changed, Purpose.RECOVERY)
    await links.void(olga.id)
    with pytest.raises(Spent):
        await links.use(key, Purpose.RECOVERY)

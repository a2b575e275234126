"""Codes of the app and recovery codes: each opens once."""

import asyncio
from datetime import UTC, datetime, timedelta

import pyotp
import pytest

import tests.make.staff as make
from service.auth import second_factor
from service.kit import clock, db
from service.kit.errors import Invalid

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def code(secret: str, at: datetime) -> str:
    return pyotp.TOTP(secret).at(at)


async def olga_with_a_phone() -> tuple[int, str, list[str]]:
    olga, secret = await make.staff("Olga"), second_factor.new_secret()
    with clock.at(NOON):
        return olga.id, secret, await second_factor.set_up(olga.id, secret, code(secret, NOON))


async def test_a_code_works_once(database: None) -> None:
    olga, secret, _codes = await olga_with_a_phone()
    later = NOON + timedelta(minutes=2)

    with clock.at(later):
        assert not await second_factor.accepts(olga, code(secret, NOON))
        assert await second_factor.accepts(olga, code(secret, later))
        assert not await second_factor.accepts(olga, code(secret, later))


async def test_the_code_that_set_it_up_does_not_sign_in(database: None) -> None:
    olga, secret, _codes = await olga_with_a_phone()

    with clock.at(NOON):
        assert not await second_factor.accepts(olga, code(secret, NOON))


async def test_of_one_code_sent_ten_times_at_once_one_is_accepted(database: None) -> None:
    olga, secret, _codes = await olga_with_a_phone()
    later = NOON + timedelta(minutes=2)

    with clock.at(later):
        tries = await asyncio.gather(*(second_factor.accepts(olga, code(secret, later)) for _ in range(10)))

    assert sum(tries) == 1


async def test_a_clock_that_is_half_a_minute_late_is_forgiven_and_no_more(database: None) -> None:
    olga, secret, _codes = await olga_with_a_phone()
    later = NOON + timedelta(minutes=10)

    with clock.at(later):
        assert not await second_factor.accepts(olga, code(secret, later - timedelta(seconds=60)))
        assert not await second_factor.accepts(olga, code(secret, later + timedelta(seconds=60)))
        assert await second_factor.accepts(olga, code(secret, later - timedelta(seconds=30)))


async def test_a_recovery_code_opens_once_however_it_is_typed(database: None) -> None:
    olga, _secret, codes = await olga_with_a_phone()

    assert len(set(codes)) == 10
    assert await second_factor.accepts(olga, f" {codes[0].upper().replace('-', ' ')} ")
    assert not await second_factor.accepts(olga, codes[0])
    assert await second_factor.recovery_codes_left(olga) == 9


async def test_olgas_recovery_code_does_not_open_for_anna(database: None) -> None:
    olga, _secret, codes = await olga_with_a_phone()
    anna = await make.staff("Anna")

    assert not await second_factor.accepts(anna.id, codes[0])
    assert await second_factor.accepts(olga, codes[0])


async def test_new_recovery_codes_end_the_old_ones(database: None) -> None:
    olga, _secret, codes = await olga_with_a_phone()

    fresh = await second_factor.renew_recovery_codes(olga)

    assert not await second_factor.accepts(olga, codes[0])
    assert await second_factor.accepts(olga, fresh[0])


async def test_a_wrong_code_sets_nothing_up(database: None) -> None:
    olga = await make.staff("Olga")

    with pytest.raises(Invalid), clock.at(NOON):
        await second_factor.set_up(olga.id, second_factor.new_secret(), "12345x")

    assert await db.fetch_value("SELECT totp_secret IS NULL FROM account")


async def test_a_stolen_dump_holds_neither_secret_nor_codes(database: None) -> None:
    _olga, secret, codes = await olga_with_a_phone()

    rows = [*await db.fetch("SELECT * FROM account"), *await db.fetch("SELECT * FROM recovery_code")]
    dump = str([dict(row) for row in rows])

    assert secret not in dump and secret.encode().hex() not in dump
    assert codes[0] not in dump and codes[0].replace("-", "") not in dump


@pytest.mark.parametrize("nonsense", ["", "é", "٣٣٣٣٣٣", "0" * 5000, "12345", "1234567", "abcd-efgh"])
async def test_nonsense_is_refused_and_breaks_nothing(database: None, nonsense: str) -> None:
    olga, _secret, _codes = await olga_with_a_phone()

    assert not await second_factor.accepts(olga, nonsense)

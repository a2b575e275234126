"""The way in: what guessing meets."""

from collections.abc import Iterator

import argon2
import pytest

import tests.make.staff as make
from service.auth import accounts, passwords, second_factor, sessions, signin
from service.kit import db
from service.kit.limits import TooMany


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Where only the guesses are counted, each takes a millisecond instead of eighty."""
    monkeypatch.setattr(passwords, "_hasher", argon2.PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1))
    passwords._nobody.cache_clear()
    yield
    passwords._nobody.cache_clear()


async def guess(address: str, password: str = "a wrong guess", client: str = "192.0.2.1", device: str = "") -> type:
    try:
        await signin.check_password(address, password, client, device)
    except Exception as refusal:
        return type(refusal)
    return type(None)


async def test_olga_signs_in_whatever_the_case_of_her_address(database: None) -> None:
    olga = await make.staff("Olga")

    for spelt in ("olga@example.org", " Olga@Example.ORG "):
        assert (await signin.check_password(spelt, olga.password, "192.0.2.1")).id == olga.id


async def test_unknown_deactivated_and_invited_people_are_refused_alike(database: None) -> None:
    await make.staff("Olga")
    gone, invited = await make.staff("Ihar"), await make.staff("Anna", password="")
    await db.execute("UPDATE account SET deactivated_at = now() WHERE id = $1", gone.id)

    assert await guess("olga@example.org") is signin.NotSignedIn
    assert await guess("nobody@example.org") is signin.NotSignedIn
    assert await guess(gone.address, gone.password) is signin.NotSignedIn
    assert await guess(invited.address, "") is signin.NotSignedIn
    assert await guess("not an address") is signin.NotSignedIn


@pytest.mark.parametrize("address", ["olga@example.org", "nobody@example.org"])
async def test_the_eleventh_guess_at_an_address_waits_whether_it_exists_or_not(
    database: None, quick: None, address: str
) -> None:
    olga = await make.staff("Olga")

    answers = [await guess(address, client=f"192.0.2.{turn}") for turn in range(11)]

    assert answers == [signin.NotSignedIn] * 10 + [TooMany]
    assert await guess(address.upper(), olga.password, client="192.0.2.99") is TooMany


async def test_one_client_cannot_try_a_password_on_everybody(database: None, quick: None) -> None:
    answers = [await guess(f"person{turn}@example.org") for turn in range(31)]

    assert answers[-2:] == [signin.NotSignedIn, TooMany]


async def test_one_client_who_keeps_guessing_does_not_shut_everybody_out(
    database: None, quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signin, "PER_CLIENT", 3)
    monkeypatch.setattr(signin, "ALTOGETHER", 6)
    olga = await make.staff("Olga")

    answers = [await guess("person@example.org") for _turn in range(9)]

    assert answers[-1] is TooMany
    assert await guess(olga.address, olga.password, client="198.51.100.7") is type(None)


async def test_strangers_who_guess_do_not_shut_olga_out_of_her_own_browser(database: None, quick: None) -> None:
    olga, anna = await make.staff("Olga"), await make.staff("Anna")
    for turn in range(12):
        await guess(olga.address, client=f"192.0.2.{turn}")

    assert await guess(olga.address, olga.password, device=signin.device_cookie(olga.id)) is type(None)
    assert await guess(olga.address, olga.password, device=signin.device_cookie(anna.id)) is TooMany
    assert await guess(olga.address, olga.password, device="forged") is TooMany


async def test_with_a_second_factor_the_password_alone_opens_nothing(database: None) -> None:
    olga = await make.staff("Olga")
    codes = await second_factor.renew_recovery_codes(olga.id)
    await db.execute("UPDATE account SET totp_secret = 'x' WHERE id = $1", olga.id)

    key, complete = await signin.enter(await accounts.get(olga.id), "password", None)
    assert not complete and await sessions.find(key) is None

    full = await signin.complete(key, codes[0])
    assert full != key and await sessions.find(full)
    assert await sessions.find(key, complete=False) is None and await sessions.find(key) is None


async def test_guessing_codes_is_stopped_and_left_in_the_audit(database: None) -> None:
    olga = await make.staff("Olga")
    codes = await second_factor.renew_recovery_codes(olga.id)
    await db.execute("UPDATE account SET totp_secret = NULL WHERE id = $1", olga.id)

    for _ in range(5):
        with pytest.raises(signin.WrongCode):
            await signin.check_code(olga.id, "000000")
    with pytest.raises(TooMany):
        await signin.check_code(olga.id, codes[0])

    assert await db.fetch_value("SELECT count(*) FROM audit WHERE action = 'second_factor.refused'") == 5


async def test_a_hash_of_an_older_cost_is_renewed_at_sign_in(database: None) -> None:
    olga = await make.staff("Olga")
    before = await db.fetch_value("SELECT password_hash FROM account")

    await signin.check_password(olga.address, olga.password, "192.0.2.1")

    after = await db.fetch_value("SELECT password_hash FROM account")
    assert after != before and "m=47104" in after

"""Return paths: opaque, signed, of two weeks, and the same when the secret is changed."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.delivery import verp
from service.delivery.verp import NotOurs, ReturnPaths
from service.kit import clock, keys, rekey, sealing
from service.kit.settings import SettingMissing, read, settings
from service.organisation import queries as organisation
from service.organisation.tables import Organisation
from tests.make.verp import bounce_domain

PEPPER = bytes(range(32))
SUNDAY = datetime(2026, 11, 22, 8, tzinfo=UTC)


@pytest.fixture(autouse=True)
def domain() -> Iterator[None]:
    with bounce_domain(), clock.at(SUNDAY):
        yield


@given(delivery=st.integers(0, 2**64 - 1))
def test_it_leads_back_to_its_delivery_and_fits_into_every_envelope(delivery: int) -> None:
    with bounce_domain():
        paths = ReturnPaths(PEPPER)
        address = paths.address(delivery)
        assert address and re.fullmatch(r"[a-z2-7]{42}@bounces\.example\.org", address)
        assert paths.read(address) == delivery


def test_the_same_mail_has_the_same_one_all_day_and_another_has_another() -> None:
    paths = ReturnPaths(PEPPER)
    with clock.at(SUNDAY + timedelta(hours=9)):
        assert paths.address(7) == ReturnPaths(PEPPER).address(7) != paths.address(8)
    with clock.at(SUNDAY + timedelta(days=1)):
        again = paths.address(7)
    assert again != paths.address(7) and again and paths.read(again) == 7


def test_servers_may_change_its_case_and_put_it_in_brackets() -> None:
    paths = ReturnPaths(PEPPER)
    address = paths.address(7)
    assert address and paths.read(address.upper()) == paths.read(f" <{address}>") == 7


def test_after_two_weeks_it_says_nothing() -> None:
    paths = ReturnPaths(PEPPER)
    address = paths.address(7)
    assert address
    with clock.at(SUNDAY + timedelta(days=verp.DAYS_VALID)):
        assert paths.read(address) == 7
    with clock.at(SUNDAY + timedelta(days=verp.DAYS_VALID + 1)), pytest.raises(NotOurs):
        paths.read(address)


@pytest.mark.parametrize(
    "address",
    ["", "@", "postmaster@bounces.example.org", "anna@example.net", "ı" * 42 + "@bounces.example.org"]
    + [f"{'a' * length}@bounces.example.org" for length in (1, 8, 24, 42, 43, 64, 4000)],
)
def test_what_was_not_made_here_is_refused(address: str) -> None:
    with pytest.raises(NotOurs):
        ReturnPaths(PEPPER).read(address)


def test_one_changed_letter_another_key_or_another_domain_is_refused() -> None:
    paths = ReturnPaths(PEPPER)
    address = paths.address(7)
    assert address
    for place in range(41):
        changed = address[:place] + ("b" if address[place] == "a" else "a") + address[place + 1 :]
        with pytest.raises(NotOurs):
            paths.read(changed)
    for other in (ReturnPaths(PEPPER[::-1]), paths):
        with pytest.raises(NotOurs):
            other.read(address.replace("bounces", "bounces2") if other is paths else address)


async def test_it_stays_readable_when_the_secret_is_changed(database: None, monkeypatch: pytest.MonkeyPatch) -> None:
    address = await verp.address(7)
    assert address
    old, new = f"1:{settings().secrets[1]}", f"2:{'n' * 40}"
    with secret(monkeypatch, f"{new} {old}"):
        [pepper] = [column for column in rekey.sealed_columns([Organisation]) if column.column == "pepper"]
        await rekey.reseal(pepper, lambda done: None)
    with secret(monkeypatch, new):
        assert await verp.address(7) == address and await verp.read(address) == 7


@contextmanager
def secret(monkeypatch: pytest.MonkeyPatch, value: str) -> Iterator[None]:
    cached = (settings, keys.derive, sealing._cipher)
    with monkeypatch.context() as changed:
        changed.setenv("HUNDREDFOLD_SECRET", value)
        for each in cached:
            each.cache_clear()
        yield
    for each in cached:
        each.cache_clear()


async def test_without_a_domain_there_is_none(database: None) -> None:
    address = await verp.address(7)
    with bounce_domain(""):
        assert await verp.address(7) is None
        with pytest.raises(NotOurs):
            await verp.read(str(address))
    assert len(await organisation.pepper()) == 32


@pytest.mark.parametrize("wrong", ["example", "bounces example.org", "bücher.example", "a@example.org", "1.2.3.4"])
def test_a_domain_that_is_none_is_told_at_the_start(wrong: str) -> None:
    given = {"DATABASE_URL": "x", "BROKER_URL": "x", "HUNDREDFOLD_SECRET": "s" * 32}
    with pytest.raises(SettingMissing, match="BOUNCE_DOMAIN"):
        read(given | {"BOUNCE_DOMAIN": wrong})
    assert read(given | {"BOUNCE_DOMAIN": " Bounces.Example.ORG "}).bounce_domain == "bounces.example.org"

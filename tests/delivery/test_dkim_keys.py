"""Keys: made, waiting, signing, resting, removed."""

import asyncio
import base64
from datetime import UTC, datetime, timedelta

import dkim as dkimpy
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from service.delivery import dkim, dkim_keys
from service.delivery.dkim_keys import KeyNotFound, KeyState
from service.delivery.dns.findings import tags
from service.kit import clock, db, keys, rekey, settings
from service.piccolo_app import APP_CONFIG

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("database")


async def signing(domain: str = "example.org") -> list[str]:
    return [key.selector for key in await dkim_keys.active(domain)]


async def test_a_new_key_waits_and_signs_nothing() -> None:
    with clock.at(MONDAY):
        key = await dkim_keys.make("Example.org", "ed25519")
    assert (key.domain, key.selector, key.state) == ("example.org", "hf20260302", KeyState.WAITING)
    assert key.name == "hf20260302._domainkey.example.org"
    assert await signing() == []


async def test_its_record_holds_the_key_that_signs() -> None:
    made = await dkim_keys.make("example.org", "ed25519")
    await dkim_keys.start(made.id)
    [key] = await dkim_keys.active("example.org")
    public = Ed25519PublicKey.from_public_bytes(base64.b64decode(tags(made.value)["p"]))
    assert tags(made.value)["k"] == "ed25519"
    public.verify(key.private.sign(b"a mail"), b"a mail")  # type: ignore[call-arg, union-attr]


@pytest.mark.parametrize("algorithm", ["rsa", "ed25519"])
async def test_what_is_published_is_what_others_check_with(algorithm: str) -> None:
    made = await dkim_keys.make("example.org", algorithm)
    await dkim_keys.start(made.id)
    head, body = b"From: news@example.org\r\nSubject: News\r\n", b"Dear Anna\r\n"
    signature = dkim.Signer(await dkim_keys.active("example.org")).sign(head, body)
    zone = {f"{made.name}.".encode(): made.value.encode()}
    message = dkimpy.DKIM(signature + head + b"\r\n" + body)
    assert message.verify(dnsfunc=lambda name, timeout: zone[name])


async def test_an_rsa_key_has_2048_bits_and_is_parsed_once() -> None:
    made = await dkim_keys.make("example.org", "rsa", "news")
    await dkim_keys.start(made.id)
    [first], [second] = await dkim_keys.active("example.org"), await dkim_keys.active("EXAMPLE.ORG")
    assert isinstance(first.private, RSAPrivateKey) and first.private.key_size == 2048
    assert first is second
    assert made.value.startswith("v=DKIM1; k=rsa; p=MIIB")


async def test_the_database_holds_no_key_that_could_be_read() -> None:
    await dkim_keys.make("example.org", "ed25519")
    sealed: bytes = await db.fetch_value("SELECT private FROM dkim_key")
    assert b"PRIVATE" not in sealed and sealed[0] == keys.current()


async def test_a_new_secret_seals_the_keys_again(monkeypatch: pytest.MonkeyPatch) -> None:
    made = await dkim_keys.make("example.org", "ed25519")
    [column] = [one for one in rekey.sealed_columns(APP_CONFIG.table_classes) if one.table == "dkim_key"]
    assert column.purpose == dkim_keys.PURPOSE

    old = settings.settings().secrets[1]
    monkeypatch.setenv("HUNDREDFOLD_SECRET", f"2:{'n' * 32} 1:{old}")
    settings.settings.cache_clear()
    try:
        assert await rekey.outdated(column) == 1
        assert await rekey.reseal(column, lambda count: None) == 0
        assert (await dkim_keys.get(made.id)).value == made.value
    finally:
        monkeypatch.undo()
        settings.settings.cache_clear()


async def test_the_next_key_takes_over_when_it_starts_and_the_old_one_rests_for_a_week() -> None:
    with clock.at(MONDAY):
        old = await dkim_keys.make("example.org", "ed25519")
        await dkim_keys.start(old.id)
    with clock.at(MONDAY + timedelta(days=300)):
        new = await dkim_keys.make("example.org", "ed25519")
        assert await signing() == [old.selector]
        await dkim_keys.start(new.id)
        assert await signing() == [new.selector]
        assert (await dkim_keys.get(old.id)).state is KeyState.RESTING
        with pytest.raises(dkim_keys.StillNeeded, match="7 days after it stopped"):
            await dkim_keys.remove(old.id)
    with clock.at(MONDAY + timedelta(days=307)):
        assert (await dkim_keys.get(old.id)).state is KeyState.SPENT
        await dkim_keys.remove(old.id)
        with pytest.raises(dkim_keys.KeyNotFound):
            await dkim_keys.get(old.id)


async def test_keys_of_two_kinds_sign_side_by_side() -> None:
    for algorithm in ("ed25519", "rsa"):
        await dkim_keys.start((await dkim_keys.make("example.org", algorithm)).id)
    assert [key.algorithm for key in await dkim_keys.active("example.org")] == ["rsa", "ed25519"]
    assert await signing("example.net") == []


async def test_keys_made_on_one_day_have_different_selectors() -> None:
    with clock.at(MONDAY):
        made = [await dkim_keys.make("example.org", algorithm) for algorithm in ("ed25519", "rsa")]
    assert [key.selector for key in made] == ["hf20260302", "hf20260302-2"]


async def test_a_rested_key_can_sign_again_when_the_new_one_fails() -> None:
    old = await dkim_keys.make("example.org", "ed25519", "old")
    await dkim_keys.start(old.id)
    new = await dkim_keys.make("example.org", "ed25519", "new")
    await dkim_keys.start(new.id)
    await dkim_keys.start(old.id)
    assert await signing() == ["old"]
    assert (await dkim_keys.get(new.id)).state is KeyState.RESTING


async def test_a_retired_key_signs_no_more() -> None:
    key = await dkim_keys.make("example.org", "ed25519")
    await dkim_keys.start(key.id)
    await dkim_keys.retire(key.id)
    assert await signing() == []


async def test_fifty_clicks_on_make_leave_one_key() -> None:
    clicks = [dkim_keys.make("example.org", "ed25519") for _click in range(50)]
    answers = await asyncio.gather(*clicks, return_exceptions=True)
    assert sum(isinstance(answer, dkim_keys.AnotherWaits) for answer in answers) == 49
    assert len(await dkim_keys.listing()) == 1


@pytest.mark.parametrize(
    "domain", ["", "localhost", "example", "exa mple.org", "example\n.org", "-a.org", "a..org", "127.0.0.1"]
)
async def test_what_is_no_domain_gets_no_key(domain: str) -> None:
    with pytest.raises(dkim_keys.BadDomain):
        await dkim_keys.make(domain, "ed25519")


async def test_a_domain_in_other_letters_is_kept_as_the_dns_knows_it() -> None:
    made = await dkim_keys.make("bücher.example.org", "ed25519", "a")
    await dkim_keys.start(made.id)
    assert made.domain == "xn--bcher-kva.example.org"
    assert await signing("bücher.example.org") == ["a"]


@pytest.mark.parametrize("selector", ["a.b", "a b", "_x", "-x", "x" * 64])
async def test_what_is_no_selector_is_refused(selector: str) -> None:
    with pytest.raises(dkim_keys.BadSelector):
        await dkim_keys.make("example.org", "ed25519", selector)


async def test_a_selector_is_taken_once_for_each_domain() -> None:
    await dkim_keys.make("example.org", "ed25519", "news")
    await dkim_keys.make("example.net", "ed25519", "news")
    with pytest.raises(dkim_keys.SelectorTaken, match=r"a key news for example\.org"):
        await dkim_keys.make("example.org", "rsa", "News")
    with pytest.raises(dkim_keys.BadAlgorithm):
        await dkim_keys.make("example.org", "dsa")


async def test_the_audit_tells_what_was_done() -> None:
    with clock.at(MONDAY):
        key = await dkim_keys.make("example.org", "ed25519")
        for change in (dkim_keys.start, dkim_keys.start, dkim_keys.retire, dkim_keys.retire):
            await change(key.id)
    with clock.at(MONDAY + timedelta(days=8)):
        await dkim_keys.remove(key.id)
    told = await db.fetch("SELECT action, subject FROM audit ORDER BY id")
    assert [row["action"] for row in told] == [
        f"dkim_key.{done}" for done in ("made", "started", "retired", "removed")
    ]
    assert {row["subject"] for row in told} == {"key hf20260302"}


async def test_a_number_that_no_key_can_have_is_no_key() -> None:
    for number in (0, 2**31, 2**63 - 1):
        with pytest.raises(KeyNotFound):
            await dkim_keys.get(number)

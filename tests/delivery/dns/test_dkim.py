"""The record of a key, and that the key begins to sign when it is there."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from service.delivery import dkim_keys
from service.delivery import jobs as _declared  # noqa: F401
from service.delivery.dkim_keys import KeyState, PublishedKey
from service.delivery.dns import dkim
from service.delivery.dns.findings import Finding, State
from service.delivery.dns.lookups import Resolver
from service.kit import clock, jobs
from service.schedules.recurring import RECURRING
from tests.make import dns

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
async def key(database: None) -> PublishedKey:
    return await dkim_keys.make("example.org", "ed25519", "news")


async def found(key: PublishedKey, *texts: str) -> Finding:
    async with dns.nameserver({f"TXT {key.name}": texts} if texts else {}) as server:
        return await dkim.find(await dkim_keys.get(key.id), Resolver(server.address))


async def test_a_new_key_waits_for_its_record(key: PublishedKey) -> None:
    finding = await found(key)
    assert finding.state is State.MISSING
    assert [(record.name, record.value) for record in finding.records] == [("news._domainkey.example.org", key.value)]


async def test_it_signs_when_its_record_is_seen_and_not_before(key: PublishedKey) -> None:
    async with dns.nameserver({f"TXT {key.name}": ["v=DKIM1; k=ed25519; p=AAAA"]}) as server:
        await dkim.start_published(Resolver(server.address))
        assert (await dkim_keys.get(key.id)).state is KeyState.WAITING
        server.records[f"TXT {key.name}"] = dns.FAILURE
        await dkim.start_published(Resolver(server.address))
        assert (await dkim_keys.get(key.id)).state is KeyState.WAITING
        server.records[f"TXT {key.name}"] = [key.value]
        await dkim.start_published(Resolver(server.address))
        assert (await dkim_keys.get(key.id)).state is KeyState.SIGNING


async def test_the_clock_asks_for_that_again_and_again(key: PublishedKey) -> None:
    async with dns.configured({f"TXT {key.name}": [key.value]}):
        await jobs.body("delivery.start_keys")()
    assert "delivery.start_keys" in RECURRING
    assert (await dkim_keys.get(key.id)).state is KeyState.SIGNING


async def test_blanks_and_order_do_not_matter(key: PublishedKey) -> None:
    public = key.value.rpartition("p=")[2]
    assert (await found(key, f"p={public[:9]} {public[9:]} ; k = ed25519")).state is State.GOOD


@pytest.mark.parametrize(
    ("record", "told"),
    [
        ("v=DKIM1; k=ed25519; p=", "was withdrawn"),
        ("v=DKIM1; k=ed25519; p={short}", "was cut short"),
        ("v=DKIM1; k=ed25519; p={p}; h=sha1", "does not allow sha256"),
        ("v=DKIM1; k=ed25519; p={p}; s=tlsrpt", "keeps the key from being used for mail"),
        ("v=DKIM1; p={p}", "says “k=rsa”, and the key is “k=ed25519”"),
        ("v=DKIM2; k=ed25519; p={p}", "another version"),
        ("v=DKIM1; k=ed25519; p=!!!", "another key than ours"),
    ],
)
async def test_a_wrong_record_is_told_by_its_fault(key: PublishedKey, record: str, told: str) -> None:
    public = key.value.rpartition("p=")[2]
    finding = await found(key, record.format(p=public, short=public[:20]))
    assert finding.state is State.WRONG
    assert told in finding.lines[0]
    assert finding.records[0].value == key.value


async def test_somebody_elses_key_is_told_with_its_size(key: PublishedKey) -> None:
    other = rsa.generate_private_key(public_exponent=65537, key_size=1024).public_key()
    octets = other.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    finding = await found(key, f"v=DKIM1; p={base64.b64encode(octets).decode()}")
    assert "another key than ours (1024 bits)" in finding.lines[0]


async def test_two_records_are_one_too_many(key: PublishedKey) -> None:
    assert "There are 2 records" in (await found(key, key.value, "v=DKIM1; p=AAAA")).lines[0]


async def test_a_key_that_signs_without_its_record_needs_a_change(key: PublishedKey) -> None:
    await dkim_keys.start(key.id)
    finding = await found(key)
    assert finding.state is State.WRONG and "signatures fail" in finding.lines[0]


async def test_the_record_of_a_resting_key_stays_for_a_week(key: PublishedKey) -> None:
    with clock.at(MONDAY):
        await dkim_keys.start(key.id)
        await dkim_keys.retire(key.id)
        assert (await found(key, key.value)).lines == [
            "It no longer signs. Leave its record in the DNS until 9 March."
        ]
        assert (await found(key)).state is State.BETTER
    with clock.at(MONDAY + timedelta(days=7)):
        finding = await found(key, key.value)
        assert (finding.state, finding.records) == (State.NOTE, [])


async def test_without_a_key_mails_leave_unsigned() -> None:
    finding = dkim.overall("example.org", [])
    assert finding and finding.state is State.MISSING and "unsigned" in finding.lines[0]


async def test_a_key_that_few_can_read_wants_another_beside_it(key: PublishedKey) -> None:
    finding = dkim.overall("example.org", [key])
    assert finding and finding.state is State.BETTER
    other = await dkim_keys.make("example.org", "rsa")
    assert dkim.overall("example.org", [key, other]) is None

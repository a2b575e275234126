"""Where mail comes back to, and that it comes encrypted."""

import asyncio
import gzip
import ssl
import tracemalloc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from service.delivery.dns import incoming
from service.delivery.dns.findings import Finding, State
from service.delivery.dns.incoming import PolicyFiles
from service.delivery.dns.lookups import Resolver
from service.kit import clock
from tests.make import dns

BACK = "bounces.example.org"
MX = {f"MX {BACK}": ["10 mail.example.org."], **dns.host("mail.example.org", "192.0.2.7")}
POLICY = "version: STSv1\r\nmode: enforce\r\nmx: *.example.org\r\nmax_age: 604800\r\n"


async def mx(records: dns.Zone, is_ours: bool = True, host: str = "mail.example.org") -> Finding:
    async with dns.nameserver(records) as server:
        return await incoming.find_mx(BACK, is_ours, host, Resolver(server.address))


async def test_returned_mails_arrive_where_the_record_leads() -> None:
    finding = await mx(MX)
    assert finding.state is State.GOOD
    assert finding.lines == [
        "Mail for bounces.example.org arrives at mail.example.org.",
        "That server has to pass it on to `hundredfold bounces`.",
    ]


async def test_without_a_record_returned_mails_are_lost() -> None:
    finding = await mx({})
    assert finding.state is State.MISSING
    assert [record.zone_line for record in finding.records] == ["bounces.example.org. MX 10 mail.example.org."]
    assert (await mx({}, host="")).records == []


async def test_a_record_that_leads_nowhere_needs_a_change() -> None:
    assert "names lost.example.org" in (await mx({f"MX {BACK}": ["10 lost.example.org."]})).lines[0]
    assert "takes no mail at all" in (await mx({f"MX {BACK}": ["0 ."]})).lines[0]


async def test_without_a_bounce_domain_the_senders_own_has_to_take_mail() -> None:
    finding = await mx(MX, is_ours=False)
    assert finding.state is State.GOOD and "BOUNCE_DOMAIN" in finding.lines[1]
    assert (await mx({f"A {BACK}": ["192.0.2.1"]}, is_ours=False)).state is State.GOOD
    nothing = await mx({}, is_ours=False)
    assert nothing.state is State.WRONG and "neither an MX record nor an address" in nothing.lines[0]


async def test_reports_about_encryption_may_be_asked_for() -> None:
    async with dns.nameserver() as server:
        resolver, name = Resolver(server.address), f"TXT _smtp._tls.{BACK}"
        absent = await incoming.find_tls_rpt(BACK, "hello@example.org", resolver)
        assert (absent.state, absent.records[0].value) == (State.NOTE, "v=TLSRPTv1; rua=mailto:hello@example.org")
        server.records[name] = [absent.records[0].value]
        assert (await incoming.find_tls_rpt(BACK, "hello@example.org", resolver)).state is State.GOOD
        server.records[name] = ["v=TLSRPTv1;"]
        assert (await incoming.find_tls_rpt(BACK, "hello@example.org", resolver)).state is State.WRONG


async def test_mta_sts_may_be_left_out_and_is_explained() -> None:
    moment = datetime(2026, 3, 2, 9, tzinfo=UTC)
    async with dns.nameserver(MX) as server:
        with clock.at(moment):
            finding = await incoming.find_mta_sts(BACK, "", Resolver(server.address), PolicyFiles())
    assert finding.state is State.NOTE
    assert "not about what you send" in finding.purpose
    record, file = finding.records
    assert (record.name, record.value) == (f"_mta-sts.{BACK}", "v=STSv1; id=202603020900")
    assert file.value == "version: STSv1\nmode: testing\nmx: mail.example.org\nmax_age: 604800"


@pytest.mark.parametrize(
    ("policy", "state", "told"),
    [
        (POLICY, State.GOOD, "names the servers"),
        (POLICY.replace("*.", "mail."), State.GOOD, "names the servers"),
        (POLICY.replace("*.example.org", "mail.example.net"), State.WRONG, "leaves out mail.example.org"),
        (POLICY.replace("enforce", "strict"), State.WRONG, "a mode"),
        ("", State.WRONG, "version"),
        (None, State.WRONG, "cannot be read"),
    ],
)
async def test_a_policy_is_read_over_https(
    trusted: tuple[ssl.SSLContext, ssl.SSLContext], policy: str | None, state: State, told: str
) -> None:
    ours, theirs = trusted
    records = {**MX, f"TXT _mta-sts.{BACK}": ["v=STSv1; id=1"], f"A mta-sts.{BACK}": ["127.0.0.1"]}
    async with site(ours, policy) as port, dns.nameserver(records) as server:
        finding = await incoming.find_mta_sts(BACK, "", Resolver(server.address), PolicyFiles(port, theirs))
    assert finding.state is state, finding.lines
    assert told in finding.lines[0]


async def test_a_policy_with_a_certificate_that_nobody_signed_is_not_read(
    trusted: tuple[ssl.SSLContext, ssl.SSLContext],
) -> None:
    records = {**MX, f"TXT _mta-sts.{BACK}": ["v=STSv1; id=1"], f"A mta-sts.{BACK}": ["127.0.0.1"]}
    async with site(trusted[0], POLICY) as port, dns.nameserver(records) as server:
        finding = await incoming.find_mta_sts(BACK, "", Resolver(server.address), PolicyFiles(port))
    assert "cannot be read" in finding.lines[0]


async def test_a_policy_that_is_packed_is_not_unpacked(trusted: tuple[ssl.SSLContext, ssl.SSLContext]) -> None:
    ours, theirs = trusted
    records = {f"A mta-sts.{BACK}": ["127.0.0.1"]}
    packed = gzip.compress(bytes(20_000_000), 6)
    async with site(ours, packed, "Content-Encoding: gzip\r\n") as port, dns.nameserver(records) as server:
        tracemalloc.start()
        await PolicyFiles(port, theirs).read(BACK, Resolver(server.address))
        _now, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert most < 3_000_000


@pytest.fixture(scope="module")
def trusted(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """The contexts of a site for mta-sts.bounces.example.org, and of those who trust it."""
    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a test")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, private.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(f"mta-sts.{BACK}")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(private, hashes.SHA256())
    )
    file: Path = tmp_path_factory.mktemp("site") / "site.pem"
    key = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(key + certificate.public_bytes(Encoding.PEM))
    ours = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ours.load_cert_chain(file)
    return ours, ssl.create_default_context(cafile=str(file))


@asynccontextmanager
async def site(context: ssl.SSLContext, policy: str | bytes | None, header: str = "") -> AsyncIterator[int]:
    """Answers every request with the policy; None: there is no such file."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked = await reader.readuntil(b"\r\n\r\n")
        assert asked.startswith(b"GET /.well-known/mta-sts.txt ") and f"Host: mta-sts.{BACK}\r\n".encode() in asked
        status = "404 Not Found" if policy is None else "200 OK"
        body = policy.encode() if isinstance(policy, str) else policy or b""
        length = f"Content-Length: {len(body)}\r\nConnection: close\r\n"
        writer.write(f"HTTP/1.1 {status}\r\n{header}{length}\r\n".encode() + body)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=context)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await server.wait_closed()

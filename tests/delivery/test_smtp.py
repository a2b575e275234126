"""Encryption, sign-in, weights, fail-over and kept connections, against real servers on TCP."""

import socket
import ssl
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from service.delivery import connecting, queries, sending, servers, smtp
from service.delivery.letter import Letter
from service.delivery.relay import Relay
from service.delivery.servers import BadSmtpUrl
from service.kit import clock
from tests.make import mailings
from tests.make import smtp as offices


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Key and certificate of localhost in one file, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(clock.now() - timedelta(days=1))
        .not_valid_after(clock.now() + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file = tmp_path_factory.mktemp("tls") / "both.pem"
    file.write_bytes(private + made.public_bytes(pem))
    return file


@pytest.fixture
def tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@pytest.fixture
def trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """This machine trusts the certificate."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    connecting.trust.cache_clear()
    yield
    connecting.trust.cache_clear()


async def sent(work: Any, url: str) -> queries.Progress:
    async with offices.smtp_url(url):
        mailing = await mailings.started(2)
        await work()
        progress = await queries.progress(mailing)
        assert progress
        return progress


@pytest.mark.parametrize("scheme", ["smtp", "smtp+starttls", "smtps"])
async def test_mail_goes_out_encrypted_where_the_certificate_is_trusted(
    work: Any, tls: ssl.SSLContext, trusted: None, scheme: str
) -> None:
    given = {"tls": tls} if scheme == "smtps" else {"starttls": tls}
    async with offices.office(configured=False, **given) as office:  # type: ignore[arg-type]
        assert (await sent(work, f"{scheme}://localhost:{office.port}")).books.sent == 2
        connection = await connecting.connect(servers.server(f"{scheme}://localhost:{office.port}"))
        assert connection.encrypted
        await connection.close()


@pytest.mark.parametrize("scheme", ["smtp", "smtp+starttls", "smtps"])
async def test_an_untrusted_certificate_pauses_with_a_sentence_and_sends_nothing(
    work: Any, tls: ssl.SSLContext, scheme: str
) -> None:
    given = {"tls": tls} if scheme == "smtps" else {"starttls": tls}
    async with offices.office(configured=False, **given) as office:  # type: ignore[arg-type]
        progress = await sent(work, f"{scheme}://localhost:{office.port}")
        assert (progress.state, progress.books.open) == ("paused", 2)
        assert "cannot be trusted" in progress.trouble
        assert not office.received


async def test_on_this_machine_the_certificate_may_be_left_unverified(work: Any, tls: ssl.SSLContext) -> None:
    async with offices.office(configured=False, starttls=tls) as office:
        assert (await sent(work, f"smtp+starttls://localhost:{office.port}?verify=no")).books.sent == 2


async def test_a_server_without_starttls_is_refused_where_it_was_asked_for(work: Any) -> None:
    async with offices.office(configured=False) as office:
        progress = await sent(work, f"smtp+starttls://localhost:{office.port}")
        assert progress.state == "paused" and "STARTTLS" in progress.trouble
        assert not office.received


async def test_user_and_password_are_percent_decoded(work: Any) -> None:
    async with offices.office(configured=False, users={"news@example.org": "p@ss/word"}) as office:
        url = f"smtp://news%40example.org:p%40ss%2Fword@127.0.0.1:{office.port}"
        assert (await sent(work, url)).books.sent == 2


async def test_a_wrong_password_pauses_with_a_sentence_that_does_not_show_it(work: Any) -> None:
    async with offices.office(configured=False, users={"news": "right"}) as office:
        progress = await sent(work, f"smtp://news:wrongword@127.0.0.1:{office.port}")
        assert (progress.state, progress.books.open) == ("paused", 2)
        assert "sign-in" in progress.trouble and "wrongword" not in progress.trouble


async def test_a_server_that_is_not_there_is_told_in_plain_words() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(connecting.CannotConnect) as raised:
        await connecting.connect(servers.server(f"smtp://127.0.0.1:{port}"))
    assert raised.value.reply.text == "connection refused"


async def test_connections_are_kept_for_many_mails(work: Any) -> None:
    async with offices.office() as office:
        await mailings.started(200)
        await work()
        assert len(office.received) == 200
        assert office.connections <= sending.LANES


async def test_two_servers_share_the_mails_by_weight(work: Any) -> None:
    async with offices.office(configured=False) as large, offices.office(configured=False) as small:
        await sent_to(work, f"{large.url}?weight=3 {small.url}?weight=1", 200)
        assert (len(large.received), len(small.received)) == (150, 50)


async def test_a_dead_server_leaves_everything_to_the_other(work: Any) -> None:
    async with offices.office(configured=False) as alive:
        await sent_to(work, f"smtp://127.0.0.1:1?weight=5 {alive.url}", 50)
        assert len(set(alive.recipients)) == len(alive.received) == 50


async def test_a_connection_that_the_server_ended_while_idle_costs_nobody_the_mail(work: Any) -> None:
    async with offices.office() as office:
        first = await mailings.started(2)
        await work()
        kept = office.connections
        office.rule = lambda phase, who: "421 4.4.2 idle" if phase == "mail" and office.connections == kept else None
        second = await mailings.started(2)
        await work()
        assert [await mailings.states(id) for id in (first, second)] == [{"sent": 2}, {"sent": 2}]


async def sent_to(work: Any, urls: str, count: int) -> None:
    async with offices.smtp_url(urls):
        mailing = await mailings.started(count)
        await work()
        assert await mailings.states(mailing) == {"sent": count}


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://mail.example.org", "begins with smtp"),
        ("smtp://", "names a host"),
        ("smtp://mail.example.org:port", "not an address"),
        ("smtp://mail.example.org?wieght=2", "wieght"),
        ("smtp://mail.example.org?weight=0", "weight"),
        ("smtp://mail.example.org?verify=no", "this machine only"),
    ],
)
def test_a_wrong_smtp_url_is_told_without_its_password(url: str, said: str) -> None:
    with pytest.raises(BadSmtpUrl, match=said) as told:
        servers.server(url.replace("//mail", "//user:hunter2@mail"))
    assert "hunter2" not in str(told.value)


async def test_a_password_is_never_sent_unencrypted_over_a_network(monkeypatch: pytest.MonkeyPatch) -> None:
    async with offices.office(configured=False, users={"news": "right"}) as office:
        monkeypatch.setattr(connecting, "is_loopback", lambda host: False)
        with pytest.raises(connecting.CannotConnect, match="no encryption"):
            await connecting.connect(servers.server(f"smtp://news:right@127.0.0.1:{office.port}"))


async def test_who_does_not_hold_the_mail_any_more_hands_over_nothing_of_it() -> None:
    async with offices.office() as office:
        connection = await connecting.connect(servers.server(office.url))
        letter = Letter("news@example.org", "anna@example.net", [b"Subject: News\r\n\r\nHello\r\n"])
        with pytest.raises(smtp.TooLate):
            await connection.hand_over(letter, still_ours=lambda: False)
        assert office.commands["MAIL"] == 1 and not office.received and not connection.usable


async def test_a_server_without_pipelining_is_offered_nothing_ahead() -> None:
    async with offices.office() as office:
        connection = await connecting.connect(servers.server(office.url))
        mails = [Letter("news@example.org", f"{name}@example.net", [b"Subject: News\r\n\r\n"]) for name in ("a", "b")]
        assert (await connection.hand_over(mails[0], then=mails[1])).code == 250
        assert connection.opened is None and connection.usable
        assert (await connection.hand_over(mails[1])).code == 250
        await connection.close()


@pytest.mark.parametrize(("bounds", "goes_on"), [("", True), ("?rate=50", False), ("?daily=100", False)])
async def test_a_server_that_takes_so_many_and_no_more_is_not_hurried(
    database: None, bounds: str, goes_on: bool
) -> None:
    way = Relay([servers.server(f"smtp://127.0.0.1:2525{bounds}")])
    while (place := way.enter()) is None:
        await way.provide()
    assert way.goes_on(place) is goes_on
    way.leave(place)


async def test_where_reports_are_offered_only_failures_are_asked_for_with_nothing_personal(work: Any) -> None:
    async with offices.office(offers=["DSN"]) as office:
        mailing = await mailings.started(1)
        await work()
        [said] = office.received
        mail, rcpt = office.envelopes
        unique = str(said.parsed["Message-ID"]).strip("<>").partition("@")[0]
        assert mail.endswith(f" RET=HDRS ENVID={unique}")
        assert rcpt == "TO:<reader1@example.net> NOTIFY=FAILURE"
        assert (await queries.books(mailing)).sent == 1


async def test_where_reports_are_not_offered_none_are_asked_for(work: Any) -> None:
    async with offices.office() as office:
        await mailings.started(1)
        await work()
        mail, rcpt = office.envelopes
        assert mail.startswith("FROM:<news@example.org>") and "ENVID" not in mail
        assert rcpt == "TO:<reader1@example.net>"

"""All records together: of the situation that the settings describe, in time, and whatever answers."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from service.delivery import dkim_keys
from service.delivery.dns import report
from service.delivery.dns.findings import Finding, State
from service.delivery.dns.lookups import Resolver
from service.kit import db
from service.kit.settings import settings
from tests.make import dns

pytestmark = pytest.mark.usefixtures("database")

TITLES = ["SPF", "DKIM", "DMARC", "Reverse name (PTR)", "MX", "MTA-STS", "TLS reports"]


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """`environment(SMTP_URL="…")`: the settings of this test."""

    def change(**variables: str) -> None:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        settings.cache_clear()

    yield change
    monkeypatch.undo()
    settings.cache_clear()


@pytest.fixture
async def sender(database: None) -> None:
    await db.execute("UPDATE organisation SET sender_address = 'News@Example.org', contact_address = 'a@example.net'")


async def found(records: dns.Zone | None = None, **how: Any) -> dict[str, Finding]:
    async with dns.nameserver(records) as server:
        findings = await report.report(await report.situation(), Resolver(server.address), **how)
    return {finding.title: finding for finding in findings}


async def test_the_situation_is_what_the_settings_say(sender: None, environment: Any) -> None:
    environment(SMTP_URL="smtp://mail.example.org smtps://u:p@smtp.sendgrid.net", BOUNCE_DOMAIN="bounces.example.org")
    at = await report.situation()
    assert (at.sender, at.back, at.takes_mail) == ("example.org", "bounces.example.org", "mail.example.org")
    assert at.reports_to == "News@Example.org"
    assert [server.label for server in at.servers] == ["mail.example.org:25", "smtp.sendgrid.net:465"]
    assert "u:p" not in repr(at)


async def test_where_nothing_is_set_up_everything_is_told(sender: None, environment: Any) -> None:
    environment(SMTP_URL="smtp://mail.example.org", BOUNCE_DOMAIN="bounces.example.org")
    findings = await found()
    assert list(findings) == TITLES
    states = [finding.state for finding in findings.values()]
    assert states == [State.MISSING] * 3 + [State.NOTE, State.MISSING, State.NOTE, State.NOTE]
    assert findings["SPF"].records[0].name == "bounces.example.org"
    assert findings["DMARC"].records[0].name == "_dmarc.example.org"


async def test_a_domain_that_is_set_up_has_nothing_to_change(sender: None, environment: Any) -> None:
    environment(SMTP_URL="smtp://mail.example.org", BOUNCE_DOMAIN="bounces.example.org")
    key = await dkim_keys.make("example.org", "rsa", "news")
    await dkim_keys.start(key.id)
    findings = await found(
        {
            "TXT bounces.example.org": ["v=spf1 a:mail.example.org -all"],
            f"TXT {key.name}": [key.value],
            "TXT _dmarc.example.org": ["v=DMARC1; p=quarantine; rua=mailto:news@example.org"],
            "MX bounces.example.org": ["10 mail.example.org."],
            "TXT _smtp._tls.bounces.example.org": ["v=TLSRPTv1; rua=mailto:news@example.org"],
            **dns.host("mail.example.org", "192.0.2.7"),
        }
    )
    assert {title: finding.lines for title, finding in findings.items() if finding.state is not State.GOOD} == {
        "MTA-STS": ["You can do without it. It takes a record, and a file on a site with a valid certificate."]
    }
    assert "DKIM, key news" in findings


async def test_where_nobody_answers_it_is_said_in_time_and_what_to_write_stays(
    sender: None, environment: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment(SMTP_URL="smtp://mail.example.org")
    silent = {f"{kind} {name}": dns.SILENCE for kind, name in SILENT}
    for name in ("_TRY", "_PATIENCE"):
        monkeypatch.setattr(f"service.delivery.dns.lookups.{name}", 3600)
    async with asyncio.timeout(60):
        findings = await found(silent, patience=0.2)
    assert {finding.state for title, finding in findings.items() if title != "DKIM"} == {State.UNKNOWN}
    assert findings["DMARC"].lines == ["The DNS did not answer in time. Look again in a minute."]
    assert findings["SPF"].records[0].value == "v=spf1 a:mail.example.org ~all"


SILENT = [
    ("TXT", "example.org"),
    ("TXT", "_dmarc.example.org"),
    ("A", "mail.example.org"),
    ("MX", "example.org"),
    ("TXT", "_mta-sts.example.org"),
    ("TXT", "_smtp._tls.example.org"),
]


async def test_a_server_that_fails_is_no_crash(sender: None) -> None:
    findings = await found({f"{kind} {name}": dns.FAILURE for kind, name in SILENT})
    assert findings["MX"].lines == ["The DNS gave no usable answer about example.org."]


async def test_mail_that_is_caught_here_has_no_server(sender: None, environment: Any, tmp_path: Any) -> None:
    environment(SMTP_URL="smtp://127.0.0.1:2525", HUNDREDFOLD_CAUGHT=str(tmp_path))
    at = await report.situation()
    assert at.caught and at.servers == ()


async def test_a_sender_of_no_domain_is_told(environment: Any) -> None:
    await db.execute("UPDATE organisation SET sender_address = 'news@localhost'")
    with pytest.raises(dkim_keys.BadDomain, match="“localhost” is no domain"):
        await report.situation()

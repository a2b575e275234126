"""DMARC, as receivers read it for the sender's domain."""

import pytest

from service.delivery.dns import dmarc
from service.delivery.dns.findings import Finding, State
from service.delivery.dns.lookups import Resolver
from tests.make import dns

WATCHING = "v=DMARC1; p=none; rua=mailto:hello@example.org"


async def found(
    records: dns.Zone, sender: str = "example.org", back: str = "", signed: bool = True, to: str = "hello@example.org"
) -> Finding:
    async with dns.nameserver(records) as server:
        return await dmarc.find(sender, back or sender, to, signed, Resolver(server.address))


async def test_without_a_record_one_that_only_watches_is_written() -> None:
    finding = await found({})
    assert finding.state is State.MISSING
    assert [(record.name, record.value) for record in finding.records] == [("_dmarc.example.org", WATCHING)]


async def test_a_record_that_watches_is_in_order_and_says_what_comes_next() -> None:
    finding = await found({"TXT _dmarc.example.org": [WATCHING]})
    assert (finding.state, finding.records) == (State.GOOD, [])
    assert "write “p=quarantine”" in finding.lines[0]


async def test_the_record_of_the_domain_above_holds_with_its_word_for_those_below() -> None:
    above = {"TXT _dmarc.example.org": [f"{WATCHING}; sp=reject"]}
    finding = await found(above, sender="news.example.org")
    assert finding.lines == ["Mail that pretends to come from you is refused (by the record of example.org)."]
    own = {**above, "TXT _dmarc.news.example.org": [WATCHING.replace("none", "quarantine")]}
    assert (await found(own, sender="news.example.org")).lines == [
        "Mail that pretends to come from you is put aside as suspicious."
    ]


async def test_two_records_are_none() -> None:
    finding = await found({"TXT _dmarc.example.org": [WATCHING, "v=DMARC1; p=reject"]})
    assert finding.state is State.WRONG and "Keep one" in finding.lines[0]


@pytest.mark.parametrize("record", ["v=DMARC1", "v=DMARC1; p=nothing", "v=DMARC1; rua=mailto:hello@example.org"])
async def test_a_record_that_says_nothing_needs_a_change(record: str) -> None:
    finding = await found({"TXT _dmarc.example.org": [record]})
    assert finding.state is State.WRONG
    assert finding.records[0].value == WATCHING


async def test_reports_that_nobody_gets_could_be_better() -> None:
    finding = await found({"TXT _dmarc.example.org": ["v=DMARC1; p=reject;"]})
    assert finding.state is State.BETTER
    assert finding.records[0].value == "v=DMARC1; p=reject; rua=mailto:hello@example.org"


async def test_reports_go_to_another_domain_only_when_it_agrees() -> None:
    abroad = {
        "TXT _dmarc.example.org": ["v=DMARC1; p=none; rua=mailto:x@reports.example.net!10m,mailto:a@example.org"]
    }
    finding = await found(abroad)
    assert finding.state is State.BETTER
    assert "reports.example.net has not agreed" in finding.lines[0]
    agreed = {**abroad, "TXT example.org._report._dmarc.reports.example.net": ["v=DMARC1"]}
    assert (await found(agreed)).state is State.GOOD


@pytest.mark.parametrize(
    ("back", "signed", "strict", "state"),
    [
        ("example.org", False, "; aspf=s", State.GOOD),
        ("bounces.example.org", False, "", State.GOOD),
        ("bounces.example.org", False, "; aspf=s", State.WRONG),
        ("bounces.example.org", True, "; aspf=s; adkim=s", State.GOOD),
        ("bounces.example.net", False, "", State.WRONG),
        ("bounces.example.net", True, "", State.GOOD),
    ],
)
async def test_spf_or_the_signature_has_to_stand_for_the_sender(
    back: str, signed: bool, strict: str, state: State
) -> None:
    finding = await found({"TXT _dmarc.example.org": [WATCHING + strict]}, back=back, signed=signed)
    assert finding.state is state, finding.lines

"""The names of the addresses that mail comes from."""

from service.delivery.dns import reverse
from service.delivery.dns.findings import Finding, State
from service.delivery.dns.lookups import Resolver
from service.delivery.dns.relays import Outgoing, outgoing
from tests.make import dns

OWN = outgoing("mail.example.org", "mail.example.org:25", "example.org", "news.example.org")
LOCAL = outgoing("127.0.0.1", "127.0.0.1:25", "example.org", "news.example.org")
RELAY = outgoing("smtp.postmarkapp.com", "smtp.postmarkapp.com:587", "example.org", "news.example.org")


async def found(records: dns.Zone, *servers: Outgoing) -> Finding:
    async with dns.nameserver(records) as server:
        return await reverse.find(servers, Resolver(server.address))


async def test_a_server_whose_name_leads_back_is_in_order() -> None:
    finding = await found(dns.host("mail.example.org", "192.0.2.7"), OWN)
    assert finding.state is State.GOOD
    assert finding.lines == ["192.0.2.7 is mail.example.org, both ways."]


async def test_an_address_without_a_name_is_to_be_given_one() -> None:
    finding = await found({"A mail.example.org": ["192.0.2.7"]}, OWN)
    assert finding.state is State.MISSING
    assert [(record.kind, record.name, record.value) for record in finding.records] == [
        ("PTR", "7.2.0.192.in-addr.arpa", "mail.example.org")
    ]
    assert "hosting provider" in finding.lines[0]


async def test_a_name_that_leads_elsewhere_counts_for_nothing() -> None:
    records = {
        "A mail.example.org": ["192.0.2.7"],
        "PTR 7.2.0.192.in-addr.arpa": ["static-7.example.net."],
        "A static-7.example.net": ["192.0.2.8"],
    }
    assert (await found(records, OWN)).state is State.MISSING


async def test_each_address_of_a_server_wants_a_name() -> None:
    records = {**dns.host("mail.example.org", "192.0.2.7"), "AAAA mail.example.org": ["2001:db8::7"]}
    finding = await found(records, OWN)
    assert [record.name for record in finding.records] == [f"7.{'0.' * 23}8.b.d.0.1.0.0.2.ip6.arpa"]


async def test_the_names_of_somebody_elses_server_are_their_affair() -> None:
    finding = await found({}, RELAY)
    assert finding.state is State.NOTE
    assert finding.lines == ["smtp.postmarkapp.com belongs to somebody else, who looks after its names."]


async def test_a_server_on_this_machine_is_taken_for_the_site_and_that_is_said() -> None:
    finding = await found({"A news.example.org": ["192.0.2.80"]}, LOCAL)
    assert finding.state is State.BETTER
    assert finding.lines[0].startswith("Your mail server is on this machine, which we take for news.example.org:")


async def test_without_a_server_there_is_nothing_to_look_at() -> None:
    assert (await found({})).state is State.NOTE
    assert "has no address" in (await found({}, OWN)).lines[0]

"""SPF, as a receiver follows it, and what it takes for our servers to be let in."""

from collections.abc import Mapping, Sequence

import pytest

from service.delivery.dns import spf
from service.delivery.dns.findings import Finding, State
from service.delivery.dns.lookups import Resolver
from service.delivery.dns.relays import Outgoing, outgoing
from tests.make import dns

OWN = outgoing("mail.example.org", "mail.example.org:25", "example.org", "news.example.org")
LOCAL = outgoing("127.0.0.1", "127.0.0.1:25", "example.org", "news.example.org")
HIDDEN = outgoing("localhost", "localhost:25", "example.org", "localhost")
AMAZON = outgoing("email-smtp.eu-west-1.amazonaws.com", "email-smtp.eu-west-1.amazonaws.com:587", "example.org", "")
STRANGER = outgoing("smtp.example.net", "smtp.example.net:587", "example.org", "")

MAIL = dns.host("mail.example.org", "192.0.2.7", "2001:db8::7")


async def found(record: str | list[str], servers: Sequence[Outgoing] = (OWN,), more: Mapping = MAIL) -> Finding:
    texts = [record] if isinstance(record, str) else record
    async with dns.nameserver({**({"TXT example.org": texts} if record else {}), **more}) as server:
        return await spf.find("example.org", servers, Resolver(server.address))


async def test_a_record_that_lets_our_server_send_is_in_order() -> None:
    finding = await found(["something else", "v=spf1 a:mail.example.org -all"])
    assert (finding.state, finding.records) == (State.GOOD, [])
    assert finding.lines == ["The record lets your servers send (1 of 10 look-ups used)."]
    assert finding.there == ["v=spf1 a:mail.example.org -all"]


@pytest.mark.parametrize(
    "record",
    [
        "v=spf1 ip4:192.0.2.0/24 ip6:2001:db8::/32 ~all",
        "V=SPF1 A:MAIL.example.org/28//64 ~all",
        "v=spf1 mx ~all",
        "v=spf1 include:spf.example.net ~all",
        "v=spf1 redirect=spf.example.net",
        "v=spf1 a:mail.example.org exp=why.example.org ~all",
    ],
)
async def test_there_are_many_ways_to_allow_a_server(record: str) -> None:
    more = {
        **MAIL,
        "MX example.org": ["10 mail.example.org."],
        "TXT spf.example.net": ["v=spf1 ip4:192.0.2.7 ip6:2001:db8::7 -all"],
    }
    assert (await found(record, more=more)).state is State.GOOD


async def test_without_a_record_the_whole_record_is_written() -> None:
    finding = await found("", [OWN, AMAZON, STRANGER])
    assert finding.state is State.MISSING
    assert [record.value for record in finding.records] == ["v=spf1 a:mail.example.org include:amazonses.com ~all"]


async def test_what_a_stranger_asks_for_is_not_guessed() -> None:
    finding = await found("", [STRANGER])
    assert (finding.state, finding.records) == (State.MISSING, [])
    assert "look for “SPF” in the help of whoever runs it" in finding.lines[0]


async def test_a_server_that_is_left_out_is_added_before_the_end() -> None:
    finding = await found(
        "v=spf1 include:_spf.example.com -all", [OWN, AMAZON], {**MAIL, "TXT _spf.example.com": ["v=spf1 -all"]}
    )
    assert finding.state is State.WRONG
    assert "does not include amazonses.com" in " ".join(finding.lines)
    assert [record.value for record in finding.records] == [
        "v=spf1 include:_spf.example.com a:mail.example.org include:amazonses.com -all"
    ]


@pytest.mark.parametrize("end", ["+all", "all", "ALL"])
async def test_a_record_that_lets_everybody_in_is_dangerous(end: str) -> None:
    finding = await found(f"v=spf1 a:mail.example.org {end}")
    assert finding.state is State.WRONG
    assert "every server in the world" in finding.lines[0]
    assert finding.records[0].value == "v=spf1 a:mail.example.org ~all"


async def test_an_all_behind_an_include_is_its_own_affair() -> None:
    more = {**MAIL, "TXT spf.example.net": ["v=spf1 +all"]}
    assert (await found("v=spf1 a:mail.example.org include:spf.example.net -all", more=more)).state is State.GOOD


async def test_more_than_ten_look_ups_are_too_many_wherever_they_stand() -> None:
    more = {**MAIL, "TXT deep.example.net": ["v=spf1 " + " ".join(f"a:a{n}.example.net" for n in range(9)) + " -all"]}
    enough = await found("v=spf1 include:deep.example.net ip4:192.0.2.7 ip6:2001:db8::7 -all", more=more)
    assert enough.state is State.GOOD
    many = await found("v=spf1 include:deep.example.net a:mail.example.org -all", more=more)
    assert many.state is State.WRONG
    assert "11 further look-ups; receivers stop after 10" in many.lines[0]


async def test_includes_that_never_end_are_left_in_time() -> None:
    more = {
        f"TXT s{n}.example.net": [f"v=spf1 include:s{n + 1}.example.net include:s{n}.example.net -all"]
        for n in range(99)
    }
    finding = await found("v=spf1 include:s0.example.net -all", more={**MAIL, **more})
    assert finding.state is State.WRONG
    assert any("includes itself" in line for line in finding.lines)


async def test_a_record_with_hundreds_of_hosts_is_not_followed_to_its_end() -> None:
    hosts = " ".join(f"a:{n}.org" for n in range(120))
    async with dns.nameserver({"TXT example.org": [f"v=spf1 {hosts} -all"]}) as server:
        policy = await spf.read("example.org", Resolver(server.address))
        assert policy.lookups == 120
        assert len(server.asked) < 50


@pytest.mark.parametrize(
    ("record", "told"),
    [
        ("v=spf1 ip4:mail.example.org -all", "holds no IP address"),
        ("v=spf1 ipv4:192.0.2.7 -all", "“ipv4:192.0.2.7” is not a word that SPF knows"),
        ("v=spf1 include:nothing.example.net -all", "is included and has no SPF record itself"),
    ],
)
async def test_a_void_record_is_told_by_its_fault(record: str, told: str) -> None:
    finding = await found(record)
    assert finding.state is State.WRONG
    assert any(told in line for line in finding.lines)


async def test_two_records_are_none() -> None:
    finding = await found(["v=spf1 a:mail.example.org -all", "v=spf1 -all"])
    assert finding.state is State.WRONG
    assert "has 2 SPF records" in finding.lines[0]


async def test_an_open_end_could_be_better() -> None:
    finding = await found("v=spf1 a:mail.example.org ptr")
    assert finding.state is State.BETTER
    assert len(finding.lines) == 2
    assert finding.records[0].value == "v=spf1 a:mail.example.org ptr ~all"


async def test_a_server_on_this_machine_is_only_taken_for_the_site() -> None:
    site = dns.host("news.example.org", "192.0.2.80")
    assert (await found("v=spf1 a:news.example.org -all", [LOCAL], site)).state is State.GOOD
    finding = await found("v=spf1 ip4:192.0.2.81 -all", [LOCAL], site)
    assert finding.state is State.GOOD
    assert "If the world sees it as news.example.org" in finding.lines[0]
    assert "cannot tell its public address" in (await found("v=spf1 -all", [HIDDEN])).lines[0]


async def test_a_server_without_an_address_cannot_be_looked_for() -> None:
    assert "has no address in the DNS" in (await found("v=spf1 -all", more={})).lines[0]


async def test_words_with_macros_are_counted_and_not_followed() -> None:
    finding = await found("v=spf1 a:mail.example.org include:%{ir}.spf.example.net exists:%{i}.example.net -all")
    assert finding.lines == ["The record lets your servers send (3 of 10 look-ups used)."]

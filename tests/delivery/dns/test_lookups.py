"""Asking a DNS server, and what is said when it does not help."""

import pytest

from service.delivery.dns import lookups
from service.delivery.dns.lookups import BadResolver, Resolver, Unanswered
from tests.make import dns


async def test_long_texts_come_back_whole() -> None:
    long = "v=DKIM1; p=" + "A" * 400
    async with dns.nameserver({"TXT long.example.org": [long, "another"]}) as server:
        assert sorted(await Resolver(server.address).texts("long.example.org")) == ["another", long]


async def test_a_text_cannot_steer_the_terminal_that_shows_it() -> None:
    async with dns.nameserver({"TXT example.org": ["v=spf1 \\027[2J\\007 -all"]}) as server:
        assert await Resolver(server.address).texts("example.org") == ["v=spf1 \ufffd[2J\ufffd -all"]


async def test_addresses_of_both_kinds_and_their_names() -> None:
    async with dns.nameserver(dns.host("mail.example.org", "192.0.2.7", "2001:db8::7")) as server:
        resolver = Resolver(server.address)
        assert await resolver.addresses("mail.example.org") == ["192.0.2.7", "2001:db8::7"]
        assert await resolver.names_of("2001:db8::7") == ["mail.example.org"]


async def test_the_preferred_mail_server_comes_first() -> None:
    async with dns.nameserver({"MX example.org": ["20 second.example.org.", "10 First.example.org."]}) as server:
        assert await Resolver(server.address).mail_servers("example.org") == [
            "first.example.org",
            "second.example.org",
        ]


async def test_a_domain_that_takes_no_mail_has_one_empty_server() -> None:
    async with dns.nameserver({"MX example.org": ["0 ."]}) as server:
        assert await Resolver(server.address).mail_servers("example.org") == [""]


async def test_nothing_there_is_an_answer() -> None:
    async with dns.nameserver({"A example.org": ["192.0.2.1"]}) as server:
        resolver = Resolver(server.address)
        assert await resolver.texts("example.org") == []
        assert await resolver.texts("nothing.example.org") == []


async def test_a_failing_server_is_told_in_a_sentence() -> None:
    async with dns.nameserver({"TXT example.org": dns.FAILURE}) as server:
        with pytest.raises(Unanswered, match=r"no usable answer about example\.org\."):
            await Resolver(server.address).texts("example.org")


async def test_a_silent_server_is_not_waited_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookups, "_PATIENCE", 0.05)
    async with dns.nameserver({"TXT example.org": dns.SILENCE}) as server:
        with pytest.raises(Unanswered, match="in time"):
            await Resolver(server.address).texts("example.org")


@pytest.mark.parametrize("name", ["..", "a" * 64 + ".example.org", "\ud800.example.org", "x." * 200])
async def test_an_impossible_name_is_no_crash(name: str) -> None:
    async with dns.nameserver() as server:
        with pytest.raises(Unanswered, match="no usable answer"):
            await Resolver(server.address).texts(name)


async def test_where_looking_up_is_switched_off_nobody_is_asked() -> None:
    with pytest.raises(Unanswered, match="switched off"):
        await Resolver("none").texts("example.org")


@pytest.mark.parametrize(
    "given", ["ns.example.org", "192.0.2.53:0", "192.0.2.53:dns", "192.0.2", "[2001:db8::53]:99999"]
)
async def test_what_is_no_server_is_refused(given: str) -> None:
    with pytest.raises(BadResolver, match="give its address"):
        Resolver(given)


@pytest.mark.parametrize(
    "given", ["192.0.2.53", "192.0.2.53:5353", "2001:db8::53", "[2001:db8::53]", "[2001:db8::53]:5353"]
)
async def test_a_server_is_given_with_or_without_its_port(given: str) -> None:
    assert Resolver(given)

"""A feed is fetched from a host that was named, and from nowhere else, whatever it says."""

import asyncio
import gzip
import tracemalloc
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from service.cases.news import fetching
from service.cases.news.fetching import Net, Unfetched, fetch, is_public
from tests.make import feeds
from tests.make.feeds import Host, answers, endless


@pytest.fixture
async def host(tmp_path: Path) -> AsyncIterator[Host]:
    async with feeds.host(tmp_path) as made:
        yield made


async def test_a_feed_comes_with_what_says_whether_it_changed(host: Host) -> None:
    host.paths["/feed"] = answers("200 OK", 'ETag: "7"', "Last-Modified: Sun, 22 Nov 2026 10:00:00 GMT", content=b"x")
    found = await fetch(host.url(), net=host.net())
    assert (found.content, found.etag, found.last_modified) == (b"x", '"7"', "Sun, 22 Nov 2026 10:00:00 GMT")
    host.paths["/feed"] = answers("304 Not Modified")
    again = await fetch(host.url(), found.etag, found.last_modified, host.net())
    assert (again.content, again.etag) == (None, '"7"')
    assert 'If-None-Match: "7"' in host.asked[-1] and "If-Modified-Since: Sun" in host.asked[-1]
    assert "cookie" not in host.asked[-1].lower()


async def test_a_packed_feed_is_unpacked(host: Host) -> None:
    host.paths["/feed"] = answers("200 OK", "Content-Encoding: gzip", content=gzip.compress(b"news" * 100))
    assert (await fetch(host.url(), net=host.net())).content == b"news" * 100


async def test_a_redirection_within_the_list_is_followed(host: Host) -> None:
    host.paths |= {"/feed": answers("301 Moved", "Location: /there"), "/there": b"news"}
    assert (await fetch(host.url(), net=host.net())).content == b"news"


@pytest.mark.parametrize(
    "target",
    [
        "https://elsewhere.example.net/feed",
        "http://news.example.org/feed",
        "https://127.0.0.1/feed",
        "https://[::1]/feed",
        "https://169.254.169.254/latest/meta-data/",
        "https://news.example.org/feed",
        "https://news.example.org@evil.example.net/",
        "file:///etc/passwd",
        "//evil.example.net/",
        "https://news.example.org.evil.example.net/",
        "https://nеws.example.org/",
        "gopher://news.example.org/",
        "",
    ],
)
async def test_no_redirection_leads_away(host: Host, target: str) -> None:
    host.paths["/feed"] = answers("302 Found", f"Location: {target}")
    with pytest.raises(Unfetched):
        await fetch(host.url(), net=host.net())
    assert {request.split()[1] for request in host.asked} == {"/feed"}


async def test_each_redirection_asks_the_dns_again_and_a_private_answer_ends_it(host: Host) -> None:
    host.paths |= {"/feed": answers("302 Found", "Location: /there"), "/there": b"secret"}
    answers_of_the_dns = iter([["127.0.0.1"], ["10.0.0.7"], ["10.0.0.7"]])

    async def resolve(_host: str, _port: int) -> list[str]:
        return next(answers_of_the_dns)

    net = Net(resolve, lambda address: address == "127.0.0.1", lambda: host.trust)
    with pytest.raises(Unfetched, match="private network"):
        await fetch(host.url(), net=net)
    assert len(host.asked) == 1


@pytest.mark.parametrize("addresses", [["127.0.0.1"], ["::1"], ["93.184.215.14", "10.0.0.1"], ["::ffff:7f00:1"], []])
async def test_a_host_that_leads_inside_is_not_connected_to(host: Host, addresses: list[str]) -> None:
    host.paths["/feed"] = b"secret"
    with pytest.raises(Unfetched, match="private network"):
        await fetch(host.url(), net=feeds.with_resolver(host.net(), addresses, is_public))
    assert host.asked == []


async def test_the_connection_goes_to_the_very_address_that_was_looked_at(host: Host) -> None:
    host.paths["/feed"] = b"news"
    looked_at: list[str] = []
    asked = 0

    async def resolve(_host: str, _port: int) -> list[str]:
        nonlocal asked
        asked += 1
        return ["127.0.0.1"] if asked == 1 else ["192.0.2.1"]

    def permitted(address: str) -> bool:
        looked_at.append(address)
        return True

    assert (await fetch(host.url(), net=Net(resolve, permitted, lambda: host.trust))).content == b"news"
    assert (asked, looked_at) == (1, ["127.0.0.1"])


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.9.9.9", "0.0.0.0", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1"),
        *("169.254.169.254", "100.64.0.1", "192.0.0.8", "192.0.2.1", "198.18.0.1", "224.0.0.1", "239.255.255.250"),
        *("255.255.255.255", "240.0.0.1", "::", "::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "64:ff9b::7f00:1"),
        *("fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "ff02::1", "2001:db8::1", "2002:7f00:1::", "2001::1"),
    ],
)
def test_what_is_not_of_the_public_net_is_refused(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.215.14", "8.8.8.8", "172.32.0.1", "2606:2800:21f::1", "2a00:1450::1"])
def test_what_is_of_the_public_net_is_not(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "http://news.example.org/feed",
        "https://other.example.org/feed",
        "https://news.example.org:8443/feed",
        "https://user:password@news.example.org/feed",
        "https://news.example.org:99999999/",
        "https://news.example.org\\@other.example.org/",
        "https://news.example.org./feed",
        "https://news.example.org/" + "x" * 600,
        "https://news.example.org/\r\nHost: other",
        "ftp://news.example.org/",
        "news.example.org",
        "https://[::1/",
        "",
    ],
)
def test_only_https_and_only_hosts_that_were_named(url: str) -> None:
    with feeds.allowed("news.example.org"), pytest.raises(Unfetched):
        fetching.checked(url)


def test_a_host_that_was_named_may_be_read() -> None:
    with feeds.allowed("news.example.org Other.example.net"):
        assert fetching.checked("https://News.example.org:443/feed?x=1") == "https://News.example.org:443/feed?x=1"
        assert fetching.checked("https://other.example.net/")


async def test_a_feed_of_a_gigabyte_is_left_after_two_megabytes(host: Host) -> None:
    host.paths["/feed"] = endless("200 OK", part=b"x" * 65_536)
    with pytest.raises(Unfetched, match="larger than 2 MB"):
        await fetch(host.url(), net=host.net())


async def test_a_packed_bomb_does_not_unfold(host: Host) -> None:
    bomb = gzip.compress(b"\0" * 200_000_000, 9)
    assert len(bomb) < 400_000
    host.paths["/feed"] = answers("200 OK", "Content-Encoding: gzip", content=bomb)
    tracemalloc.start()
    with pytest.raises(Unfetched, match="larger than 2 MB"):
        await fetch(host.url(), net=host.net())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 15_000_000


async def test_a_feed_that_never_ends_is_given_up_in_time(host: Host) -> None:
    async def drip(writer: asyncio.StreamWriter) -> None:
        writer.write(feeds.head("200 OK"))
        while True:
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.01)

    host.paths["/feed"] = drip
    with pytest.raises(Unfetched, match="did not come within"):
        await fetch(host.url(), net=host.net(patience=0.3))


@pytest.mark.parametrize(
    "answer",
    [
        answers("500 Oh"),
        answers("404 Not Found"),
        answers("200 OK", "Content-Encoding: br", content=b"x"),
        answers("200 OK", "Content-Encoding: gzip", content=b"not packed"),
        answers("200 OK", "Content-Length: 100", content=b"cut short"),
        answers("302 Found", "Location: /feed"),
        answers("302 Found", "Location: https://[x/"),
        answers("302 Found", "Location: https://x:y/"),
        endless("", part=b"X-More: header\r\n" * 100, begun=b"HTTP/1.1 200 OK\r\n"),
    ],
)
async def test_whatever_else_goes_wrong_is_a_sentence(host: Host, answer: feeds.Answer) -> None:
    host.paths["/feed"] = answer
    with pytest.raises(Unfetched) as problem:
        await fetch(host.url(), net=host.net(patience=3))
    assert str(problem.value).endswith(".")


async def test_a_host_with_the_certificate_of_another_is_not_believed(host: Host) -> None:
    host.paths["/feed"] = b"news"
    net = Net(host.net().resolve, lambda _address: True, fetching._trust)
    with pytest.raises(Unfetched, match="could not be reached"):
        await fetch(host.url(), net=net)


async def test_a_mark_that_no_request_can_carry_is_not_kept(host: Host) -> None:
    host.paths["/feed"] = answers("200 OK", 'ETag: "é"', "Last-Modified: é", content=b"news")
    found = await fetch(host.url(), net=host.net())
    assert (found.content, found.etag, found.last_modified) == (b"news", "", "")


async def test_what_comes_after_a_packed_feed_is_counted_too(host: Host) -> None:
    host.paths["/feed"] = endless(
        "200 OK",
        "Content-Encoding: gzip",
        part=b"x" * 65_536,
        begun=feeds.head("200 OK", "Content-Encoding: gzip") + gzip.compress(b"news"),
    )
    with pytest.raises(Unfetched, match="larger than 2 MB"):
        await fetch(host.url(), net=host.net(patience=2))

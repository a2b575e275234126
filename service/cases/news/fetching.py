"""Fetching a feed from a host that is on the list, and from nowhere else, whatever the DNS or a redirection says."""

import asyncio
import ssl
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from functools import cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from socket import SOCK_STREAM
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpcore
import msgspec

from service.kit.errors import Problem
from service.kit.i18n import Sentence
from service.kit.settings import settings

LARGEST = 2_000_000
PATIENCE = 20.0
MOST_REDIRECTIONS = 3
_ACCEPT = "application/atom+xml, application/rss+xml, application/xml;q=0.9, text/xml;q=0.9"
_REDIRECTIONS = (301, 302, 303, 307, 308)
# Of IPv6 nothing but what is given to the public, without the ranges in it that lead elsewhere.
_PUBLIC_V6 = ip_network("2000::/3")
_NOT_PUBLIC = [
    *map(ip_network, ("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12")),
    *map(ip_network, ("192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15")),
    *map(ip_network, ("198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4")),
    *map(ip_network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")),
]


class Unfetched(Problem):
    """`why`: a sentence for staff."""

    code = "unfetched"
    status = 422
    sentence = Sentence("{why}")


class Fetched(msgspec.Struct, frozen=True):
    """`content`: None where nothing changed since the last time."""

    content: bytes | None
    etag: str = ""
    last_modified: str = ""


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public net, and to nothing behind it."""
    found = ip_address(address.partition("%")[0])
    if isinstance(found, IPv6Address) and found not in _PUBLIC_V6:
        return False
    return not any(_within(found, network) for network in _NOT_PUBLIC)


async def resolved(host: str, port: int) -> list[str]:
    """All addresses of a host, IPv4 and IPv6."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


@cache
def _trust() -> ssl.SSLContext:
    return ssl.create_default_context()


class Net(msgspec.Struct, frozen=True):
    """How the world is reached; tests bring a world of their own."""

    resolve: Callable[[str, int], Awaitable[list[str]]] = resolved
    permitted: Callable[[str], bool] = is_public
    trust: Callable[[], ssl.SSLContext] = _trust
    patience: float = PATIENCE


def checked(url: str) -> str:
    """The address itself if it may be fetched. Raises Unfetched."""
    try:
        parts = urlsplit(url)
        place = parts.netloc.lower()
        port = parts.port
    except ValueError:
        raise Unfetched(why="This is not an address.") from None
    if parts.scheme != "https" or not parts.hostname or len(url) > 500 or not url.isascii() or not url.isprintable():
        raise Unfetched(why="The address of a feed begins with https:// and is written in plain letters.")
    if place.removesuffix(":443") not in settings().feed_hosts or port == 0:
        shown = parts.hostname[:80]
        raise Unfetched(why=f"{shown} is not one of FEED_HOSTS, the hosts that this service may read news from.")
    return url


async def fetch(url: str, etag: str = "", last_modified: str = "", net: Net | None = None) -> Fetched:
    """Raises Unfetched."""
    world = net or Net()
    known = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    try:
        async with asyncio.timeout(world.patience), _pool(world) as pool:
            return await _followed(pool, url, {name: value for name, value in known.items() if value})
    except TimeoutError:
        raise Unfetched(why="The feed did not come within 20 seconds.") from None
    except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError, OSError, ssl.SSLError) as error:
        raise Unfetched(why=f"The feed could not be reached ({type(error).__name__}).") from None


def _pool(world: Net) -> httpcore.AsyncConnectionPool:
    return httpcore.AsyncConnectionPool(
        ssl_context=world.trust(), network_backend=_Checked(world), max_connections=1, retries=0
    )


async def _followed(pool: httpcore.AsyncConnectionPool, url: str, known: dict[str, str]) -> Fetched:
    headers = [("Accept", _ACCEPT), ("Accept-Encoding", "gzip"), ("User-Agent", "feed-reader"), *known.items()]
    for _each in range(MOST_REDIRECTIONS + 1):
        async with pool.stream("GET", checked(url), headers=headers) as answer:
            said = {name.lower().decode("latin-1"): value.decode("latin-1") for name, value in answer.headers}
            if answer.status in _REDIRECTIONS:
                url = _joined(url, said.get("location", ""))
                continue
            if answer.status == 304:
                return Fetched(None, known.get("If-None-Match", ""), known.get("If-Modified-Since", ""))
            if answer.status != 200:
                raise Unfetched(why=f"The feed answered with {answer.status}.")
            content = await _body(answer.aiter_stream(), said.get("content-encoding", ""))
            return Fetched(content, _kept(said.get("etag", ""), 200), _kept(said.get("last-modified", ""), 80))
    raise Unfetched(why="The feed sends from one address to the next without an end.")


async def _body(parts: AsyncIterator[bytes], encoding: str) -> bytes:
    """At most LARGEST bytes, unpacked. Raises Unfetched."""
    if encoding not in ("", "identity", "gzip"):
        raise Unfetched(why=f"The feed is packed in a way that is not known here ({encoding[:20]}).")
    unpacked = zlib.decompressobj(31) if encoding == "gzip" else None
    content = bytearray()
    received = 0
    async for part in parts:
        received += len(part)
        try:
            content += unpacked.decompress(part, LARGEST + 1) if unpacked else part
        except zlib.error:
            raise Unfetched(why="The feed came broken.") from None
        if max(received, len(content)) > LARGEST or (unpacked and unpacked.unconsumed_tail):
            raise Unfetched(why=f"The feed is larger than {LARGEST // 1_000_000} MB.")
    return bytes(content)


class _Checked(httpcore.AsyncNetworkBackend):
    """Connects to the very address that was looked at, so that no second answer of the DNS can differ."""

    def __init__(self, world: Net) -> None:
        self._world = world
        self._net = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        addresses = await self._world.resolve(host, port)
        if not addresses or not all(map(self._world.permitted, addresses)):
            raise Unfetched(why="The host of the feed leads into a private network; nothing was fetched.")
        return await self._net.connect_tcp(addresses[0], port, timeout)

    async def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[Any] | None = None
    ) -> httpcore.AsyncNetworkStream:
        raise Unfetched(why="A feed is not a file of this machine.")

    async def sleep(self, seconds: float) -> None:
        await self._net.sleep(seconds)


def _joined(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError:
        raise Unfetched(why="The feed sends to what is not an address.") from None


def _kept(header: str, longest: int) -> str:
    """A validator that is too long to be kept, or that no request can carry, is none."""
    return header if len(header) <= longest and header.isascii() and header.isprintable() else ""


def _within(address: IPv4Address | IPv6Address, network: Any) -> bool:
    return address.version == network.version and address in network

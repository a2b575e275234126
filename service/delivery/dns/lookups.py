"""Asking the DNS, briefly: what is there, that nothing is there, or that nobody answered."""

import asyncio
from collections.abc import Iterable
from ipaddress import ip_address

import dns.asyncresolver
import dns.exception
import dns.name
import dns.resolver
import dns.reversename

from service.kit.errors import Problem
from service.kit.i18n import Sentence
from service.kit.settings import settings

# `DNS_RESOLVER=none`: where nothing may be asked outside.
NOBODY = "none"
_TRY, _PATIENCE = 1.0, 2.5
_PAYLOAD = 1232


class Unanswered(Exception):
    """Nobody answered, or not usefully; `why` is a sentence."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class BadResolver(Problem):
    code = "bad_resolver"
    status = 422
    sentence = Sentence(
        "“{given}” is no DNS server: give its address, such as 192.0.2.53, 192.0.2.53:5353 or [2001:db8::53]:5353."
    )


class Resolver:
    """Asks one DNS server (`address` or `address:port`), else the one of DNS_RESOLVER, else the system's."""

    def __init__(self, server: str = "") -> None:
        given = server or settings().dns_resolver
        self._asks = given != NOBODY
        self._resolver = dns.asyncresolver.Resolver(configure=False)
        if given and self._asks:
            self._resolver.nameservers, self._resolver.port = _server(given)
        elif self._asks:
            self._read_system()
        self._resolver.timeout, self._resolver.lifetime = _TRY, _PATIENCE
        self._resolver.use_edns(0, 0, _PAYLOAD)

    async def texts(self, name: str) -> list[str]:
        """The TXT records, each put together from its parts; what could steer a terminal is replaced."""
        return [_printable(b"".join(found.strings)) for found in await self._ask(name, "TXT")]

    async def addresses(self, host: str) -> list[str]:
        """IPv4 and IPv6."""
        both = await asyncio.gather(self._ask(host, "A"), self._ask(host, "AAAA"))
        return [found.address for answer in both for found in answer]

    async def mail_servers(self, domain: str) -> list[str]:
        """The hosts of the MX records, the preferred first; "" is the null MX of RFC 7505."""
        found = sorted(await self._ask(domain, "MX"), key=lambda record: record.preference)
        return [_plain(record.exchange) for record in found]

    async def names_of(self, address: str) -> list[str]:
        """What the PTR records of an IP address say."""
        name = dns.reversename.from_address(address)
        return [_plain(record.target) for record in await self._ask(name, "PTR")]

    async def _ask(self, name: str | dns.name.Name, kind: str) -> Iterable:
        if not self._asks:
            raise Unanswered("Looking up is switched off here (DNS_RESOLVER=none).")
        if not self._resolver.nameservers:
            raise Unanswered("This machine knows no DNS server; DNS_RESOLVER can name one.")
        try:
            return await self._resolver.resolve(name, kind, raise_on_no_answer=False, search=False) or ()
        except dns.resolver.NXDOMAIN:
            return ()
        except dns.resolver.LifetimeTimeout:
            raise Unanswered("The DNS did not answer in time.") from None
        except (dns.exception.DNSException, OSError, UnicodeError):
            raise Unanswered(f"The DNS gave no usable answer about {name}.") from None

    def _read_system(self) -> None:
        try:
            self._resolver.read_resolv_conf("/etc/resolv.conf")
        except dns.resolver.NoResolverConfiguration:
            self._resolver.nameservers = []


def _server(given: str) -> tuple[list[str], int]:
    """`192.0.2.53`, `192.0.2.53:5353`, `2001:db8::53` or `[2001:db8::53]:5353`."""
    host, colon, port = given.rpartition(":")
    if not colon or (":" in host and not host.startswith("[")) or given.endswith("]"):
        host, port = given, "53"
    try:
        address = str(ip_address(host.strip("[]")))
    except ValueError:
        raise BadResolver(given=given) from None
    if not port.isdecimal() or not 0 < int(port) < 65536:
        raise BadResolver(given=given)
    return [address], int(port)


def _printable(octets: bytes) -> str:
    return "".join(c if c.isprintable() else "\ufffd" for c in octets.decode(errors="replace"))


def _plain(name: dns.name.Name) -> str:
    return name.to_text(omit_final_dot=True).lower().removesuffix(".")

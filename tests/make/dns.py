"""A DNS server on a real UDP port of this machine that knows what a test tells it, and nothing else."""

import asyncio
import os
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any

import dns.flags
import dns.message
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rrset

from service.delivery.dns import report
from service.kit.settings import settings

# What a name may answer instead of records.
SILENCE = "silence"
FAILURE = "failure"

Zone = Mapping[str, Sequence[str] | str]


@dataclass
class NameServer(asyncio.DatagramProtocol):
    """`records`: "TXT example.org" → texts, "MX example.org" → "10 mail.example.org."; or SILENCE, FAILURE."""

    records: dict[str, Sequence[str] | str]
    port: int = 0
    asked: list[str] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        self.port = transport.get_extra_info("sockname")[1]

    def datagram_received(self, data: bytes, whom: tuple) -> None:
        query = dns.message.from_wire(data)
        question = query.question[0]
        kind, name = dns.rdatatype.to_text(question.rdtype), question.name.to_text(omit_final_dot=True).lower()
        self.asked.append(f"{kind} {name}")
        known = self.records.get(f"{kind} {name}", ())
        if known == SILENCE:
            return
        answer = dns.message.make_response(query)
        if known == FAILURE:
            answer.set_rcode(dns.rcode.SERVFAIL)
        elif known:
            texts = [_quoted(text) for text in known] if kind == "TXT" else list(known)
            answer.answer.append(dns.rrset.from_text(question.name, 300, dns.rdataclass.IN, question.rdtype, *texts))
        elif not any(record.split()[1] == name for record in self.records):
            answer.set_rcode(dns.rcode.NXDOMAIN)
        wire = answer.to_wire(max_size=query.payload or 512)
        self.transport.sendto(wire, whom)


@asynccontextmanager
async def nameserver(records: Zone | None = None) -> AsyncIterator[NameServer]:
    """Answers with `records`, which may be changed inside the block."""
    loop = asyncio.get_running_loop()
    made = NameServer(dict(records or {}))
    transport, server = await loop.create_datagram_endpoint(lambda: made, local_addr=("127.0.0.1", 0))
    try:
        yield server
    finally:
        transport.close()


@asynccontextmanager
async def configured(records: Zone | None = None) -> AsyncIterator[NameServer]:
    """The same; inside the block it is the one that DNS_RESOLVER names, and nothing is remembered."""
    before = os.environ.get("DNS_RESOLVER", "")
    async with nameserver(records) as server:
        os.environ["DNS_RESOLVER"] = server.address
        settings.cache_clear()
        report.forget()
        try:
            yield server
        finally:
            os.environ["DNS_RESOLVER"] = before
            settings.cache_clear()
            report.forget()


def host(name: str, *addresses: str) -> dict[str, list[str]]:
    """The address records of `name`, and its reverse names."""
    four = [address for address in addresses if ip_address(address).version == 4]
    six = [address for address in addresses if ip_address(address).version == 6]
    found = {f"A {name}": four, f"AAAA {name}": six}
    reverse = {f"PTR {ip_address(address).reverse_pointer}": [f"{name}."] for address in addresses}
    return {record: values for record, values in found.items() if values} | reverse


def _quoted(text: str) -> str:
    """In parts of 255, as a long text stands in a zone."""
    return " ".join(f'"{text[start : start + 255]}"' for start in range(0, max(len(text), 1), 255))

"""PTR: that the address of a sending server has a name, and the name that address."""

import asyncio
from collections.abc import Sequence
from ipaddress import ip_address

from service.delivery.dns.findings import Finding, Record, State
from service.delivery.dns.lookups import Resolver
from service.delivery.dns.relays import Outgoing

TITLE = "Reverse name (PTR)"
PURPOSE = "Receivers distrust a server whose address has no name, or a name that leads elsewhere."


async def find(servers: Sequence[Outgoing], resolver: Resolver) -> Finding:
    """Raises Unanswered."""
    lines = [_foreign(server) for server in servers if not server.own]
    lines += [_unknown(server) for server in servers if server.own and not server.host]
    found = await asyncio.gather(*(_of_server(server, resolver) for server in servers if server.own and server.host))
    told = [line for sentences, _records in found for line in sentences]
    records = [record for _sentences, wanted in found for record in wanted]
    if not servers:
        lines = ["No server is set by which mail leaves, so there is no address to look at."]
    certain = any(server.own and not server.local for server in servers)
    state = (State.MISSING if certain else State.BETTER) if records else State.GOOD if found else State.NOTE
    return Finding(TITLE, PURPOSE, state, [*told, *lines], records=records)


async def _of_server(server: Outgoing, resolver: Resolver) -> tuple[list[str], list[Record]]:
    addresses = await resolver.addresses(server.host)
    if not addresses:
        return [f"{server.host} has no address in the DNS."], []
    confirmed = await asyncio.gather(*(_confirmed(address, resolver) for address in addresses))
    bad = [address for address, name in zip(addresses, confirmed, strict=True) if not name]
    if not bad:
        pairs = ", ".join(f"{address} is {name}" for address, name in zip(addresses, confirmed, strict=True))
        return [f"{_introduction(server)}{pairs}, both ways."], []
    told = f"{_introduction(server)}{', '.join(bad)} has no name that leads back to it. Whoever gave you the address"
    told += " (the hosting provider) can set it; often there is a field “reverse DNS”."
    return [told], [Record("PTR", ip_address(address).reverse_pointer, server.host) for address in bad]


async def _confirmed(address: str, resolver: Resolver) -> str:
    """A name of the address that leads back to it; "" for none."""
    for name in await resolver.names_of(address):
        if address in await resolver.addresses(name):
            return name
    return ""


def _introduction(server: Outgoing) -> str:
    return f"Your mail server is on this machine, which we take for {server.host}: " if server.local else ""


def _foreign(server: Outgoing) -> str:
    return f"{server.host} belongs to somebody else, who looks after its names."


def _unknown(server: Outgoing) -> str:
    return f"Your mail server ({server.label}) is on this machine, and we cannot tell its public address from here."

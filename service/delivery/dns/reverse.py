"""PTR: that the address of a sending server has a name, and the name that address."""

import asyncio
from collections.abc import Sequence
from ipaddress import ip_address

from service.delivery.dns.findings import Finding, Record, State
from service.delivery.dns.lookups import Resolver
from service.delivery.dns.relays import Outgoing

TITLE = "Reverse name (PTR)"
PURPOSE = "Receivers distrust a server whose address has no name, or a name that leads elsewhere."
_WORST_FIRST = [State.MISSING, State.BETTER, State.GOOD, State.NOTE]


async def find(servers: Sequence[Outgoing], resolver: Resolver) -> Finding:
    """Raises Unanswered."""
    if not servers:
        lines = ["No server is set by which mail leaves, so there is no address to look at."]
        return Finding(TITLE, PURPOSE, State.NOTE, lines)
    found = await asyncio.gather(*(_of_server(server, resolver) for server in servers))
    worst = min((state for state, _line, _records in found), key=_WORST_FIRST.index)
    lines = [line for _state, line, _records in found]
    return Finding(TITLE, PURPOSE, worst, lines, records=[record for *_told, records in found for record in records])


async def _of_server(server: Outgoing, resolver: Resolver) -> tuple[State, str, list[Record]]:
    if not server.own:
        return State.NOTE, f"{server.host} belongs to somebody else, who looks after its names.", []
    if not server.host:
        told = (
            f"Your mail server ({server.label}) is on this machine, and we cannot tell its public address from here."
        )
        return State.NOTE, told, []
    addresses = await resolver.addresses(server.host)
    if not addresses:
        return State.NOTE, f"{server.host} has no address in the DNS.", []
    names = await asyncio.gather(*(_confirmed(address, resolver) for address in addresses))
    pairs = list(zip(addresses, names, strict=True))
    if all(names):
        told = ", ".join(f"{address} is {name}" for address, name in pairs)
        return State.GOOD, f"{_introduction(server)}{told}, both ways.", []
    nameless = [address for address, name in pairs if not name]
    wanted = [Record("PTR", ip_address(address).reverse_pointer, server.host) for address in nameless]
    return State.BETTER if server.local else State.MISSING, _introduction(server) + _nameless(nameless), wanted


async def _confirmed(address: str, resolver: Resolver) -> str:
    """A name of the address that leads back to it; "" for none."""
    for name in await resolver.names_of(address):
        if address in await resolver.addresses(name):
            return name
    return ""


def _introduction(server: Outgoing) -> str:
    return f"Your mail server is on this machine, which we take for {server.host}: " if server.local else ""


def _nameless(addresses: Sequence[str]) -> str:
    return (
        f"{', '.join(addresses)} has no name that leads back to it. Whoever gave you the address (the hosting"
        " provider) can set it; often there is a field “reverse DNS”."
    )

"""SPF (RFC 7208): which servers may send for the domain of the return path."""

import asyncio
import re
from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

import msgspec

from service.delivery.dns.findings import Finding, Record, State, beginning
from service.delivery.dns.lookups import Resolver
from service.delivery.dns.relays import Outgoing

TITLE = "SPF"
PURPOSE = "Says which servers may send mail that comes back to {domain}. Others are told apart from you by it."
MOST_LOOKUPS = 10
_TERM = re.compile(
    r"(?P<how>[+~?-]?)(?P<what>all|include|a|mx|ptr|ip4|ip6|exists)(?::(?P<where>[^/]+))?(?P<prefix>(?:/\d+)?(?://\d+)?)",
    re.IGNORECASE,
)
_MODIFIER = re.compile(r"(?P<name>[a-z][a-z0-9._-]*)=(?P<value>.*)", re.IGNORECASE)
_ASKING = ("include", "a", "mx", "ptr", "exists")


class Policy(msgspec.Struct):
    """An SPF record with all that it leads to. `others`: what it says of all other servers (+, -, ~, ? or "")."""

    record: str = ""
    others: str = ""
    lookups: int = 0
    included: set[str] = msgspec.field(default_factory=set)
    networks: list[IPv4Network | IPv6Network] = msgspec.field(default_factory=list)
    faults: list[str] = msgspec.field(default_factory=list)

    def allows(self, address: str) -> bool:
        return any(ip_address(address) in network for network in self.networks)


async def read(domain: str, resolver: Resolver) -> Policy:
    """The record of `domain`, followed as a receiver would. Raises Unanswered."""
    policy = Policy()
    policy.record = await _follow(policy, domain, resolver, ())
    return policy


async def find(domain: str, servers: Sequence[Outgoing], resolver: Resolver) -> Finding:
    """Whether the record of `domain` lets our servers send. Raises Unanswered."""
    policy = await read(domain, resolver)
    purpose = PURPOSE.format(domain=domain)
    if not policy.record and not policy.faults:
        usual = wanted(domain, servers)
        return Finding(TITLE, purpose, State.MISSING, [_none_yet(domain, usual)], records=usual)
    absent, unclear = await _not_allowed(policy, servers, resolver)
    wrong = [*policy.faults, *_dangers(policy), *(_absence(server) for server in absent)]
    remarks = [*_remarks(policy), *unclear]
    state = State.WRONG if wrong else State.BETTER if _remarks(policy) else State.GOOD
    mended = _mended(policy, absent)
    records = [Record("TXT", domain, mended)] if mended and mended != policy.record else []
    return Finding(
        TITLE,
        purpose,
        state,
        [*wrong, *remarks] or [_praise(policy, servers)],
        [policy.record] if policy.record else [],
        records,
    )


def wanted(domain: str, servers: Sequence[Outgoing]) -> list[Record]:
    """What to write where there is nothing yet; empty where we know no server that could stand in it."""
    known = [server for server in servers if server.include or (server.own and server.host)]
    return [Record("TXT", domain, _joined(["v=spf1"], known, ["~all"]))] if known else []


async def _follow(policy: Policy, domain: str, resolver: Resolver, way: tuple[str, ...]) -> str:
    """Adds what the record of `domain` says; returns the record. `way`: the domains that led here."""
    found = beginning(await resolver.texts(domain), "v=spf1")
    if len(found) > 1:
        policy.faults.append(f"{domain} has {len(found)} SPF records. Receivers want one and use none of these.")
    elif not found and way:
        policy.faults.append(f"“{domain}” is included and has no SPF record itself, which makes the whole void.")
    if len(found) != 1:
        return ""
    steps = [_step(policy, term, domain, resolver, (*way, domain)) for term in found[0].split()[1:]]
    await asyncio.gather(*steps)
    return found[0]


async def _step(policy: Policy, term: str, domain: str, resolver: Resolver, way: tuple[str, ...]) -> None:
    if modifier := _MODIFIER.fullmatch(term):
        if modifier["name"].lower() == "redirect":
            await _into(policy, modifier["value"].lower(), resolver, way)
        return
    parts = _TERM.fullmatch(term)
    if parts is None:
        policy.faults.append(f"“{term}” is not a word that SPF knows, which makes the whole record void.")
        return
    what, where = parts["what"].lower(), (parts["where"] or domain).lower()
    if what == "all" and len(way) == 1:
        policy.others = parts["how"] or "+"
    elif what == "include":
        await _into(policy, where, resolver, way)
    elif what in _ASKING:
        policy.lookups += 1
    if "%" not in where and parts["how"] in ("", "+") and policy.lookups <= 2 * MOST_LOOKUPS:
        await _allow(policy, what, where, parts["prefix"], resolver)


async def _into(policy: Policy, domain: str, resolver: Resolver, way: tuple[str, ...]) -> None:
    policy.lookups += 1
    policy.included.add(domain)
    if domain in way:
        policy.faults.append(f"“{domain}” includes itself, which makes the whole record void.")
    elif "%" not in domain and policy.lookups <= 2 * MOST_LOOKUPS:
        await _follow(policy, domain, resolver, way)


async def _allow(policy: Policy, what: str, where: str, prefix: str, resolver: Resolver) -> None:
    four, _slashes, six = prefix[1:].partition("//") if prefix[:2] != "//" else ("", "", prefix[2:])
    if what in ("ip4", "ip6"):
        _add(policy, where, four, what)
    elif what in ("a", "mx"):
        hosts = [where] if what == "a" else (await resolver.mail_servers(where))[:MOST_LOOKUPS]
        for found in await asyncio.gather(*(resolver.addresses(host) for host in hosts if host)):
            for address in found:
                _add(policy, address, six if ":" in address else four, what)


def _add(policy: Policy, address: str, length: str, what: str) -> None:
    try:
        network = ip_network(f"{address}/{length}" if length else address, strict=False)
    except ValueError:
        policy.faults.append(f"“{what}:{address}” holds no IP address, which makes the whole record void.")
        return
    policy.networks.append(network)


async def _not_allowed(
    policy: Policy, servers: Sequence[Outgoing], resolver: Resolver
) -> tuple[list[Outgoing], list[str]]:
    """The servers that the record leaves out, and sentences about those of whom we cannot tell."""
    absent, unclear = [], []
    for server in servers:
        if server.include:
            absent += [server] if server.include not in policy.included else []
        elif not server.host:
            unclear.append("Your mail server is on this machine, and we cannot tell its public address from here.")
        elif not (addresses := await resolver.addresses(server.host)):
            unclear.append(f"{server.host} has no address in the DNS, so we cannot tell if the record allows it.")
        elif not all(policy.allows(address) for address in addresses):
            if server.own and not server.local:
                absent.append(server)
            else:
                unclear.append(_doubt(server))
    return absent, unclear


def _doubt(server: Outgoing) -> str:
    if server.local:
        return (
            f"Your mail server is on this machine. If the world sees it as {server.host}, the record has to allow it:"
            f" add “a:{server.host}”."
        )
    return (
        f"{server.host} belongs to somebody else: look for “SPF” in their help and add the include that they"
        " name there. From here we cannot tell whether the record has it."
    )


def _mended(policy: Policy, absent: Sequence[Outgoing]) -> str:
    """The record with what it leaves out before its `all`, never one that lets everybody in; "" if void."""
    terms = policy.record.split()
    kept = [term for term in terms if not re.fullmatch(r"[+~?-]?all", term, re.IGNORECASE)]
    end = [] if "redirect=" in policy.record else ["-all" if policy.others == "-" else "~all"]
    return _joined(kept, absent, end) if policy.record and not policy.faults else ""


def _joined(terms: list[str], servers: Sequence[Outgoing], end: list[str]) -> str:
    added = [f"include:{server.include}" if server.include else f"a:{server.host}" for server in servers]
    return " ".join([*terms, *dict.fromkeys(added), *end])


def _none_yet(domain: str, usual: list[Record]) -> str:
    if usual:
        return f"{domain} has no SPF record yet. Write the one below."
    return (
        f"{domain} has no SPF record yet. Which one it needs depends on your mail server: look for “SPF” in the help"
        " of whoever runs it."
    )


def _absence(server: Outgoing) -> str:
    if server.include:
        return f"Mail leaves by {server.host}, and the record does not include {server.include}."
    return f"Mail leaves by {server.host}, and the record does not allow its address."


def _dangers(policy: Policy) -> list[str]:
    dangers = []
    if policy.others == "+":
        dangers.append("“+all” lets every server in the world send in your name. Write “~all” in its place.")
    if policy.lookups > MOST_LOOKUPS:
        dangers.append(
            f"The record leads to {policy.lookups} further look-ups; receivers stop after {MOST_LOOKUPS} and take it"
            " for void. Leave out an include that you no longer need."
        )
    return dangers


def _remarks(policy: Policy) -> list[str]:
    remarks = []
    if policy.others in ("", "?") and "redirect=" not in policy.record:
        remarks.append("The record says nothing about all other servers. It helps to end it with “~all”.")
    if re.search(r"(?:^| )[+]?ptr\b", policy.record):
        remarks.append("“ptr” is slow and no longer recommended; it can be left out.")
    return remarks


def _praise(policy: Policy, servers: Sequence[Outgoing]) -> str:
    lookups = f"{policy.lookups} of {MOST_LOOKUPS} look-ups used"
    return f"The record lets your servers send ({lookups})." if servers else f"There is a record ({lookups})."

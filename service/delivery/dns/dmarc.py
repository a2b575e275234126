"""DMARC: what receivers are to do with mail that only pretends to come from the sender's domain."""

import re

from service.delivery.dns.findings import Finding, Record, State, beginning, tags
from service.delivery.dns.lookups import Resolver
from service.delivery.dns.relays import is_within, same_house

TITLE = "DMARC"
PURPOSE = "Ties the address that readers see to SPF and DKIM. Large providers ask it of everybody who writes to many."
_POLICIES = ("none", "quarantine", "reject")
_REPORTS_TO = re.compile(r"mailto:([^@,!]+@[^@,!]+)", re.IGNORECASE)


async def find(sender: str, back: str, reports_to: str, signed: bool, resolver: Resolver) -> Finding:
    """`back`: the domain of the return path; `signed`: whether a key signs for `sender`. Raises Unanswered."""
    domain, found = await _record(sender, resolver)
    if not found:
        lines = [f"{sender} has no DMARC record yet. The one below only asks for reports; no mail is stopped."]
        return Finding(TITLE, PURPOSE, State.MISSING, lines, records=wanted(sender, reports_to))
    if len(found) > 1:
        lines = [f"There are {len(found)} DMARC records, and receivers use none of them. Keep one."]
        return Finding(TITLE, PURPOSE, State.WRONG, lines, found, wanted(domain, reports_to))
    said = tags(found[0])
    wrong = [*_faults(said), *_unaligned(said, sender, back, signed)]
    better = [] if wrong else await _remarks(said, domain, resolver)
    state = State.WRONG if wrong else State.BETTER if better else State.GOOD
    lines = wrong or [*better, _effect(said, sender, domain)]
    return Finding(TITLE, PURPOSE, state, lines, found, _mended(said, domain, found[0], reports_to))


def wanted(sender: str, reports_to: str) -> list[Record]:
    return [Record("TXT", f"_dmarc.{sender}", f"v=DMARC1; p=none; rua=mailto:{reports_to}")]


async def _record(sender: str, resolver: Resolver) -> tuple[str, list[str]]:
    """The records that hold for `sender`, and of which domain they are: its own, or one above it."""
    domain = sender
    while True:
        found = beginning(await resolver.texts(f"_dmarc.{domain}"), "v=DMARC1")
        if found or domain.count(".") < 2:
            return domain, found
        domain = domain.partition(".")[2]


def _faults(said: dict[str, str]) -> list[str]:
    if said.get("p", "").lower() not in _POLICIES:
        return ["The record does not say what to do: “p=” is none, quarantine or reject."]
    return []


def _unaligned(said: dict[str, str], sender: str, back: str, signed: bool) -> list[str]:
    """Our signature is always of the sender's domain itself; where there is none, SPF has to do."""
    if signed or back == sender or (same_house(back, sender) and said.get("aspf", "r").lower() != "s"):
        return []
    return [f"Mails come back to {back}, which DMARC does not count as {sender}, and no key signs: make a DKIM key."]


async def _remarks(said: dict[str, str], domain: str, resolver: Resolver) -> list[str]:
    addresses = _REPORTS_TO.findall(said.get("rua", ""))
    if not addresses:
        return ["Nobody gets the reports: add “rua=mailto:…” with an address that somebody reads."]
    remarks = []
    for host in sorted({address.rpartition("@")[2].lower() for address in addresses}):
        if not same_house(host, domain):
            agreed = beginning(await resolver.texts(f"{domain}._report._dmarc.{host}"), "v=DMARC1")
            remarks += [] if agreed else [f"{host} has not agreed to get reports about {domain}, so it gets none."]
    return remarks


def _effect(said: dict[str, str], sender: str, domain: str) -> str:
    below = sender != domain and is_within(sender, domain)
    policy = (said.get("sp") if below else None) or said["p"]
    where = f" (by the record of {domain})" if below else ""
    return {
        "none": f"It watches only{where}. When the reports have looked right for some weeks, write “p=quarantine”.",
        "quarantine": f"Mail that pretends to come from you is put aside as suspicious{where}.",
        "reject": f"Mail that pretends to come from you is refused{where}.",
    }.get(policy.lower(), f"It is in force{where}.")


def _mended(said: dict[str, str], domain: str, there: str, reports_to: str) -> list[Record]:
    if said.get("p", "").lower() not in _POLICIES:
        return wanted(domain, reports_to)
    if not _REPORTS_TO.search(said.get("rua", "")) and "rua" not in said:
        return [Record("TXT", f"_dmarc.{domain}", f"{there.rstrip('; ')}; rua=mailto:{reports_to}")]
    return []

"""Mail that comes to us: where returned mails arrive (MX), and that they arrive encrypted (MTA-STS, TLS reports)."""

import asyncio
import ssl
from typing import Any

import httpx
import msgspec

from service.delivery.dns.findings import Finding, Record, State, beginning, tags
from service.delivery.dns.lookups import Resolver, Unanswered
from service.kit import clock

MX = "MX"
MTA_STS = "MTA-STS"
TLS_RPT = "TLS reports"
OF_MX = "Where mails arrive that could not be delivered."
OF_MTA_STS = (
    "Only about mail that comes to {domain}, not about what you send: other servers then insist on encryption on"
    " the way to you."
)
OF_TLS_RPT = "Others tell you when they could not encrypt mail to {domain}. It changes nothing else."
_LONGEST = 64_000


class PolicyFiles(msgspec.Struct, frozen=True):
    """How the policy files of MTA-STS are read: over https, with a certificate that `trust` takes."""

    port: int = 443
    trust: ssl.SSLContext | None = None

    async def read(self, domain: str, resolver: Resolver) -> str:
        """Raises Unanswered."""
        host = f"mta-sts.{domain}"
        for address in await resolver.addresses(host):
            try:
                return await self._fetch(host, f"[{address}]" if ":" in address else address)
            except (httpx.HTTPError, OSError):
                continue
        raise Unanswered(f"https://{host}/.well-known/mta-sts.txt")

    async def _fetch(self, host: str, place: str) -> str:
        """As `host` has it at `place`; no more than a policy can need."""
        url, found = f"https://{place}:{self.port}/.well-known/mta-sts.txt", b""
        headers = {"Host": host, "Accept-Encoding": "identity"}
        asked: dict[str, Any] = {"headers": headers, "extensions": {"sni_hostname": host}}
        async with (
            httpx.AsyncClient(verify=self.trust or True, trust_env=False, timeout=2) as client,
            client.stream("GET", url, **asked) as answer,
        ):
            if answer.status_code != 200:
                raise httpx.HTTPError(f"{answer.status_code} is no policy")
            # As it comes: unpacked, a small answer can be a huge one.
            async for chunk in answer.aiter_raw():
                found += chunk
                if len(found) > _LONGEST:
                    break
        return found[:_LONGEST].decode(errors="replace")


async def find_mx(back: str, is_ours: bool, host: str, resolver: Resolver) -> Finding:
    """`is_ours`: `back` is the bounce domain. `host`: of the server that could take its mail. Raises Unanswered."""
    hosts = await resolver.mail_servers(back)
    if not hosts and is_ours:
        lines = [f"{back} has no MX record, so mails that could not be delivered are lost. {_where_to(host)}"]
        return Finding(MX, OF_MX, State.MISSING, lines, records=wanted_mx(back, host))
    if "" in hosts:
        return Finding(
            MX, OF_MX, State.WRONG, [f"{back} says that it takes no mail at all."], ["0 ."], wanted_mx(back, host)
        )
    found = await asyncio.gather(*(resolver.addresses(one) for one in hosts or [back]))
    if lost := [one for one, addresses in zip(hosts or [back], found, strict=True) if not addresses]:
        return Finding(MX, OF_MX, State.WRONG, [_unreachable(back, hosts, lost)], hosts)
    return Finding(MX, OF_MX, State.GOOD, _arrivals(back, is_ours, hosts), hosts)


def wanted_mx(back: str, host: str) -> list[Record]:
    return [Record("MX", back, f"10 {host}")] if host else []


async def find_mta_sts(domain: str, host: str, resolver: Resolver, files: PolicyFiles) -> Finding:
    """Raises Unanswered."""
    purpose = OF_MTA_STS.format(domain=domain)
    texts, hosts = await asyncio.gather(resolver.texts(f"_mta-sts.{domain}"), resolver.mail_servers(domain))
    found = beginning(texts, "v=STSv1")
    if not found:
        lines = ["You can do without it. It takes a record, and a file on a site with a valid certificate."]
        return Finding(MTA_STS, purpose, State.NOTE, lines, records=wanted_mta_sts(domain, hosts or [host]))
    if len(found) > 1:
        return Finding(MTA_STS, purpose, State.WRONG, ["There is more than one record. Keep one."], found)
    try:
        wrong = _faults(await files.read(domain, resolver), hosts)
    except Unanswered as nothing:
        wrong = [f"The record announces a policy that cannot be read: {nothing.why} did not answer as it should."]
    records = wanted_mta_sts(domain, hosts)[1:] if wrong else []
    praise = "The policy can be read and names the servers that take your mail."
    return Finding(MTA_STS, purpose, State.WRONG if wrong else State.GOOD, wrong or [praise], found, records)


def wanted_mta_sts(domain: str, hosts: list[str]) -> list[Record]:
    """The record and the file; nothing where no server is known."""
    lines = ["version: STSv1", "mode: testing", *(f"mx: {host}" for host in hosts if host), "max_age: 604800"]
    if not any(hosts):
        return []
    return [
        Record("TXT", f"_mta-sts.{domain}", f"v=STSv1; id={clock.now():%Y%m%d%H%M}"),
        Record("File", f"https://mta-sts.{domain}/.well-known/mta-sts.txt", "\n".join(lines)),
    ]


async def find_tls_rpt(domain: str, reports_to: str, resolver: Resolver) -> Finding:
    """Raises Unanswered."""
    purpose = OF_TLS_RPT.format(domain=domain)
    found = beginning(await resolver.texts(f"_smtp._tls.{domain}"), "v=TLSRPTv1")
    usual = wanted_tls_rpt(domain, reports_to)
    if not found:
        return Finding(TLS_RPT, purpose, State.NOTE, ["You can do without it."], records=usual)
    if len(found) > 1 or not tags(found[0]).get("rua"):
        lines = ["There has to be one record, and it has to say where reports go (“rua=”)."]
        return Finding(TLS_RPT, purpose, State.WRONG, lines, found, usual)
    return Finding(TLS_RPT, purpose, State.GOOD, ["Reports are asked for."], found)


def wanted_tls_rpt(domain: str, reports_to: str) -> list[Record]:
    return [Record("TXT", f"_smtp._tls.{domain}", f"v=TLSRPTv1; rua=mailto:{reports_to}")]


def _where_to(host: str) -> str:
    return "Write the one below." if host else "Point one at the server that passes them to `hundredfold bounces`."


def _unreachable(back: str, hosts: list[str], lost: list[str]) -> str:
    if not hosts:
        return f"{back} takes no mail: it has neither an MX record nor an address. Many refuse such senders."
    return f"The MX record names {', '.join(lost)}, which has no address in the DNS."


def _arrivals(back: str, is_ours: bool, hosts: list[str]) -> list[str]:
    arrives = f"Mail for {back} arrives at {', '.join(hosts or [back])}."
    if is_ours:
        return [arrives, "That server has to pass it on to `hundredfold bounces`."]
    return [
        arrives,
        "Mails that could not be delivered come back there, and nothing is learned from them. With a domain of"
        " their own (BOUNCE_DOMAIN, such as bounces.example.org) they are counted, and dead addresses rest.",
    ]


def _faults(policy: str, hosts: list[str]) -> list[str]:
    pairs = [line.partition(":")[::2] for line in policy.splitlines() if ":" in line]
    said = [(name.strip().lower(), value.strip().lower()) for name, value in pairs]
    values, patterns = dict(said), [value for name, value in said if name == "mx"]
    wrong = []
    if values.get("version") != "stsv1" or values.get("mode") not in ("enforce", "testing", "none"):
        wrong.append("The policy file needs “version: STSv1” and a mode: testing at first, enforce later.")
    if values.get("mode") != "none" and (left_out := [host for host in hosts if not _covers(patterns, host)]):
        wrong.append(f"The policy file leaves out {', '.join(left_out)}, so mail may not reach it. Add it as “mx:”.")
    return wrong


def _covers(patterns: list[str], host: str) -> bool:
    return host in patterns or f"*.{host.partition('.')[2]}" in patterns

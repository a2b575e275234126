"""The records that the sender's domain and the outgoing servers need, and how they are."""

import asyncio
from collections.abc import Awaitable, Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import msgspec

from service.delivery import dkim_keys, servers
from service.delivery.dkim_keys import KeyState, PublishedKey
from service.delivery.dns import dkim, dmarc, incoming, reverse, spf
from service.delivery.dns.findings import Finding, Record, State
from service.delivery.dns.incoming import PolicyFiles
from service.delivery.dns.lookups import Resolver, Unanswered
from service.delivery.dns.relays import Outgoing, outgoing, same_house
from service.kit import clock
from service.kit.settings import settings
from service.organisation import queries as organisations
from service.organisation.queries import Organisation

# In seconds, for all of it together.
PATIENCE = 3.0
FRESH = timedelta(minutes=1)
_MOST_KEPT = 16


class Situation(msgspec.Struct, frozen=True):
    """What our side says; equal ones need not be looked at again. `bounce`: "" where none is set."""

    sender: str
    bounce: str
    reports_to: str
    servers: tuple[Outgoing, ...]
    keys: tuple[PublishedKey, ...]
    caught: bool

    @property
    def back(self) -> str:
        """The domain of the return path, which SPF is about."""
        return self.bounce or self.sender

    @property
    def takes_mail(self) -> str:
        """The host that could take the mail of the bounce domain; "" where we know none."""
        return next((server.host for server in self.servers if server.own), "")


async def situation() -> Situation:
    """Raises BadDomain where the sender's address has none of the internet, and BadSmtpUrl."""
    organisation = await organisations.required()
    sender = dkim_keys.plain_domain(organisation.sender_address.rpartition("@")[2])
    site = urlsplit(settings().origin).hostname or ""
    caught = settings().caught is not None
    named = [] if caught else [servers.server(url) for url in settings().smtp_urls]
    return Situation(
        sender=sender,
        bounce=settings().bounce_domain,
        reports_to=_reports_to(organisation, sender),
        servers=tuple(outgoing(server.host.lower(), server.label, sender, site) for server in named),
        keys=tuple(await dkim_keys.listing(sender)),
        caught=caught,
    )


async def report(
    situation: Situation, resolver: Resolver, files: PolicyFiles | None = None, patience: float = PATIENCE
) -> list[Finding]:
    """Everything at once, and within `patience`: what did not answer until then says so."""
    deadline = asyncio.get_running_loop().time() + patience
    asked = [
        *_about_sending(situation, resolver),
        *_about_receiving(situation, resolver, files or PolicyFiles()),
    ]
    found = await asyncio.gather(*(_answered(finding, usual, deadline) for finding, usual in asked))
    together = dkim.overall(situation.sender, situation.keys)
    return [found[0], *([together] if together else []), *found[1:]]


class Seen(msgspec.Struct, frozen=True):
    """A report, and when it was made."""

    at: datetime
    findings: list[Finding]


_seen: dict[Situation, Seen] = {}


async def recent(situation: Situation) -> Seen:
    """The report of the last minute, else a new one."""
    found = _seen.get(situation)
    if found is None or not found.at <= clock.now() < found.at + FRESH:
        found = Seen(clock.now(), await report(situation, Resolver()))
        if len(_seen) >= _MOST_KEPT:
            _seen.clear()
        _seen[situation] = found
    return found


def forget() -> None:
    """The next one who asks gets a new report."""
    _seen.clear()


_Asked = tuple[Awaitable[Finding], Finding]


def _about_sending(at: Situation, resolver: Resolver) -> list[_Asked]:
    signed = any(key.state is KeyState.SIGNING for key in at.keys)
    return [
        (
            spf.find(at.back, at.servers, resolver),
            _unseen(spf.TITLE, spf.PURPOSE.format(domain=at.back), spf.wanted(at.back, at.servers)),
        ),
        *((dkim.find(key, resolver), _unseen(dkim.title(key), dkim.PURPOSE, dkim.wanted(key))) for key in at.keys),
        (
            dmarc.find(at.sender, at.back, at.reports_to, signed, resolver),
            _unseen(dmarc.TITLE, dmarc.PURPOSE, dmarc.wanted(at.sender, at.reports_to)),
        ),
        (reverse.find(at.servers, resolver), _unseen(reverse.TITLE, reverse.PURPOSE, [])),
    ]


def _about_receiving(at: Situation, resolver: Resolver, files: PolicyFiles) -> list[_Asked]:
    return [
        (
            incoming.find_mx(at.back, bool(at.bounce), at.takes_mail, resolver),
            _unseen(incoming.MX, incoming.OF_MX, incoming.wanted_mx(at.bounce, at.takes_mail) if at.bounce else []),
        ),
        (
            incoming.find_mta_sts(at.back, at.takes_mail, resolver, files),
            _unseen(
                incoming.MTA_STS,
                incoming.OF_MTA_STS.format(domain=at.back),
                incoming.wanted_mta_sts(at.back, [at.takes_mail]),
            ),
        ),
        (
            incoming.find_tls_rpt(at.back, at.reports_to, resolver),
            _unseen(
                incoming.TLS_RPT,
                incoming.OF_TLS_RPT.format(domain=at.back),
                incoming.wanted_tls_rpt(at.back, at.reports_to),
            ),
        ),
    ]


def _unseen(title: str, purpose: str, usual: Sequence[Record]) -> Finding:
    """What is said where nobody answers: still what to write."""
    return Finding(title, purpose, State.UNKNOWN, [], records=list(usual))


async def _answered(question: Awaitable[Finding], unseen: Finding, deadline: float) -> Finding:
    try:
        async with asyncio.timeout_at(deadline):
            return await question
    except Unanswered as nothing:
        why = nothing.why
    except TimeoutError:
        why = "The DNS did not answer in time. Look again in a minute."
    return msgspec.structs.replace(unseen, lines=[why])


def _reports_to(organisation: Organisation, sender: str) -> str:
    """An address of ours that somebody reads."""
    contact = organisation.contact_address
    return contact if contact and same_house(contact.rpartition("@")[2], sender) else organisation.sender_address

"""Who carries our mail to the world: a server of our own, or somebody else's."""

from ipaddress import ip_address

import msgspec

from service.delivery.servers import is_loopback

# What those who relay for many ask their customers to include in SPF, by the end of their servers' names.
_INCLUDES = {
    "amazonaws.com": "amazonses.com",
    "brevo.com": "spf.brevo.com",
    "fastmail.com": "spf.messagingengine.com",
    "gmail.com": "_spf.google.com",
    "infomaniak.com": "spf.infomaniak.ch",
    "mailgun.org": "mailgun.org",
    "mailjet.com": "spf.mailjet.com",
    "migadu.com": "spf.migadu.com",
    "office365.com": "spf.protection.outlook.com",
    "postmarkapp.com": "spf.mtasv.net",
    "sendgrid.net": "sendgrid.net",
    "ovh.net": "mx.ovh.com",
}


class Outgoing(msgspec.Struct, frozen=True):
    """A server of SMTP_URL as the world sees it. `host`: its public name, "" where we cannot know one.

    `own`: its address and reverse name are in the hands of whoever runs this. `local`: it is on this machine, so
    `host` is a guess: the public site's. `include`: what its owner publishes for SPF, "" where we do not know it.
    """

    label: str
    host: str
    own: bool
    local: bool = False
    include: str = ""


def outgoing(host: str, label: str, sender: str, site: str) -> Outgoing:
    """`sender`: the sender's domain; `site`: the public site's host, which a server on this machine is known by."""
    if is_inside(host):
        return Outgoing(label, "" if is_inside(site) else site, own=True, local=True)
    include = next((spf for end, spf in _INCLUDES.items() if is_within(host, end)), "")
    return Outgoing(label, host, own=not include and same_house(host, sender), include=include)


def is_inside(host: str) -> bool:
    """Whether it is this machine, or one that only its neighbours can reach."""
    try:
        return is_loopback(host) or not ip_address(host).is_global
    except ValueError:
        return "." not in host


def is_within(host: str, domain: str) -> bool:
    return host == domain or host.endswith(f".{domain}")


def same_house(one: str, other: str) -> bool:
    """Whether two names belong to one organisation, as far as names tell: mail.example.org and news.example.org."""
    if is_within(one, other) or is_within(other, one):
        return True
    pairs = zip(reversed(one.split(".")), reversed(other.split(".")), strict=False)
    shared = 0
    for mine, theirs in pairs:
        if mine != theirs:
            break
        shared += 1
    # Below co.uk, com.br and the like everybody is a stranger.
    short = len(one.split(".")[-1]) == 2 and len(one.split(".")[-2]) <= 3
    return shared >= (3 if short else 2)

"""The outgoing servers that SMTP_URL names."""

import re
from ipaddress import ip_address
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

import msgspec

from service.kit.errors import Problem
from service.kit.i18n import Sentence

_MODES = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
# What a URL wants of whoever writes a password into it.
SPELLING = "in a user or a password, / ? # @ : and % are written as %2F %3F %23 %40 %3A and %25"
_OPTIONS = {"weight", "connections", "rate", "daily", "verify"}


class BadSmtpUrl(Problem):
    code = "bad_smtp_url"
    status = 422
    sentence = Sentence("SMTP_URL: {reason}.")


class Server(msgspec.Struct, frozen=True):
    """One outgoing server.

    `connections`: how many all campaign workers together keep open to it; `rate`: mails a second; `daily`: mails in
    any 24 hours (None: as many as there are).
    """

    host: str
    port: int
    mode: str
    user: str = ""
    password: str = ""
    weight: int = 1
    connections: int = 32
    rate: float | None = None
    daily: int | None = None
    verify: bool = True

    @property
    def label(self) -> str:
        return f"{self.host}:{self.port}"

    @property
    def quota_name(self) -> str:
        """Under which its day is counted (see tables.Quota)."""
        return f"server {self.label}"


def server(url: str) -> Server:
    """`smtp+starttls://user:password@host:587?weight=2` → Server. Raises BadSmtpUrl, which shows no password."""
    parts, host, port, given = _parts(url)
    if unknown := given.keys() - _OPTIONS:
        raise BadSmtpUrl(
            reason=f"“{min(unknown)}” is not known; there are weight, connections, rate, daily and verify"
        )
    verify = given.get("verify", "yes") != "no"
    if not verify and not is_loopback(host):
        raise BadSmtpUrl(reason=f"verify=no is for this machine only, and {host} is another")
    return Server(
        host=host,
        port=port or _MODES[parts.scheme],
        mode=parts.scheme,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        weight=_number(given, "weight", 1, 1000),
        connections=_number(given, "connections", 32, 100),
        rate=_rate(given["rate"]) if "rate" in given else None,
        daily=_number(given, "daily", 1, 100_000_000) if "daily" in given else None,
        verify=verify,
    )


def is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _parts(url: str) -> tuple[SplitResult, str, int | None, dict[str, str]]:
    """The address, with its host, port and options as they are given."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
        given = dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query)))
    except ValueError:
        raise BadSmtpUrl(reason="it is not an address of the form smtp://user:password@host:25") from None
    if parts.scheme not in _MODES or not host:
        raise BadSmtpUrl(reason="it begins with smtp://, smtp+starttls:// or smtps:// and names a host")
    if "@" in parts.path + parts.query + parts.fragment:
        # Else a part of the password would be told by a later refusal, or the user be taken for the host.
        raise BadSmtpUrl(reason=SPELLING)
    return parts, host, port, given


def _number(given: dict[str, str], name: str, default: int, most: int) -> int:
    text = given.get(name, str(default))
    if not text.isdecimal() or not 1 <= int(text) <= most:
        raise BadSmtpUrl(reason=f"{name} is a number from 1 to {most}")
    return int(text)


def _rate(text: str) -> float:
    if not re.fullmatch(r"[0-9]{1,5}(\.[0-9]{1,3})?", text) or not float(text):
        raise BadSmtpUrl(reason="rate is a number of mails a second, like 20 or 0.5")
    return float(text)

"""What BOUNCE_URL names: where mails that came back are taken from."""

import re
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

import msgspec

from service.delivery.servers import SPELLING, is_loopback
from service.kit.errors import Problem
from service.kit.i18n import Sentence

_PORTS = {"smtp": 25, "lmtp": 24, "imaps": 993}
_PLAIN = re.compile(r"[ !#-\[\]-~]+")


class BadBounceUrl(Problem):
    code = "bad_bounce_url"
    status = 422
    sentence = Sentence("BOUNCE_URL: {reason}.")


class Source(msgspec.Struct, frozen=True):
    """`kind`: smtp, lmtp (by `host` and `port`, or at the socket `path`), maildir (`path`) or imaps."""

    kind: str
    host: str = ""
    port: int = 0
    path: Path = Path()
    user: str = ""
    password: str = ""
    folder: str = "INBOX"
    verify: bool = True


def source(url: str) -> Source:
    """Raises BadBounceUrl, which shows no password."""
    try:
        parts = urlsplit(url)
        kind, host, port = parts.scheme, parts.hostname or "", parts.port
        options = dict(parse_qsl(parts.query, strict_parsing=bool(parts.query)))
    except ValueError:
        raise BadBounceUrl(reason="it is not an address of the form lmtp://127.0.0.1:2424") from None
    if kind in ("maildir", "lmtp") and not host and len(parts.path) > 1:
        return Source(kind, path=Path(unquote(parts.path)))
    if kind not in _PORTS or not host:
        raise BadBounceUrl(reason="it begins with lmtp://, smtp:// or imaps:// and a host, or with maildir:///")
    if "@" in parts.query + parts.fragment:
        raise BadBounceUrl(reason=SPELLING)
    if kind == "imaps":
        return _mailbox(parts.username, parts.password, host, port, parts.path, options)
    return Source(kind, host, port or _PORTS[kind])


def _mailbox(
    user: str | None, password: str | None, host: str, port: int | None, path: str, options: dict[str, str]
) -> Source:
    if not user or not password:
        raise BadBounceUrl(reason="a mailbox needs a user and a password: imaps://user:password@host/INBOX")
    folder = unquote(path[1:]) or "INBOX"
    if not _PLAIN.fullmatch(folder):
        raise BadBounceUrl(reason="the name of a mailbox is in plain letters, without quotes")
    if options.keys() - {"verify"}:
        raise BadBounceUrl(reason="the only option is verify=no")
    verify = options.get("verify", "yes") != "no"
    if not verify and not is_loopback(host):
        raise BadBounceUrl(reason=f"verify=no is for this machine only, and {host} is another")
    return Source("imaps", host, port or _PORTS["imaps"], Path(), unquote(user), unquote(password), folder, verify)

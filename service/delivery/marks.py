"""Header lines that a provider hands back with its events, where it does not hand back the envelope sender.

Each holds the return path of the mail without its domain: the same secret that stands in the envelope.
"""

from functools import cache

from service.kit.settings import settings

# What the mark is called among a provider's metadata.
NAME = "return"
# SES and Mailgun name the envelope sender themselves.
_LINES = {
    "postmark": f"X-PM-Metadata-{NAME}: %s\r\n",
    "brevo": "X-Mailin-custom: %s\r\n",
    "sparkpost": f'X-MSYS-API:\r\n {{"metadata":{{"{NAME}":"%s"}}}}\r\n',
}


def lines(return_path: str) -> bytes:
    """To stand before a mail with this return path; nothing unless BOUNCE_DOMAIN and such a provider are set."""
    wanted = settings().bounce_webhooks
    if not wanted:
        return b""
    mark, _at, domain = return_path.rpartition("@")
    if domain != settings().bounce_domain:
        return b""
    return b"".join([line % mark.encode() for line in _wanted(tuple(wanted))])


def return_path(mark: str) -> str:
    """The return path that a provider hands back as it stood in the envelope, or as a mark."""
    return mark if "@" in mark else f"{mark}@{settings().bounce_domain}"


@cache
def _wanted(providers: tuple[str, ...]) -> list[bytes]:
    return [line.encode() for provider, line in _LINES.items() if provider in providers]

"""What a server's answer means, decided once and here: about the recipient, the content, the sender, or the server.

The enhanced status (RFC 3463) counts before the words. A full mailbox, a filter or a block is not a dead address.
"""

import re
from enum import StrEnum

import msgspec

from service.kit import log


class Phase(StrEnum):
    """Where in the conversation the answer came; END is the final dot."""

    CONNECT = "connect"
    HELLO = "hello"
    TLS = "tls"
    SIGN_IN = "sign_in"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"
    END = "end"


class Verdict(StrEnum):
    """Also the `reason` of a row that did not go out."""

    SENT = "sent"
    GONE = "gone"
    REFUSED = "recipient"
    LATER = "later"
    CONTENT = "content"
    SENDER = "sender"
    SERVER = "server"
    UNKNOWN = "unknown"


# For staff: what each reason of a row means.
REASONS = {
    "gone": "The address does not exist",
    "recipient": "The recipient's server does not take mail for this address",
    "later": "The recipient cannot take mail at the moment, for example because the mailbox is full",
    "content": "The mail itself was refused, for example because it is too large",
    "sender": "The recipient's server does not take mail from us",
    "server": "The mail server had trouble of its own",
    "address": "The address cannot be written to as it is",
    "interrupted": "The sending was interrupted at the last moment: it may have arrived or not",
    "restored": "It waited when everything stopped, or when this database was copied: it may have been sent or not",
    "unknown": "The connection ended at the last moment: it may have arrived or not",
    "left": "Left as it is by decision of staff",
    "cancelled": "The mailing was cancelled before",
    "unsubscribed": "Unsubscribed before it was sent",
    "erased": "Erased before it was sent",
    "complaint": "Complained about an earlier mail",
    "bounced": "Earlier mails came back",
    "staff": "Taken off by staff before it was sent",
}


class Reply(msgspec.Struct, frozen=True):
    """An answer and where it came; code 0 for a connection that was lost or gave no sense."""

    phase: Phase
    code: int
    text: str = ""

    def __str__(self) -> str:
        return log.redact(f"{self.code} {self.text}" if self.code else self.text)[:300]


_STATUS = re.compile(r"\s*[245]\.(\d{1,3})\.(\d{1,3})\b")
_EARLY = (Phase.CONNECT, Phase.HELLO, Phase.TLS, Phase.SIGN_IN)
_SIGN_IN_FIRST = (530, 534, 535, 538)
_TOO_LARGE = re.compile(r"too (?:large|big|long)|exceeds?\b.{0,30}(?:size|limit)|message size|size limit", re.I)
_FULL = re.compile(r"mailbox.{0,20}full|quota|over.?limit|insufficient|storage|too many messages", re.I)
_ABOUT_US = re.compile(
    r"spam|block(?:ed|list)|black.?list|deny.?list|reputation|policy|relay|not permitted|spf|dkim|dmarc|dnsbl|rbl\b"
    r"|sender|authenticat|rate limit|too many connections|client host|ip address",
    re.I,
)
_GONE = re.compile(
    r"(?:user|recipient|mailbox|address|account|alias|person)\b.{0,40}"
    r"(?:unknown|not found|no longer|does(?: not|n't) exist|not exist|invalid|inactive|disabled|unavailable)"
    r"|(?:no such|unknown|invalid|nonexistent).{0,20}(?:user|recipient|mailbox|address|account|person)"
    r"|no mailbox",
    re.I,
)


def classify(reply: Reply) -> Verdict:
    """The one place where an answer gets its meaning."""
    kind = reply.code // 100
    if reply.phase is Phase.END and kind == 2:
        return Verdict.SENT
    if kind not in (4, 5):
        return Verdict.UNKNOWN if reply.phase is Phase.END else Verdict.SERVER
    if reply.code == 421:
        return Verdict.SERVER
    return _for_now(reply) if kind == 4 else _for_good(reply)


def _for_now(reply: Reply) -> Verdict:
    subject, _detail = _status(reply)
    about_server = reply.phase in (*_EARLY, Phase.MAIL) or subject == 3
    return Verdict.SERVER if about_server else Verdict.LATER


def _for_good(reply: Reply) -> Verdict:
    if reply.phase in _EARLY or reply.code in _SIGN_IN_FIRST:
        return Verdict.SENDER
    match _status(reply):
        case (3, 4) | (2, 3) | (6, _):
            return Verdict.CONTENT
        case (7, _) | (1, 7) | (1, 8):
            return Verdict.SENDER
    if _TOO_LARGE.search(reply.text):
        return Verdict.CONTENT
    if reply.phase is Phase.MAIL:
        return Verdict.SENDER
    return _about_recipient(reply) or _by_words(reply)


def _about_recipient(reply: Reply) -> Verdict | None:
    match _status(reply):
        case (1, detail) if detail in (1, 2, 3, 6, 10):
            return Verdict.GONE
        case (2, 1):
            return Verdict.GONE
        case (2, 2):
            return Verdict.LATER
        case _:
            return None


def _by_words(reply: Reply) -> Verdict:
    if _ABOUT_US.search(reply.text) and not _GONE.search(reply.text):
        return Verdict.SENDER
    if _FULL.search(reply.text):
        return Verdict.LATER
    if _GONE.search(reply.text) or reply.code == 556:
        return Verdict.GONE
    return Verdict.REFUSED if reply.phase is Phase.RCPT else Verdict.CONTENT


def _status(reply: Reply) -> tuple[int, int]:
    found = _STATUS.match(reply.text)
    return (int(found[1]), int(found[2])) if found else (0, 0)

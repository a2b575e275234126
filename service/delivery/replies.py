"""What a server's answer means, decided once and here: about the recipient, the content, the sender, or the server.

The enhanced status (RFC 3463) counts before the words. A full mailbox, a filter or a block is not a dead address.
"""

import re
from enum import StrEnum

import msgspec

from service.delivery import words
from service.delivery.words import Meaning
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
    "content": "The mail itself was refused, for example as spam or as too large",
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
    "released": "Everybody to whom the reader was to write is free",
    "died": "The last person to whom the reader was to write has died",
    "hidden": "Nobody to whom the reader was to write may be shown any more",
    "moved": "Nobody to whom the reader was to write is where they were",
    "changed": "Everybody to whom the reader was to write was changed meanwhile",
}


class Reply(msgspec.Struct, frozen=True):
    """An answer and where it came; code 0 for a connection that was lost or gave no sense."""

    phase: Phase
    code: int
    text: str = ""

    def __str__(self) -> str:
        said = f"{self.code} {self.text}" if self.code else self.text
        # A record holds no NUL, and no page wants what steers a terminal.
        return log.redact("".join(sign if sign.isprintable() else " " for sign in said[:1000]))[:300]


_STATUS = re.compile(r"\s*[245]\.(\d{1,3})\.(\d{1,3})\b")
_EARLY = (Phase.CONNECT, Phase.HELLO, Phase.TLS, Phase.SIGN_IN)
_SIGN_IN_FIRST = (530, 534, 535, 538)

_MEANS = {
    Meaning.TOO_LARGE: Verdict.CONTENT,
    Meaning.FULL: Verdict.LATER,
    Meaning.GONE: Verdict.GONE,
    Meaning.ABOUT_US: Verdict.SENDER,
    Meaning.NO_WAY: Verdict.LATER,
}


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
    said = words.meaning(reply.text)
    match _status(reply):
        case (2, 3) | (7, 0) | (7, 1) if said is Meaning.FULL:
            return Verdict.LATER
        case (7, 0) | (7, 1) | (7, 17) if words.surely_gone(reply.text):
            # Some say "policy" in numbers and "no such user" in words.
            return Verdict.GONE
        case (3, 4) | (2, 3) | (6, _):
            return Verdict.CONTENT
        case (7, _) | (1, 7) | (1, 8):
            return Verdict.SENDER
    if said is Meaning.TOO_LARGE:
        return Verdict.CONTENT
    if reply.phase is Phase.MAIL:
        return Verdict.SENDER
    return _about_recipient(reply, said) or _by_words(reply, said)


def _about_recipient(reply: Reply, said: Meaning | None) -> Verdict | None:
    match _status(reply):
        case (1, detail) if detail in (1, 2, 3, 6, 10):
            return _MEANS[said] if said in (Meaning.FULL, Meaning.ABOUT_US) else Verdict.GONE
        case (2, 1):
            return _MEANS[said] if said in (Meaning.FULL, Meaning.ABOUT_US, Meaning.NO_WAY) else Verdict.GONE
        case (2, 2):
            return Verdict.LATER
        case _:
            return None


def _by_words(reply: Reply, said: Meaning | None) -> Verdict:
    if said is not None:
        return _MEANS[said]
    if reply.code == 556:
        return Verdict.GONE
    return Verdict.REFUSED if reply.phase is Phase.RCPT else Verdict.CONTENT


def _status(reply: Reply) -> tuple[int, int]:
    found = _STATUS.match(reply.text)
    return (int(found[1]), int(found[2])) if found else (0, 0)

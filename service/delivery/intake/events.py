"""What each provider calls its events, in our words. The shapes are those that the providers document.

Delays and what is still tried again are no bounces; unknown events are left out.
"""

from collections.abc import Callable
from typing import Any

import msgspec

from service.delivery import marks
from service.delivery.reports import Report
from service.delivery.reports.judging import judge
from service.delivery.tables import BounceKind

_HARD, _SOFT, _BLOCKED, _COMPLAINT = BounceKind.HARD, BounceKind.SOFT, BounceKind.BLOCKED, BounceKind.COMPLAINT


class Event(msgspec.Struct, frozen=True):
    """`paths`: what may be the mail's return path; `kind`: what the provider calls it."""

    paths: tuple[str, ...]
    kind: BounceKind
    words: str
    status: str = ""
    recipient: str = ""

    def report(self) -> Report:
        """Judged by the other server's words, where they are clear; an address is gone when both say so."""
        if self.kind is _COMPLAINT:
            return Report(_COMPLAINT, "", self.words)
        judged, clear = judge(self.status, self.words)
        kind = judged if clear and not (judged is _HARD and self.kind is not _HARD) else self.kind
        return Report(kind, self.status, self.words)


class _Ses(msgspec.Struct, rename="camel"):
    class Recipient(msgspec.Struct, rename="camel"):
        email_address: str = ""
        status: str = ""
        diagnostic_code: str = ""

    class Bounce(msgspec.Struct, rename="camel"):
        bounce_type: str = ""
        bounce_sub_type: str = ""
        bounced_recipients: list["_Ses.Recipient"] = []

    class Complaint(msgspec.Struct, rename="camel"):
        complaint_feedback_type: str | None = None

    class Mail(msgspec.Struct):
        source: str = ""

    mail: Mail = msgspec.field(default_factory=Mail)
    bounce: Bounce | None = None
    complaint: Complaint | None = None


_SES_NOT_TRIED = ("Suppressed", "OnAccountSuppressionList", "UnsubscribedRecipient")
_SES_CONTENT = ("ContentRejected", "AttachmentRejected", "MessageTooLarge")


def ses(body: bytes | str) -> list[Event]:
    """The message inside of what SNS brings."""
    given = msgspec.json.decode(body, type=_Ses)
    paths = (given.mail.source,)
    if given.complaint is not None:
        kind = given.complaint.complaint_feedback_type
        return [] if kind == "not-spam" else [Event(paths, _COMPLAINT, kind or "")]
    if given.bounce is None:
        return []
    said = next(iter(given.bounce.bounced_recipients), _Ses.Recipient())
    if given.bounce.bounce_sub_type in (*_SES_NOT_TRIED, *_SES_CONTENT):
        return [Event(paths, _BLOCKED, said.diagnostic_code, said.status, said.email_address)]
    kind_of = _HARD if given.bounce.bounce_type == "Permanent" else _SOFT
    return [Event(paths, kind_of, said.diagnostic_code, said.status, said.email_address)]


class _Postmark(msgspec.Struct, rename="pascal"):
    record_type: str = ""
    type: str = ""
    details: str = ""
    description: str = ""
    email: str = ""
    metadata: dict[str, Any] = {}


_POSTMARK = {
    "HardBounce": _HARD,
    "BadEmailAddress": _HARD,
    "SoftBounce": _SOFT,
    "Transient": _SOFT,
    "DnsError": _SOFT,
    "Unknown": _SOFT,
    "Blocked": _BLOCKED,
    "SpamNotification": _BLOCKED,
    "VirusNotification": _BLOCKED,
    "DMARCPolicy": _BLOCKED,
    "SpamComplaint": _COMPLAINT,
}


def postmark(body: bytes) -> list[Event]:
    given = msgspec.json.decode(body, type=_Postmark)
    kind = _POSTMARK.get(given.type)
    if given.record_type not in ("Bounce", "SpamComplaint") or kind is None:
        return []
    words = given.details or given.description
    return [Event((_text(given.metadata.get(marks.NAME)),), kind, words, "", given.email)]


class _Mailgun(msgspec.Struct):
    class Data(msgspec.Struct, rename="kebab"):
        class Envelope(msgspec.Struct):
            sender: str = ""

        class Status(msgspec.Struct):
            code: int | str = ""
            message: str | None = ""
            description: str | None = ""

        event: str = ""
        severity: str = ""
        reason: str = ""
        recipient: str = ""
        envelope: Envelope = msgspec.field(default_factory=Envelope)
        delivery_status: Status = msgspec.field(default_factory=Status)

    data: Data = msgspec.field(name="event-data")


def mailgun(body: bytes) -> list[Event]:
    given = msgspec.json.decode(body, type=_Mailgun).data
    paths = (given.envelope.sender,)
    if given.event == "complained":
        return [Event(paths, _COMPLAINT, "", "", given.recipient)]
    if (given.event, given.severity) != ("failed", "permanent"):
        return []
    said = given.delivery_status
    words = f"{said.code} {said.message or said.description or given.reason}"
    if given.reason.startswith("suppress"):
        return [Event(paths, _BLOCKED, given.reason, "", given.recipient)]
    return [Event(paths, _HARD if given.reason == "bounce" else _SOFT, words, "", given.recipient)]


class _Brevo(msgspec.Struct):
    event: str = ""
    email: str = ""
    reason: str = ""
    custom: str | None = msgspec.field(name="X-Mailin-custom", default=None)


_BREVO = {
    "hard_bounce": _HARD,
    "invalid_email": _HARD,
    "soft_bounce": _SOFT,
    "blocked": _BLOCKED,
    "spam": _COMPLAINT,
    "complaint": _COMPLAINT,
}


def brevo(body: bytes) -> list[Event]:
    """One event, or several where they are sent in batches."""
    given = msgspec.json.decode(body, type=_Brevo | list[_Brevo])
    events = given if isinstance(given, list) else [given]
    return [
        Event((event.custom or "",), _BREVO[event.event], event.reason, "", event.email)
        for event in events
        if event.event in _BREVO
    ]


class _Sparkpost(msgspec.Struct):
    class Said(msgspec.Struct):
        type: str = ""
        bounce_class: str | int = ""
        msg_from: str = ""
        raw_reason: str = ""
        reason: str = ""
        rcpt_to: str = ""
        fbtype: str = ""
        rcpt_meta: dict[str, Any] | None = None

    msys: dict[str, Said]


# Its classes of bounces; the rest are soft.
_SPARKPOST = {"10": _HARD, **dict.fromkeys(("25", "50", "51", "52", "53", "54"), _BLOCKED)}
_SPARKPOST_NO_BOUNCE = ("60", "80", "90", "100")


def sparkpost(body: bytes) -> list[Event]:
    """A batch; the one that tests the address is empty."""
    given = msgspec.json.decode(body, type=list[_Sparkpost])
    found = [_of_sparkpost(said) for wrapped in given for said in wrapped.msys.values()]
    return [event for event in found if event]


def _of_sparkpost(said: _Sparkpost.Said) -> Event | None:
    paths = (_text((said.rcpt_meta or {}).get(marks.NAME)), said.msg_from)
    words, number = said.raw_reason or said.reason, str(said.bounce_class)
    if said.type == "spam_complaint":
        return None if said.fbtype == "not-spam" else Event(paths, _COMPLAINT, said.fbtype, "", said.rcpt_to)
    if said.type == "policy_rejection":
        return Event(paths, _BLOCKED, words, "", said.rcpt_to)
    if said.type not in ("bounce", "out_of_band") or number in _SPARKPOST_NO_BOUNCE:
        return None
    return Event(paths, _SPARKPOST.get(number, _SOFT), words, "", said.rcpt_to)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


READERS: dict[str, Callable[[bytes], list[Event]]] = {
    "ses": ses,
    "postmark": postmark,
    "mailgun": mailgun,
    "brevo": brevo,
    "sparkpost": sparkpost,
}

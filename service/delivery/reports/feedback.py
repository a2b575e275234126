"""Complaints: "this is spam", passed on by the reader's provider (RFC 5965 and its older forms)."""

import re

from service.delivery.reports.reading import Mail

_NO_COMPLAINT = ("not-spam", "auth-failure", "dmarc", "dkim")
_TYPE = re.compile(r"^feedback-type[ \t]*:[ \t]*([\w-]+)", re.IGNORECASE | re.MULTILINE)
_OLD = re.compile(r"^(?:complaint about message from |email feedback report for )", re.IGNORECASE)


def is_feedback(mail: Mail) -> bool:
    return bool(mail.of("message/feedback-report")) or "feedback-report" in mail.value("content-type").lower()


def kind(mail: Mail) -> str:
    """What the reader's provider reports ("abuse", "not-spam"), or ""."""
    for part in mail.of("message/feedback-report"):
        if found := _TYPE.search(part.text):
            return found[1].lower()
    return "abuse" if is_feedback(mail) or _OLD.match(mail.value("subject")) else ""


def is_complaint(mail: Mail) -> bool:
    return kind(mail) not in ("", *_NO_COMPLAINT)

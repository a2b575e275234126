"""Complaints: "this is spam", passed on by the reader's provider (RFC 5965 and its older forms)."""

import re

from service.delivery.reports.reading import Letter

_NO_COMPLAINT = ("not-spam", "auth-failure", "dmarc", "dkim")
_TYPE = re.compile(r"^feedback-type[ \t]*:[ \t]*([\w-]+)", re.IGNORECASE | re.MULTILINE)
_OLD = re.compile(r"^(?:complaint about message from |email feedback report for )", re.IGNORECASE)


def is_feedback(letter: Letter) -> bool:
    return bool(letter.of("message/feedback-report")) or "feedback-report" in letter.value("content-type").lower()


def kind(letter: Letter) -> str:
    """What the reader's provider reports ("abuse", "not-spam"), or ""."""
    for part in letter.of("message/feedback-report"):
        if found := _TYPE.search(part.text):
            return found[1].lower()
    return "abuse" if is_feedback(letter) or _OLD.match(letter.value("subject")) else ""


def is_complaint(letter: Letter) -> bool:
    return kind(letter) not in ("", *_NO_COMPLAINT)

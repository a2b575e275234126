"""From the bytes of a mail to what it says of ours. Never raises."""

import re

import msgspec

from service.delivery.reports import automatic, feedback, judging, prose, reading, status
from service.delivery.reports.reading import Mail
from service.delivery.tables import BounceKind

_LONGEST_WORDS = 500


class Report(msgspec.Struct, frozen=True):
    """What a mail says of one of ours: `kind` is None for a vacation, an answer, a delay and whatever is unclear.

    `status` is "5.1.1" or "", `words` the server's own (they may hold addresses).
    """

    kind: BounceKind | None
    status: str = ""
    words: str = ""


def parse(raw: bytes) -> Report:
    """Any bytes at all; at most a megabyte of them is looked at."""
    mail = reading.read(raw)
    found = _judged(mail)
    if found.kind is None:
        return found
    return msgspec.structs.replace(found, words=_short(found.words))


def _judged(mail: Mail) -> Report:
    if feedback.is_complaint(mail):
        return Report(BounceKind.COMPLAINT, words=feedback.kind(mail))
    if feedback.is_feedback(mail) or automatic.is_receipt(mail):
        return Report(None)
    outcomes = status.outcomes(mail) or _wrapped(mail)
    if outcomes and not automatic.is_answer(mail):
        return _by_fields(mail, outcomes)
    return _by_words(mail)


def _wrapped(mail: Mail) -> list[status.Outcome] | None:
    """Some gateways put the report of the server behind them into one of their own."""
    if not automatic.is_daemon(mail):
        return None
    inner = [reading.read(part.content) for part in mail.of("message/rfc822")]
    return next((found for found in map(status.outcomes, inner) if found), None)


def _by_fields(mail: Mail, outcomes: list[status.Outcome]) -> Report:
    """A report of several recipients is as bad as the least of its failures: our mail has one."""
    failed = [outcome for outcome in outcomes if outcome.failed]
    if not failed:
        return Report(None)
    reports = [_of_one(mail, outcome) for outcome in failed]
    return next((report for report in reports if report.kind is not BounceKind.HARD), reports[0])


def _of_one(mail: Mail, outcome: status.Outcome) -> Report:
    kind, reason = judging.judge(outcome.status, outcome.words)
    if reason:
        return Report(kind, status.enhanced(outcome.words) or outcome.status, outcome.words or prose.report(mail))
    return _by_prose(mail, outcome.status)


def _by_words(mail: Mail) -> Report:
    text = prose.report(mail)
    if not automatic.is_from_server(mail, text) or automatic.is_late(mail, text):
        return Report(None)
    return _by_prose(mail, "")


def _by_prose(mail: Mail, given: str) -> Report:
    """By the line with a code in it, else by all that is said, else by the title."""
    text = prose.report(mail)
    paragraphs = prose.paragraphs(text)
    for words in filter(None, (prose.telling(text), "\n".join(paragraphs), mail.value("subject"))):
        kind, reason = judging.judge(given, words)
        if reason:
            telling = next((one for one in paragraphs if judging.judge(given, one) == (kind, True)), words)
            return Report(kind, status.enhanced(words) or given, telling)
    return Report(BounceKind.SOFT, given, prose.telling(text) or text)


def _short(words: str) -> str:
    return re.sub(r"\s+", " ", words).strip()[:_LONGEST_WORDS]

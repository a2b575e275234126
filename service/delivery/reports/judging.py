"""The one place where a failure is judged: the enhanced status (RFC 3463) first, then the words."""

import re

from service.delivery import replies
from service.delivery.replies import Phase, Reply, Verdict
from service.delivery.reports import status
from service.delivery.tables import BounceKind

_KIND = {
    Verdict.GONE: BounceKind.HARD,
    Verdict.LATER: BounceKind.SOFT,
    Verdict.SERVER: BounceKind.SOFT,
    Verdict.UNKNOWN: BounceKind.SOFT,
    # No reason was given: a failure, and no proof that the address is dead.
    Verdict.REFUSED: BounceKind.SOFT,
    Verdict.CONTENT: BounceKind.BLOCKED,
    Verdict.SENDER: BounceKind.BLOCKED,
}
_CODE = re.compile(
    r"(?:^|said: ?|smtp;? ?|error:? ?(?:code:? ?)?|code:? ?|repl(?:y|ied):? ?|respon\w+:? ?"
    r"|returned:? ?|reason:? ?|<<< ?|>>> ?|[\"'(\[:#>] ?)"
    r"(4[2-7]\d|5[0-7]\d)(?=[ \-:#;)\]]|$)",
    re.IGNORECASE | re.MULTILINE,
)
_END = re.compile(r"(?:end of|after|reply to) (?:the )?data|\.\s*\(end of data|after end of message", re.IGNORECASE)
_MAIL = re.compile(r"(?:in reply to|after|to) mail from", re.IGNORECASE)
# What the reporting server puts around the other's words.
_AROUND = re.compile(
    r"\(?in reply to [^)]{0,40}\)?|unknown address error|other mail system problem"
    r"|bad destination host (?='[^D])|error from remote (?:mail )?server"
    r"|after (?:end of data|rcpt to|mail from)\S*|<[^<>\s]{1,300}@[^<>\s]{1,300}>|[\w.+=-]{1,64}@[\w-]+(?:\.[\w-]+)*",
    re.IGNORECASE,
)


def judge(given: str, words: str) -> tuple[BounceKind, bool]:
    """The kind of a failure, and whether a reason was found; `given` is the reporting server's status or ""."""
    theirs = status.enhanced(words)
    enhanced = theirs if theirs and not theirs.endswith(".0.0") else given or theirs
    reply = Reply(_phase(words), _code(words, enhanced), f"{enhanced} {_AROUND.sub(' ', words)}")
    verdict = replies.classify(reply)
    return _KIND[verdict], verdict is not Verdict.REFUSED


def _code(words: str, enhanced: str) -> int:
    found = _CODE.search(words)
    if found:
        return int(found[1])
    return 450 if enhanced.startswith("4") else 550


def _phase(words: str) -> Phase:
    if _END.search(words):
        return Phase.END
    return Phase.MAIL if _MAIL.search(words) else Phase.RCPT

"""Which mail came back: the Message-ID of the copy in the report."""

import re

from service.delivery.reports.reading import Letter, headers, value

_ID = re.compile(r"<[^<>\s@]{1,200}@[^<>\s@]{1,200}>")
_LINE = re.compile(
    r"^[> \t]*Message-ID:[ \t]*(?:\n[ \t]+)?(<[^<>\s@]{1,200}@[^<>\s@]{1,200}>)", re.IGNORECASE | re.MULTILINE
)
_COPIES = (
    "message/rfc822",
    "message/global",
    "text/rfc822-headers",
    "message/rfc822-headers",
    "message/global-headers",
)


def message_id(letter: Letter) -> str:
    """With its angle brackets, or "" where the report has no copy."""
    for part in letter.of(*_COPIES):
        if found := _ID.search(value(headers(part.text.lstrip("\n").encode("utf-8", "replace")), "message-id")):
            return found[0]
    for part in letter.parts:
        if part.kind.startswith(("text/", "message/")) and (found := _LINE.search(part.text)):
            return found[1]
    return ""

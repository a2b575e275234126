"""Which mail came back: the Message-ID of the copy in the report."""

import re

from service.delivery.reports.reading import Mail, headers, value

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


def message_id(mail: Mail) -> str:
    """With its angle brackets, or "" where the report has no copy."""
    for part in mail.of(*_COPIES):
        if found := _ID.search(value(headers(part.text.lstrip("\n").encode("utf-8", "replace")), "message-id")):
            return found[0]
    for part in mail.parts:
        if part.kind.startswith(("text/", "message/")) and (found := _LINE.search(part.text)):
            return found[1]
    return ""

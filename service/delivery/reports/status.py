"""The fields for machines of a report on delivery (RFC 3464), however loosely they were written."""

import re

import msgspec

from service.delivery.reports.reading import Mail

KINDS = ("message/delivery-status", "message/global-delivery-status")
_FIELD = re.compile(r"^([A-Za-z][A-Za-z-]{1,40})[ \t]*:[ \t]*(.*(?:\n[ \t]+\S.*)*)", re.MULTILINE)
_ENHANCED = re.compile(r"(?<![\d.])([245]\.[0-7]\.\d{1,3})(?![\d.])")
_MOST = 30
_DONE = ("delivered", "relayed", "expanded")


class Outcome(msgspec.Struct, frozen=True):
    """What was said of one recipient: `action` in one word, `status` "5.1.1" or "", `words` the diagnostic."""

    action: str
    status: str
    words: str

    @property
    def failed(self) -> bool:
        if self.action.startswith(("fail", "error")):
            return True
        return not self.action.startswith(("delayed", *_DONE)) and self.status.startswith("5")


def outcomes(mail: Mail) -> list[Outcome] | None:
    """One for each recipient in the report; None where the mail has no such fields."""
    texts = [part.text for part in mail.of(*KINDS)]
    if not texts:
        texts = [part.text for part in mail.of("text/plain") if _looks_like_fields(part.text)]
    if not texts:
        return None
    groups = re.split(r"\n[ \t]*\n", "\n\n".join(texts), maxsplit=_MOST)
    read = [{name.lower(): " ".join(value.split()) for name, value in _FIELD.findall(group)} for group in groups]
    return [_outcome(fields) for fields in read if fields.keys() & {"action", "status", "diagnostic-code"}]


def enhanced(text: str) -> str:
    """The first enhanced status code (RFC 3463) in `text`, or ""."""
    found = _ENHANCED.search(text)
    return found[1] if found else ""


def _looks_like_fields(text: str) -> bool:
    return all(re.search(rf"^{name}:", text, re.MULTILINE | re.IGNORECASE) for name in ("Final-Recipient", "Action"))


def _outcome(fields: dict[str, str]) -> Outcome:
    status = fields.get("status", "")
    code = enhanced(status)
    # Some put the words beside the number, or into the field for what was done.
    beside = status.replace(code, "").strip(" ()") if len(status) > len(code) + 4 else ""
    words = fields.get("diagnostic-code") or beside or fields.get("action", "").partition("(")[2].strip(" )")
    action = re.match(r"[a-z]*", fields.get("action", "").lower())
    return Outcome(action[0] if action else "", code, re.sub(r"^[\w-]{1,20}\s*;\s*", "", words))

"""How a member of the Swiss parliament can be reached, of the rows of PersonCommunication.

What is called private is left alone, however public it is: who writes to a member writes to the office.
"""

import re
from collections.abc import Callable, Sequence
from functools import partial

import msgspec

from service.advocacy.register import values
from service.advocacy.register.ch_odata import Row
from service.kit.i18n import Sentence

# As the types are called in German, French, Italian and English.
_KINDS = (
    ("fax", re.compile(r"fax", re.IGNORECASE)),
    ("email", re.compile(r"e-?mail|courriel|posta elettronica", re.IGNORECASE)),
    ("website", re.compile(r"home ?page|web|internet|site|sito", re.IGNORECASE)),
    ("phone", re.compile(r"tel|tél|mobil|natel|phone|portable|cellulare", re.IGNORECASE)),
)
_PRIVATE = re.compile(r"priv", re.IGNORECASE)
_OFFICIAL = re.compile(r"parl|rat\b|ratsadresse|offi|ufficiale", re.IGNORECASE)
_PARLIAMENTS = "@parl.ch"
_READ: dict[str, Callable[[str], str]] = {
    "email": values.email,
    "website": values.website,
    "phone": values.phone,
}


class Contacts(msgspec.Struct, frozen=True):
    email: str = ""
    phone: str = ""
    website: str = ""


def read(listed: Sequence[Row]) -> Contacts:
    """The parliament's own before others; of those that are alike the first. What cannot be read is told."""
    found: dict[str, list[tuple[bool, str]]] = {kind: [] for kind in _READ}
    private: dict[str, Row] = {}
    for row in listed:
        kind, official, value = row.entry.read(partial(_contact, row), ("", False, ""))
        if kind == "private":
            private.setdefault(value, row)
        elif kind and value:
            found[kind].append((official, value))
    for kind, row in private.items():
        if not found[kind]:
            row.entry.tell(Sentence("The only {kind} is a private one, and was left out.", kind=_CALLED[kind]))
    return Contacts(**{kind: _best(said) for kind, said in found.items()})


_CALLED = {"email": "e-mail address", "phone": "telephone number", "website": "website"}


def _contact(row: Row) -> tuple[str, bool, str]:
    """Kind, whether it is the parliament's, and the value; "private" and the kind; nothing for a fax."""
    said, value = row.text("CommunicationTypeText"), row.text("Address")
    kind = next((kind for kind, pattern in _KINDS if pattern.search(said)), "")
    if not value or kind == "fax":
        return "", False, ""
    if not kind:
        raise values.unreadable("“{shown}” is no way to reach somebody that we know.", said or "Without a type, it")
    if _PRIVATE.search(said):
        return "private", False, kind
    clean = _READ[kind](value)
    return kind, clean.endswith(_PARLIAMENTS) or bool(_OFFICIAL.search(said)), clean


def _best(said: Sequence[tuple[bool, str]]) -> str:
    official = [value for is_official, value in said if is_official]
    return next(iter([*official, *(value for _is_official, value in said)]), "")

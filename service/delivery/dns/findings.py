"""What was found about one record, in words: its state, what it is for, what to write where."""

from collections.abc import Iterable
from enum import StrEnum

import msgspec

# The longest character-string of a TXT record (RFC 1035).
_PART = 255


class State(StrEnum):
    GOOD = "in order"
    BETTER = "could be better"
    MISSING = "missing"
    WRONG = "needs a change"
    UNKNOWN = "not looked up"
    NOTE = "good to know"


class Record(msgspec.Struct, frozen=True):
    """A record as it should be, or a file (kind "File", name its address).

    `value`: as the form of a DNS provider takes it, on one line and without quotes.
    """

    kind: str
    name: str
    value: str

    @property
    def zone_line(self) -> str:
        """As it stands in a zone file; a long text in parts."""
        if self.kind != "TXT":
            return f"{self.name}. {self.kind} {self.value}."
        parts = [self.value[start : start + _PART] for start in range(0, len(self.value), _PART)]
        return f"{self.name}. TXT " + " ".join(f'"{part}"' for part in parts)


class Finding(msgspec.Struct, frozen=True):
    """`lines`: sentences. `there`: what is in the DNS now. `records`: what to write; empty where all may stay."""

    title: str
    purpose: str
    state: State
    lines: list[str]
    there: list[str] = []
    records: list[Record] = []

    @property
    def asks(self) -> bool:
        """Whether somebody should do something."""
        return self.state in (State.MISSING, State.WRONG)


def tags(text: str) -> dict[str, str]:
    """`v=DKIM1; k=rsa; p=…` → {"v": "DKIM1", …}; blanks in a value do not count, the first of a name wins."""
    found: dict[str, str] = {}
    for item in text.split(";"):
        name, equals, value = item.partition("=")
        if equals:
            found.setdefault(name.strip().lower(), "".join(value.split()))
    return found


def beginning(texts: Iterable[str], version: str) -> list[str]:
    """Those that are records of that kind: `v=DMARC1; …`, `v=spf1 …`."""
    return [text for text in texts if text.replace(" ", "").lower().startswith(version.lower())]

"""A difference between a file and the register, and how a file is meant that is compared."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec

UNREAD = "Not everything in this file could be read; this may stand in what could not."
SHRUNK = "Far fewer stand in this file than we know. Please make sure that it is whole."
# So many may leave from one file to the next; more of them, and it is rather a part of the register.
_FEW, _SMALL_PART = 20, 0.34


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """See tables.RegisterDifference."""

    subject: str
    kind: str
    label: str
    representative: int | None = None
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    twice: str = ""


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """How a file is meant. `whole`: whoever is missing has left; `source`: where it is from."""

    as_of: date
    is_election: bool = False
    whole: bool = True
    source: str = ""


def doubt(gone: int, of: int, has_unread: bool, many_leave: bool = False) -> str:
    """Why to look twice at those who are gone, or nothing. `many_leave`: as they do after an election."""
    if not many_leave and gone > _FEW and gone > _SMALL_PART * of:
        return SHRUNK
    return UNREAD if gone and has_unread else ""


def called(names: Mapping[str, str], code: str) -> str:
    """For staff."""
    return names.get("en") or names.get("") or next(iter(names.values()), "") or code


def plain(value: Any) -> Any:
    """As JSON keeps it."""
    return msgspec.to_builtins(value)

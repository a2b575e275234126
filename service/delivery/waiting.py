"""Claimed rows, in the order in which they may go."""

from collections import deque
from collections.abc import Iterable

import msgspec

from service.kit import db


class Waiting(msgspec.Struct, frozen=True):
    """A claimed row and its recipient's domain (mail_domain.id, None where it has none)."""

    row: db.Record
    domain: int | None


class Line:
    """Those that wait in one run of a worker."""

    def __init__(self) -> None:
        self._rows: deque[Waiting] = deque()

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, rows: Iterable[Waiting]) -> None:
        self._rows.extend(rows)

    def next(self) -> Waiting | None:
        """Whose turn it is now."""
        return self._rows.popleft() if self._rows else None

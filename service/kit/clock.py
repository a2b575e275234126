"""The only home of time and chance, so that tests and rehearsals can move them."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

_moved_to: datetime | None = None


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _moved_to or datetime.now(UTC)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Inside the block it is `moment` (aware) in the whole process, and stays so."""
    global _moved_to
    before, _moved_to = _moved_to, moment.astimezone(UTC)
    try:
        yield
    finally:
        _moved_to = before


def random_bytes(size: int) -> bytes:
    return os.urandom(size)

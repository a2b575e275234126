"""The only home of time and chance, so that tests and rehearsals can move them."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_moved_to: datetime | None = None
_imagined: ContextVar[datetime | None] = ContextVar("imagined moment", default=None)


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _imagined.get() or _moved_to or datetime.now(UTC)


def second() -> int:
    """The present moment in whole seconds since 1970."""
    moment = _imagined.get() or _moved_to
    return int(moment.timestamp() if moment else time.time())


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Inside the block it is `moment` (aware) in the whole process, and stays so."""
    global _moved_to
    before, _moved_to = _moved_to, moment.astimezone(UTC)
    try:
        yield
    finally:
        _moved_to = before


@contextmanager
def imagined(moment: datetime) -> Iterator[None]:
    """Inside the block it is `moment` (aware) for this task, and for tasks and threads that it begins with asyncio.

    Everybody else in the process sees the real clock. The clock of PostgreSQL is not moved either.
    """
    mark = _imagined.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _imagined.reset(mark)


def random_bytes(size: int) -> bytes:
    return os.urandom(size)

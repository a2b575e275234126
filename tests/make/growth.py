"""How the work for a text grows with its length, whatever else the machine does meanwhile."""

import time
from collections.abc import Callable


def growth(do: Callable[[str], object], text: str) -> float:
    """How many times as long it takes for four times the text: 4 where that is linear, 16 where it is quadratic."""
    return _least(do, text * 4) / _least(do, text)


def _least(do: Callable[[str], object], text: str) -> float:
    """Seconds of this thread alone, of the best of five."""
    return min(_seconds(do, text) for _ in range(5))


def _seconds(do: Callable[[str], object], text: str) -> float:
    began = time.thread_time()
    do(text)
    return time.thread_time() - began

"""Somebody who falls asleep in the middle of something, as a process does that is stopped."""

import asyncio
from collections.abc import Coroutine
from contextvars import copy_context
from typing import Any


class Sleeper:
    """Does `work` step by step, from one wait to the next."""

    def __init__(self, work: Coroutine[Any, Any, Any]) -> None:
        self.done = False
        self.result: Any = None
        self._work = work
        self._context = copy_context()

    async def goes_on(self, steps: int) -> None:
        """So many more, and then sleeps; what it waited for last has happened by then."""
        while steps and not self.done:
            steps -= 1
            await self._step()

    async def wakes_up(self) -> None:
        while not self.done:
            await self._step()

    async def _step(self) -> None:
        try:
            future = self._context.run(self._work.send, None)
        except StopIteration as end:
            self.done, self.result = True, end.value
            return
        if future is not None:
            future._asyncio_future_blocking = False
            await asyncio.wait([future])

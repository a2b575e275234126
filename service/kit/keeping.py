"""Files that are costly to make are made one at a time, and the youngest are kept by what they were made from.

They are kept in this process alone, and given out only under a mark that was taken from the records just now: whoever
is hidden meanwhile is in none of them.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable

from service.kit.errors import Problem
from service.kit.i18n import lazy as _


class Busy(Problem):
    code = "busy"
    status = 503
    sentence = _("Many people are asking for this right now. Please try again in a minute.")


class Kept:
    """At most `most` files; at most `patience` people wait for one to be made."""

    def __init__(self, most: int, patience: int) -> None:
        self._files: OrderedDict[str, bytes] = OrderedDict()
        self._most = most
        self._patience = patience
        self._waiting = 0
        self._making = asyncio.Lock()

    async def get(self, mark: str, make: Callable[[], Awaitable[bytes]]) -> bytes:
        """The file of this mark. Raises Busy."""
        if mark not in self._files:
            await self._make(mark, make)
        self._files.move_to_end(mark)
        return self._files[mark]

    async def _make(self, mark: str, make: Callable[[], Awaitable[bytes]]) -> None:
        if self._waiting >= self._patience:
            raise Busy
        self._waiting += 1
        try:
            async with self._making:
                if mark not in self._files:
                    self._files[mark] = await make()
        finally:
            self._waiting -= 1
        while len(self._files) > self._most:
            self._files.popitem(last=False)

"""Pages of the wall as they were made last: given out again as long as nothing that they show has changed.

Each process keeps its own, compressed. Whether one is still true is asked of the records every time, so that nobody
is shown a moment longer than they may be.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable

import msgspec

from service.kit import db


class Page(msgspec.Struct, frozen=True):
    """`content`: compressed; `prisoners`: whom it shows; `state`: of the records from which it was made."""

    content: bytes
    prisoners: list[int]
    state: str


class KeptPages:
    """At most `most` pages, by their addresses. They are made one at a time."""

    def __init__(self, most: int) -> None:
        self._pages: OrderedDict[Hashable, Page] = OrderedDict()
        self._most = most
        self._making = asyncio.Lock()

    async def get(self, address: Hashable, make: Callable[[], Awaitable[Page]]) -> Page:
        """The page as it has to be now. `make` reads everything, the `state` too, in one snapshot."""
        if page := await self._true(address):
            return page
        async with self._making:
            if page := await self._true(address):
                return page
            page = self._pages[address] = await make()
        if len(self._pages) > self._most:
            self._pages.popitem(last=False)
        return page

    async def _true(self, address: Hashable) -> Page | None:
        page = self._pages.get(address)
        if page is None or page.state != await state(page.prisoners):
            return None
        self._pages.move_to_end(address)
        return page


async def state(prisoners: list[int]) -> str:
    """Another one whenever the wall has changed, or what may be shown of these prisoners."""
    return str(await db.fetch_value(_STATE, prisoners))


_STATE = """
    SELECT concat_ws(' ', coalesce((SELECT mark FROM wall_mark), gen_random_uuid()), (
        SELECT string_agg(concat_ws('.', id, version, standing), ' ' ORDER BY id) FROM prisoner WHERE id = ANY($1)
    ))
"""

"""Claims rows for one run before those that wait run out."""

import asyncio

from service.delivery import places
from service.delivery.claims import Claim
from service.delivery.letters import address_of
from service.delivery.waiting import Line, Waiting
from service.kit import db

WINDOW = 400


class Taking:
    """Fills `line` in the background. `held`: claimed and not settled.

    `more`: there is as much again for others; `over`: there is nothing left to claim.
    """

    def __init__(self, claim: Claim, line: Line) -> None:
        self.held: set[int] = set()
        self.more = self.over = False
        self._claim = claim
        self._line = line
        self._under_way: asyncio.Task[None] | None = None

    def when_few(self) -> None:
        if self.over or len(self._line) >= WINDOW // 2:
            return
        if self._under_way is None or self._under_way.done():
            self._under_way = asyncio.create_task(self._take())

    def result(self) -> None:
        """Raises what went wrong."""
        if self._under_way and self._under_way.done():
            self._under_way.result()

    async def rest(self) -> None:
        """Until nothing is under way."""
        if self._under_way:
            await asyncio.wait([self._under_way])

    async def _take(self) -> None:
        try:
            rows = await self._claim.take(WINDOW, self.held)
            addresses = [address_of(row) for row in rows]
            domains = await places.of_addresses(addresses)
        except db.AWAY:
            # PostgreSQL may be starting again; what was claimed before goes on meanwhile, and this is claimed anew.
            await asyncio.sleep(0.5)
            return
        self.held.update(row["id"] for row in rows)
        self.more, self.over = len(rows) == WINDOW, not rows
        self._line.add(map(Waiting, rows, domains, addresses))

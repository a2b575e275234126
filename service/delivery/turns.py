"""What became of the last mail, and may the next one go: the lanes ask in groups, one statement for each."""

import asyncio
import time
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress

import asyncpg

from service.delivery import claims
from service.delivery.claims import Claim, Settled
from service.kit import db, jobs

# A group waits so long for more lanes to join.
GATHER_SECONDS = 0.002


class Turns:
    """Brings the lanes' turns together: while one statement is under way, the next group gathers."""

    def __init__(self, claim: Claim, lanes: int) -> None:
        # Asking for the running loop costs a system call in Python 3.11.
        self._loop = asyncio.get_running_loop()
        self._claim = claim
        self._worth_it = lanes // 2
        # Its own connection, whose lock says that we live; the pool would also reset it after every statement.
        self._kept: asyncpg.Connection | None = None
        self._connection = AsyncExitStack()
        self._settled: list[Settled] = []
        self._asked: dict[int, asyncio.Future[bool]] = {}
        self._booked: list[asyncio.Future[bool]] = []
        self._under_way: set[int] = set()
        self._writer: asyncio.Task[None] | None = None

    async def turn(self, done: Sequence[Settled], next_id: int | None) -> bool:
        """Returns when `done` is booked; whether `next_id` may be handed over."""
        answer: asyncio.Future[bool] = self._loop.create_future()
        self._settled += done
        if next_id is None:
            self._booked.append(answer)
        else:
            self._asked[next_id] = answer
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write())
        return await answer

    async def _write(self) -> None:
        while self._settled or self._asked or self._booked:
            if len(self._asked) < self._worth_it:
                await asyncio.sleep(GATHER_SECONDS)
            settled, asked, booked = self._settled, self._asked, self._booked
            self._settled, self._asked, self._booked = [], {}, []
            try:
                granted = await self._stubborn(settled, asked)
            except Exception as error:
                # Also those that came meanwhile, to whom nobody else would answer.
                for answer in (*asked.values(), *booked, *self._asked.values(), *self._booked):
                    answer.set_exception(error)
                self._settled, self._asked, self._booked = [], {}, []
                return
            for id, answer in asked.items():
                answer.set_result(id in granted)
            for answer in booked:
                answer.set_result(False)

    async def _stubborn(self, settled: list[Settled], next_ids: Collection[int]) -> set[int]:
        """As long as the lease lasts: PostgreSQL may be starting again, and what was sent must be booked.

        On a full disk as long as we run: nobody else could write it down either, nor send anything meanwhile.
        """
        give_up = time.monotonic() + claims.LEASE.total_seconds()
        still = self._under_way.difference(row.id for row in settled)
        while True:
            try:
                self._kept = self._kept or await self._connected()
                granted = await self._claim.turn(settled, next_ids, still, self._kept)
                self._under_way = still | granted
                return granted
            except db.AWAY as error:
                is_full = isinstance(error, asyncpg.DiskFullError) and not jobs.stopping.is_set()
                if time.monotonic() > give_up and not is_full:
                    raise
                self._kept = None
                await asyncio.sleep(0.5)

    async def _connected(self) -> asyncpg.Connection:
        """A connection of our own, with the lock of our run, which is begun where there is none yet."""
        with suppress(*db.AWAY):
            await self._connection.aclose()
        kept = await self._connection.enter_async_context(db.connection())
        await (self._claim.vouch(kept) if self._claim.run else self._claim.begin(kept))
        return kept


@asynccontextmanager
async def of_run(claim: Claim, lanes: int) -> AsyncIterator[Turns]:
    """Begins a run and ends it; one of which something could not be booked is left to `claims.expire`."""
    turns = Turns(claim, lanes)
    try:
        turns._kept = await turns._connected()
        yield turns
    finally:
        with suppress(*db.AWAY):
            if not turns._under_way:
                await claim.end()
            await turns._connection.aclose()

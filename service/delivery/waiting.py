"""Claimed rows, and whose turn it is: the oldest one whose domain may be written to now.

A domain that is slow, or has asked us to be, keeps to a few lanes and to its pace. What waits for it stands aside,
and beyond a bound is put off in the database, so that the claims bring others.
"""

import asyncio
import sys
from collections import deque
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from itertools import islice
from math import inf

import msgspec

from service.delivery import domains, slowing
from service.delivery.claims import Settled
from service.delivery.domains import Domain, Domains
from service.delivery.slowing import Limit
from service.delivery.strain import Strain
from service.kit import clock, db

# So many stand aside for one domain, and for all.
ASIDE_OF_ONE = 50
ASIDE = 400
# Nobody is put off for longer: the domain may do better by then.
LONGEST_SECONDS = 1800
MOMENT = 0.2


class Waiting(msgspec.Struct, frozen=True):
    """A claimed row with its recipient's domain (mail_domain.id) and address; None and "" where it cannot be read."""

    row: db.Record
    domain: int | None
    address: str = ""


class Line:
    """Those that wait in one run of a worker. Whoever `next` returns is `under_way` until it comes `back`.

    `bounded`: whether it keeps to what the domains were learned to bear; mails to one person do not.
    """

    def __init__(self, lanes: int, bounded: bool = True, known: Domains = domains.everywhere) -> None:
        self.workers = 1
        self._lanes = lanes
        # What a domain may have while it is not known to be quick.
        self._few = max(1, lanes // 8)
        self._bounded = bounded
        self._known = known
        self._rows: deque[Waiting] = deque()
        self._queues: dict[int | None, _Queue] = {}
        self._open: deque[_Queue] = deque()
        self._aside = 0
        # Whether mails to several domains wait here.
        self._mixed = False
        self.under_way = 0
        self._put_off: list[Settled] = []
        self._news = asyncio.Event()

    def __len__(self) -> int:
        """How many wait for nothing but their turn, as far as is known."""
        return len(self._rows)

    @property
    def is_over(self) -> bool:
        """Whether nobody waits any more."""
        return not (self._rows or self._aside)

    def add(self, rows: Iterable[Waiting]) -> None:
        self._rows.extend(rows)
        aside = {id for id, queue in self._queues.items() if queue.aside}
        self._mixed = len(aside.union([waiting.domain for waiting in self._rows])) > 1
        self._news.set()

    def next(self, last: bool = False, most: int = sys.maxsize) -> Waiting | None:
        """Whose turn it is now, unless `most` are under way.

        `last`: no others will come, so that slow domains may have more lanes.
        """
        if self.under_way >= most:
            self._news.clear()
            return None
        while self._open:
            if found := self._from_aside(self._open.popleft()):
                return found
        while self._rows:
            waiting = self._rows.popleft()
            queue = self._queues.get(waiting.domain) or self._queue(waiting.domain)
            if self._may_go(queue, self._few):
                queue.under_way += 1
                self.under_way += 1
                return waiting
            if not self._stand_aside(waiting, queue):
                self._rows.appendleft(waiting)
                break
        self._news.clear()
        return self._from_slow() if last and not self._rows else None

    def soon(self, most: int) -> list[Waiting]:
        """Those whose turn comes next, as far as nothing delays them."""
        return list(islice(self._rows, most))

    def is_prompt(self, waiting: Waiting) -> bool:
        """Whether nobody has to wait long behind it."""
        return not self._known.lags(self._queues[waiting.domain].domain)

    def is_stuck(self, waiting: Waiting, seconds: float) -> bool:
        """Whether its answer, after so many seconds, takes much longer than others."""
        return self._known.is_slow(self._queues[waiting.domain].domain, seconds)

    def ask(self, waiting: Waiting) -> float:
        """Now it is the domain's turn to answer; returns the moment."""
        queue, now = self._queues[waiting.domain], self._known.now()
        if not queue.asked:
            queue.since = now
        queue.asked += 1
        return now

    def heard(self, waiting: Waiting) -> float:
        """It has answered, or will not any more; returns the moment."""
        queue = self._queues[waiting.domain]
        queue.asked -= 1
        queue.since = self._known.now()
        return queue.since

    def answered(self, waiting: Waiting, seconds: float, sent: bool) -> None:
        """How long its domain took, and whether it took the mail."""
        self._known.answered(self._queues[waiting.domain].domain, seconds, sent)

    def back(self, waiting: Waiting) -> None:
        """Its lane is free again."""
        queue = self._queues[waiting.domain]
        queue.under_way -= 1
        self.under_way -= 1
        self._news.set()
        if queue.aside:
            self._reopen(queue)
        elif not (queue.under_way or queue.alarm):
            del self._queues[waiting.domain]

    def put_back(self, waiting: Waiting) -> None:
        """It goes first when there is a lane for it."""
        self.back(waiting)
        self._rows.appendleft(waiting)

    def put_off(self) -> list[Settled]:
        """Those that are to be booked as due later; they wait here no longer."""
        off, self._put_off = self._put_off, []
        return off

    async def strained(self, waiting: Waiting, less: Strain, words: str) -> None:
        """Its domain asks us to be slower: from now on all workers are."""
        if waiting.domain is None:
            return
        queue = self._queues[waiting.domain]
        rate = queue.domain.sent_per_second(self._known.now()) * self.workers
        with suppress(*db.AWAY):
            # Its own conversation is over by now; those that are opened behind others are none yet.
            seen = Limit(rate, (queue.asked + 1) * self.workers)
            if await slowing.slow_down(waiting.domain, less, seen, words):
                self._known.bound(await slowing.limits())

    def look_again(self, workers: int) -> None:
        """After the bounds may have changed, which so many workers share."""
        self.workers = max(1, workers)
        for queue in self._queues.values():
            queue.silence()
            self._reopen(queue)

    async def change(self) -> None:
        """Until there is news since `next` found nobody, or a moment has passed."""
        with suppress(TimeoutError):
            async with asyncio.timeout(MOMENT):
                await self._news.wait()

    def close(self) -> None:
        """Nobody goes any more."""
        for queue in self._queues.values():
            queue.silence()

    def _queue(self, domain: int | None) -> "_Queue":
        queue = self._queues[domain] = _Queue(self._known.get(domain))
        return queue

    def _may_go(self, queue: "_Queue", few: int) -> bool:
        if queue.under_way >= few and not self._may_have_more(queue):
            return False
        return queue.domain.limit is None or not self._bounded or self._keeps_to_its_limit(queue)

    def _may_have_more(self, queue: "_Queue") -> bool:
        """Nobody suffers from one that was not slow so far where nobody else waits."""
        if self._mixed:
            return self._known.is_quick(queue.domain, self._age(queue))
        return not self._known.lags(queue.domain)

    def _keeps_to_its_limit(self, queue: "_Queue") -> bool:
        most, pace = self._most(queue.domain), queue.domain.pace
        if most is not None and queue.under_way >= most:
            return False
        if pace is None or pace.take():
            return True
        if queue.alarm is None:
            queue.alarm = self._alarm(queue, pace.wait())
        return False

    def _most(self, domain: Domain) -> int | None:
        """This run's share of the conversations that the domain bears."""
        if domain.limit is None or domain.limit.connections is None or not self._bounded:
            return None
        return max(1, domain.limit.connections // self.workers)

    def _alarm(self, queue: "_Queue", wait: float | None) -> "asyncio.TimerHandle | asyncio.Task[None]":
        if wait is None:
            return asyncio.create_task(self._reserve(queue))
        return asyncio.get_running_loop().call_later(wait, self._awake, queue)

    async def _reserve(self, queue: "_Queue") -> None:
        with suppress(*db.AWAY):
            if queue.domain.pace:
                await queue.domain.pace.more()
        self._awake(queue)

    def _awake(self, queue: "_Queue") -> None:
        queue.alarm = None
        self._reopen(queue)

    def _reopen(self, queue: "_Queue") -> None:
        if queue.aside and not queue.is_open:
            queue.is_open = True
            self._open.append(queue)
        self._news.set()

    def _from_aside(self, queue: "_Queue") -> Waiting | None:
        queue.is_open = False
        return self._take_aside(queue, self._few)

    def _from_slow(self) -> Waiting | None:
        """Others may still come by other runs: half of the lanes stay free for them."""
        for queue in list(self._queues.values()):
            if found := self._take_aside(queue, max(1, self._lanes // 2)):
                return found
        return None

    def _take_aside(self, queue: "_Queue", few: int) -> Waiting | None:
        if not queue.aside or not self._may_go(queue, few):
            return None
        waiting = queue.aside.popleft()
        self._aside -= 1
        queue.under_way += 1
        self.under_way += 1
        self._reopen(queue)
        return waiting

    def _stand_aside(self, waiting: Waiting, queue: "_Queue") -> bool:
        """False when there is no room, and it is not known yet how long it would have to wait."""
        if self._aside >= ASIDE or len(queue.aside) >= ASIDE_OF_ONE:
            if self._has_to_wait(queue):
                self._put_off.append(self._due_later(waiting, queue))
                return True
            if self._aside >= ASIDE:
                return False
        queue.aside.append(waiting)
        self._aside += 1
        return True

    def _has_to_wait(self, queue: "_Queue") -> bool:
        limited = self._bounded and queue.domain.limit is not None
        return limited or self._known.is_slow(queue.domain, self._age(queue))

    def _age(self, queue: "_Queue") -> float:
        return self._known.now() - queue.since if queue.asked else 0.0

    def _due_later(self, waiting: Waiting, queue: "_Queue") -> Settled:
        """At the domain's pace, one after the other, behind those that stand aside."""
        domain, now, step = queue.domain, clock.now().timestamp(), 1 / self._per_second(queue)
        due = max(domain.put_off_until, now + len(queue.aside) * step) + step
        domain.put_off_until = min(due, now + LONGEST_SECONDS)
        moment = datetime.fromtimestamp(domain.put_off_until, UTC)
        return Settled(waiting.row["id"], "queued", due_at=moment, domain=waiting.domain)

    def _per_second(self, queue: "_Queue") -> float:
        """How many this run gets through to a slow or limited domain."""
        domain = queue.domain
        width = self._most(domain) or max(1, self._lanes // 2)
        rate = domain.limit.per_second if domain.limit and self._bounded else None
        return min(width / max(domain.seconds, self._age(queue), 0.01), rate / self.workers if rate else inf)


class _Queue:
    """One domain in one run: how many are `under_way`, of those how many it was `asked` to take.

    `since`: when it last answered, or was asked after a rest.
    """

    __slots__ = ("alarm", "aside", "asked", "domain", "is_open", "since", "under_way")

    def __init__(self, domain: Domain) -> None:
        self.domain = domain
        self.under_way = 0
        self.asked = 0
        self.since = 0.0
        self.aside: deque[Waiting] = deque()
        self.is_open = False
        self.alarm: asyncio.TimerHandle | asyncio.Task[None] | None = None

    def silence(self) -> None:
        if self.alarm:
            self.alarm.cancel()
            self.alarm = None

"""The way out: a server by weight, among those that take a mail now."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cache

from service.delivery import replies, servers
from service.delivery.gate import Gate
from service.delivery.letter import Letter
from service.delivery.replies import Phase, Reply, Verdict
from service.delivery.servers import Server
from service.kit.i18n import Sentence
from service.kit.settings import settings

# Whoever waits looks again after this at the latest.
MOMENT = 0.2
NO_SERVER = "No outgoing mail server is set: SMTP_URL is empty. Nothing is lost; set it and start again."


class NoWayOut(Exception):
    """No server takes mail now. `lasting`: only a person can change that; else it is tried again by itself."""

    def __init__(self, sentence: str, lasting: bool) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.lasting = lasting


class Relay:
    """All servers of SMTP_URL for one kind of mail in this process; `runs`: how many use it now."""

    def __init__(self, named: Sequence[Server], for_campaigns: bool = True) -> None:
        self.runs = 0
        self.width = sum(server.connections for server in named)
        self._gates = [Gate(server, for_campaigns) for server in named]
        self._left = asyncio.Event()

    def enter(self) -> Gate | None:
        """A place at a server, whose holder will not have to wait there; None when there is none now.

        It is given back by `hand_over` or `leave`. Raises NoWayOut.
        """
        free = [gate for gate in self._awake() if gate.is_free]
        if not free:
            return None
        chosen = free[0] if len(free) == 1 else _by_weight(free)
        chosen.enter()
        return chosen

    def leave(self, place: Gate, unused: bool = False) -> None:
        place.leave(unused)
        self._left.set()

    async def provide(self) -> None:
        """Until there may be a place, or for a moment. Raises NoWayOut."""
        self._left.clear()
        waits = [await gate.provide() for gate in self._awake()]
        with suppress(TimeoutError):
            async with asyncio.timeout(min([MOMENT, *(wait for wait in waits if wait is not None)])):
                await self._left.wait()

    async def hand_over(
        self, letter: Letter, still_ours: Callable[[], bool] = lambda: True, place: Gate | None = None
    ) -> tuple[Reply, Server]:
        """One mail, at `place` if that takes connections. Raises NoWayOut: then nothing was handed over."""
        place = place or await self._entered()
        try:
            while (connection := place.kept() or await place.connection()) is None:
                place = await self._elsewhere(place)
            was_fresh = not connection.handed_over
            try:
                reply = await connection.hand_over(letter, still_ours)
            finally:
                place.keep(connection)
        finally:
            self.leave(place)
        if reply.code in (0, 421) and reply.phase is Phase.MAIL and not was_fresh:
            # The server had ended it while nobody wrote.
            return await self.hand_over(letter, still_ours)
        if replies.classify(reply) is Verdict.SERVER:
            await place.has_trouble(reply)
        else:
            place.is_well()
        return reply, place.server

    def share(self, runs: int) -> None:
        """All workers together have so many runs like those of this process."""
        for gate in self._gates:
            gate.share = max(1, gate.server.connections * self.runs // max(1, runs, self.runs))

    async def rest(self) -> None:
        """After a run: others may have what it did not use."""
        for gate in self._gates:
            await gate.give_back()
            await gate.shrink()

    def abort(self) -> None:
        """Cuts every conversation, for a process that has to end now."""
        for gate in self._gates:
            for connection in gate.open:
                connection.abort()

    async def close(self) -> None:
        """Says goodbye on all idle connections."""
        for gate in self._gates:
            await gate.close()

    def _awake(self) -> list[Gate]:
        awake = [gate for gate in self._gates if not gate.resting]
        if not awake:
            raise self._no_way_out()
        return awake

    async def _entered(self) -> Gate:
        while (place := self.enter()) is None:
            await self.provide()
        return place

    async def _elsewhere(self, place: Gate) -> Gate:
        other = await self._entered()
        self.leave(place, unused=True)
        return other

    def _no_way_out(self) -> NoWayOut:
        if not self._gates:
            return NoWayOut(str(Sentence(NO_SERVER)), lasting=True)
        for gate in self._gates:
            if not gate.lasting:
                return NoWayOut(gate.sentence, lasting=False)
        return NoWayOut(self._gates[0].sentence, lasting=True)


@cache
def relay(kind: str) -> Relay:
    """The relay of this process for "bulk" or "mail", each with connections of its own. Raises BadSmtpUrl."""
    return Relay([servers.server(url) for url in settings().smtp_urls], kind == "bulk")


def _by_weight(free: Sequence[Gate]) -> Gate:
    for gate in free:
        gate.credit += gate.server.weight
    chosen = max(free, key=_credit)
    chosen.credit -= sum(gate.server.weight for gate in free)
    return chosen


def _credit(gate: Gate) -> int:
    return gate.credit

"""The way out: a server by weight, among those that take a mail now."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cache

from service.delivery import replies, servers
from service.delivery.gate import MAILS_PER_CONNECTION, Gate
from service.delivery.letter import Letter
from service.delivery.replies import Phase, Reply, Verdict
from service.delivery.servers import Server
from service.delivery.smtp import Connection
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


class Place:
    """One lane's place at a server; `ahead`: the connection on which its next mail was opened with the last one."""

    __slots__ = ("ahead", "gate")

    def __init__(self, gate: Gate) -> None:
        self.gate = gate
        self.ahead: Connection | None = None


class Relay:
    """All servers of SMTP_URL for one kind of mail in this process; `runs`: how many use it now."""

    def __init__(self, named: Sequence[Server], for_campaigns: bool = True) -> None:
        self.runs = 0
        self.width = sum(server.connections for server in named)
        self._gates = [Gate(server, for_campaigns) for server in named]
        self._left = asyncio.Event()

    def enter(self) -> Place | None:
        """A place at a server, whose holder will not have to wait there; None when there is none now.

        It is given back by `hand_over` or `leave`. Raises NoWayOut.
        """
        free = [gate for gate in self._awake() if gate.is_free]
        if not free:
            return None
        chosen = _chosen(free)
        _charge(chosen, free)
        chosen.enter()
        return Place(chosen)

    def goes_on(self, place: Place) -> bool:
        """Whether the next mail may be opened ahead at the same place, also by the weights."""
        return place.gate.goes_on and _chosen(self._able(place.gate)) is place.gate

    def leave(self, place: Place, unused: bool = False) -> None:
        if place.ahead:
            place.ahead.abort()
            place.gate.keep(place.ahead)
            place.ahead = None
        place.gate.leave(unused)
        self._left.set()

    async def provide(self) -> None:
        """Until there may be a place, or for a moment. Raises NoWayOut."""
        self._left.clear()
        waits = [await gate.provide() for gate in self._awake()]
        with suppress(TimeoutError):
            async with asyncio.timeout(min([MOMENT, *(wait for wait in waits if wait is not None)])):
                await self._left.wait()

    async def hand_over(
        self,
        letter: Letter,
        still_ours: Callable[[], bool] = lambda: True,
        place: Place | None = None,
        then: Letter | None = None,
    ) -> tuple[Reply, Server]:
        """One mail, at `place` if that takes connections. Raises NoWayOut: then nothing was handed over.

        The place is left, unless `then` was opened ahead there.
        """
        place = place or await self._entered()
        try:
            connection = place.ahead or await self._connected(place)
            place.ahead, was_fresh = None, not connection.handed_over
            # Asked again: it may be another server by now.
            if connection.handed_over >= MAILS_PER_CONNECTION - 1 or not place.gate.goes_on:
                then = None
            try:
                reply = await connection.hand_over(letter, still_ours, then)
            finally:
                if connection.opened:
                    place.ahead = connection
                    _charge(place.gate, self._able(place.gate))
                else:
                    place.gate.keep(connection)
        finally:
            if not place.ahead:
                self.leave(place)
        if reply.code in (0, 421) and reply.phase is Phase.MAIL and not was_fresh:
            # The server had ended it while nobody wrote.
            return await self.hand_over(letter, still_ours)
        if replies.classify(reply) is Verdict.SERVER:
            await place.gate.has_trouble(reply)
        else:
            place.gate.is_well()
        return reply, place.gate.server

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

    def _able(self, holder: Gate) -> list[Gate]:
        """Those that take a mail now, from whoever has a place at `holder`."""
        if len(self._gates) == 1:
            return self._gates
        return [gate for gate in self._gates if gate is holder or (gate.is_free and not gate.resting)]

    async def _entered(self) -> Place:
        while (place := self.enter()) is None:
            await self.provide()
        return place

    async def _connected(self, place: Place) -> Connection:
        """At another server where its own takes no connection."""
        while (connection := place.gate.kept() or await place.gate.connection()) is None:
            other = await self._entered()
            self.leave(place, unused=True)
            place.gate = other.gate
        return connection

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


def _chosen(able: Sequence[Gate]) -> Gate:
    return able[0] if len(able) == 1 else max(able, key=lambda gate: gate.credit + gate.server.weight)


def _charge(chosen: Gate, able: Sequence[Gate]) -> None:
    """By weight, one after the other: each is owed its part of every mail, and who has one pays for it."""
    if len(able) > 1:
        for gate in able:
            gate.credit += gate.server.weight
        chosen.credit -= sum(gate.server.weight for gate in able)

"""The way out: a server by weight, kept connections, and a minute's rest for a server in trouble."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import cache

from service.delivery import replies, servers, smtp
from service.delivery.letter import Letter
from service.delivery.replies import Phase, Reply, Verdict
from service.delivery.servers import Server
from service.kit import clock, log
from service.kit.i18n import Sentence
from service.kit.settings import settings

REST = timedelta(minutes=1)
# So many answers in a row that are about the server itself give it a rest.
MOST_TROUBLES = 5
KEPT_IDLE_SECONDS = 20
MAILS_PER_CONNECTION = 1000
_log = log.logger("relay")


class NoWayOut(Exception):
    """No server takes mail now. `lasting`: only a person can change that; else it is tried again by itself."""

    def __init__(self, sentence: str, lasting: bool) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.lasting = lasting


class Relay:
    """All servers of SMTP_URL for one kind of mail in this process."""

    def __init__(self, named: Sequence[Server]) -> None:
        self._gates = [_Gate(server) for server in named]
        self.width = sum(server.connections for server in named)
        # Whoever holds one of these will not have to wait for a connection.
        self.slots = asyncio.Semaphore(max(1, self.width))

    async def hand_over(self, letter: Letter, still_ours: Callable[[], bool] = lambda: True) -> tuple[Reply, Server]:
        """One mail by the first server that takes connections. Raises NoWayOut: then nothing was handed over."""
        while True:
            gate = self._choose()
            async with gate.slots:
                if (connection := await gate.connection()) is None:
                    continue
                was_fresh = not connection.handed_over
                reply = await gate.use(connection, letter, still_ours)
            stale = reply.phase is Phase.MAIL and reply.code in (0, 421) and not was_fresh
            if not stale:
                gate.learn(replies.classify(reply), reply)
                return reply, gate.server

    def abort(self) -> None:
        """Cuts every conversation, for a process that has to end now."""
        for gate in self._gates:
            for connection in gate.open:
                connection.abort()

    async def close(self) -> None:
        """Says goodbye on all idle connections."""
        for gate in self._gates:
            await gate.close()

    def _choose(self) -> "_Gate":
        """Smooth weighted round-robin among the servers that do not rest."""
        awake = [gate for gate in self._gates if not gate.resting]
        if not awake:
            raise self._no_way_out()
        for gate in awake:
            gate.credit += gate.server.weight
        chosen = max(awake, key=lambda gate: gate.credit)
        chosen.credit -= sum(gate.server.weight for gate in awake)
        return chosen

    def _no_way_out(self) -> NoWayOut:
        if not self._gates:
            return NoWayOut(str(Sentence(NO_SERVER)), lasting=True)
        for gate in self._gates:
            if not gate.lasting:
                return NoWayOut(gate.sentence, lasting=False)
        return NoWayOut(self._gates[0].sentence, lasting=True)


NO_SERVER = "No outgoing mail server is set: SMTP_URL is empty. Nothing is lost; set it and start again."


@cache
def relay(kind: str) -> Relay:
    """The relay of this process for "bulk" or "mail", each with connections of its own. Raises BadSmtpUrl."""
    return Relay([servers.server(url) for url in settings().smtp_urls])


class _Gate:
    """One server with its kept connections."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.slots = asyncio.Semaphore(server.connections)
        self.credit = 0
        self.open: set[smtp.Connection] = set()
        self.lasting = False
        self.sentence = ""
        self._idle: list[smtp.Connection] = []
        self._rests_until: datetime | None = None
        self._troubles = 0

    @property
    def resting(self) -> bool:
        # Further away than a whole rest: the clock was set back meanwhile.
        return self._rests_until is not None and timedelta() < self._rests_until - clock.now() <= REST

    async def connection(self) -> smtp.Connection | None:
        """A kept one or a new one; None when the server rests from now on."""
        now = asyncio.get_running_loop().time()
        while self._idle:
            connection = self._idle.pop()
            worn = connection.handed_over >= MAILS_PER_CONNECTION or now - connection.last_used > KEPT_IDLE_SECONDS
            if connection.usable and not worn:
                return connection
            await self._drop(connection)
        try:
            connection = await smtp.connect(self.server)
        except smtp.CannotConnect as error:
            self._rest(error.reply, told(self.server, error.reply))
            return None
        self.open.add(connection)
        return connection

    async def use(self, connection: smtp.Connection, letter: Letter, still_ours: Callable[[], bool]) -> Reply:
        try:
            return await connection.hand_over(letter, still_ours)
        finally:
            if connection.usable:
                self._idle.append(connection)
            else:
                self.open.discard(connection)

    def learn(self, verdict: Verdict, reply: Reply) -> None:
        if verdict is not Verdict.SERVER:
            self._troubles = 0
            return
        self._troubles += 1
        if self._troubles >= MOST_TROUBLES:
            self._rest(
                reply, f"The mail server {self.server.label} has trouble: “{reply}”. It is tried again by itself."
            )

    async def close(self) -> None:
        while self._idle:
            await self._drop(self._idle.pop())

    async def _drop(self, connection: smtp.Connection) -> None:
        self.open.discard(connection)
        await connection.close()

    def _rest(self, reply: Reply, sentence: str) -> None:
        self._troubles = 0
        self._rests_until = clock.now() + REST
        self.lasting = is_lasting(reply)
        self.sentence = sentence
        _log.warning("server_rests", server=self.server.label, phase=reply.phase, reply=str(reply))


def is_lasting(reply: Reply) -> bool:
    """Whether a failed connection needs a person: a refusal, or encryption that is not trusted."""
    return reply.phase is Phase.TLS or replies.classify(reply) is Verdict.SENDER


def told(server: Server, reply: Reply) -> str:
    """A failed connection as a sentence for staff."""
    name = server.label
    match reply.phase:
        case Phase.TLS:
            return f"The encryption of the mail server {name} cannot be trusted: “{reply}”. Nothing was sent."
        case Phase.SIGN_IN if is_lasting(reply):
            return f"The mail server {name} does not accept our sign-in: “{reply}”. Check SMTP_URL."
        case _ if is_lasting(reply):
            return f"The mail server {name} refuses to take mail from us: “{reply}”."
        case _:
            return f"The mail server {name} does not answer: “{reply}”. It is tried again every minute."

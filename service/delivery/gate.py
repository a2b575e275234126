"""One outgoing server: its kept connections, what it takes, and a minute's rest when it is in trouble."""

import time
from contextlib import suppress
from datetime import datetime, timedelta

from service.delivery import connecting, places, quota, replies, smtp
from service.delivery.pace import Of, Pace
from service.delivery.quota import Ration
from service.delivery.replies import Phase, Reply, Verdict
from service.delivery.servers import Server
from service.kit import clock, db, log
from service.kit.formats import filters
from service.organisation import queries as organisations

REST = timedelta(minutes=1)
# So many answers in a row that are about the server itself give it a rest.
MOST_TROUBLES = 5
KEPT_IDLE_SECONDS = 20
MAILS_PER_CONNECTION = 1000
# So long a server that did not take an opening ahead of its time is sent none.
IN_ORDER_SECONDS = 600
_log = log.logger("gate")


class Gate:
    """One server.

    `for_campaigns`: whether it leaves a part of the day to other mails; `share`: how many places this process has;
    `credit`: what the weights still owe it; `sentence`, `lasting`: why it rests, and whether only a person can help.
    """

    def __init__(self, server: Server, for_campaigns: bool) -> None:
        self.server = server
        self.share = server.connections
        self.credit = 0
        self.open: set[smtp.Connection] = set()
        self.lasting = False
        self.sentence = ""
        self._busy = 0
        self._pace: Pace | None = None
        self._ration = _ration(server, for_campaigns)
        self._idle: list[smtp.Connection] = []
        self._rests_until: datetime | None = None
        self._in_order_until = 0.0
        self._troubles = 0

    @property
    def resting(self) -> bool:
        # Further away than a whole rest: the clock was set back meanwhile.
        return self._rests_until is not None and timedelta() < self._rests_until - clock.now() <= REST

    @property
    def is_free(self) -> bool:
        """Whether it takes a mail now."""
        if self._busy >= self.share or (self._ration and not self._ration.left):
            return False
        return not self.server.rate or (self._pace is not None and self._pace.wait() == 0)

    @property
    def goes_on(self) -> bool:
        """Whether who has a place may open the next mail ahead of its time; where it is bounded there is no hurry."""
        if self._ration or self.server.rate or self.resting or self._busy > self.share:
            return False
        return time.monotonic() > self._in_order_until

    def enter(self) -> None:
        """Takes a place, where it is free."""
        self._busy += 1
        if self._pace:
            self._pace.take()
        if self._ration:
            self._ration.take()

    def leave(self, unused: bool = False) -> None:
        self._busy -= 1
        if unused and self._ration:
            self._ration.put_back()

    async def provide(self) -> float | None:
        """Reserves what is missing; how many seconds it still takes, None where only a place is missing."""
        if self._ration and not self._ration.left and not (granted := await self._ration.more()).count:
            await self._is_used_up(granted.again_at)
        if self.server.rate:
            self._pace = self._pace or Pace(Of.SERVER, await places.server(self.server.label), self.server.rate)
            if self._pace.wait() is None:
                await self._pace.more()
            return self._pace.wait()
        return None

    async def give_back(self) -> None:
        """What was reserved of the day and not used."""
        if self._ration:
            await self._ration.give_back()

    def kept(self) -> smtp.Connection | None:
        """The connection that was used last; None where that is not as good as new."""
        return self._idle.pop() if self._idle and _is_good(self._idle[-1]) else None

    def keep(self, connection: smtp.Connection) -> None:
        """After a mail."""
        if not connection.takes_ahead:
            self._in_order_until = time.monotonic() + IN_ORDER_SECONDS
        if connection.usable:
            self._idle.append(connection)
        else:
            connection.abort()
            self.open.discard(connection)

    async def connection(self) -> smtp.Connection | None:
        """One that was kept longer, or a new one; None when the server rests from now on."""
        while self._idle:
            if connection := self.kept():
                return connection
            await self._drop(self._idle.pop())
        try:
            connection = await connecting.connect(self.server)
        except connecting.CannotConnect as error:
            await self._rest(told(self.server, error.reply), error.reply)
            return None
        self.open.add(connection)
        return connection

    def is_well(self) -> None:
        self._troubles = 0

    async def has_trouble(self, reply: Reply) -> None:
        """An answer about the server itself."""
        self._troubles += 1
        if self._troubles >= MOST_TROUBLES:
            words = f"The mail server {self.server.label} has trouble: “{reply}”. It is tried again by itself."
            await self._rest(words, reply)

    async def shrink(self) -> None:
        """Ends idle connections that others may have now."""
        while self._idle and len(self.open) > self.share:
            await self._drop(self._idle.pop())

    async def close(self) -> None:
        while self._idle:
            await self._drop(self._idle.pop())

    async def _drop(self, connection: smtp.Connection) -> None:
        self.open.discard(connection)
        await connection.close()

    async def _is_used_up(self, again_at: datetime) -> None:
        local, number = (filters("en")[name] for name in ("local", "number"))
        moment = local(again_at, (await organisations.required()).timezone)
        words = f"The mail server {self.server.label} takes {number(self.server.daily or 0)} mails a day"
        await self._rest(f"{words}; it goes on by itself at about {moment}.", until=again_at)

    async def _rest(self, sentence: str, reply: Reply | None = None, until: datetime | None = None) -> None:
        self._troubles = 0
        self._rests_until = min(until or clock.now() + REST, clock.now() + REST)
        self.lasting = reply is not None and is_lasting(reply)
        self.sentence = sentence
        _log.warning("server_rests", server=self.server.label, reply=str(reply or ""))
        with suppress(*db.AWAY):
            await db.execute(
                "UPDATE mail_server SET rests_until = $2, rests_because = $3 WHERE id = $1",
                await places.server(self.server.label),
                until or self._rests_until,
                sentence[:500],
            )


def _is_good(connection: smtp.Connection) -> bool:
    if connection.handed_over >= MAILS_PER_CONNECTION or time.monotonic() - connection.last_used > KEPT_IDLE_SECONDS:
        return False
    return connection.usable


def _ration(server: Server, for_campaigns: bool) -> Ration | None:
    if server.daily is None:
        return None
    most = quota.for_campaigns(server.daily) if for_campaigns else server.daily
    return Ration(server.quota_name, most)


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

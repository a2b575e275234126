"""One run of a worker over claimed rows: write, hand over, book, until there are no more or the time is over.

A lane is one conversation at a time. Each lane has at most one mail under way that is not booked, so that a killed
process leaves no more unknown rows than it had lanes. The next one may be opened ahead, that is offered with the
content before it; its own content waits until the last one is booked, and its turn is granted.
"""

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress

import msgspec

from service.delivery import alerts, bounces, claims, places, replies, strikes, turns
from service.delivery.claims import Claim, Settled
from service.delivery.headers import Unmailable
from service.delivery.letter import Letter
from service.delivery.letters import Letters, authored
from service.delivery.passage import Passage
from service.delivery.relay import NoWayOut, Place, Relay
from service.delivery.replies import Reply, Verdict
from service.delivery.reports import Report
from service.delivery.smtp import TooLate
from service.delivery.strain import strain
from service.delivery.strikes import Strikes
from service.delivery.tables import BounceKind
from service.delivery.taking import Taking
from service.delivery.turns import Turns
from service.delivery.waiting import Line, Waiting
from service.delivery.writing import Writing
from service.kit import db, jobs, log

TICK_SECONDS = 0.25
RENEW_SECONDS = 3.0
# A process that was told to stop cuts what is still under way after this.
LAST_SECONDS = 20.0
RECORDS_AWAY = "The records were away for a moment. It goes on by itself."
LOOK_SECONDS = 1.0
_log = log.logger("run")


async def pause(mailing: int, sentence: str) -> None:
    """Nothing, where somebody has paused or cancelled it meanwhile."""
    if await alerts.paused(mailing, sentence):
        _log.error("mailing_paused", mailing=mailing, why=sentence)


class _Mail(msgspec.Struct, frozen=True):
    """Ready to be handed over."""

    waiting: Waiting
    letter: Letter
    place: Place

    @property
    def id(self) -> int:
        id: int = self.waiting.row["id"]
        return id


class Run:
    """One claim's rows on their way through a few lanes, until there are no more or the time is over.

    `halted`: why it ended before, as a sentence for staff; `lasting`: only a person can change that.
    """

    _turns: Turns

    def __init__(self, claim: Claim, letters: Letters, way: Relay, lanes: int, seconds: float) -> None:
        self.halted = ""
        self.lasting = False
        self._claim = claim
        self._way = way
        self._lanes = max(1, lanes)
        self._ends = time.monotonic() + seconds
        for_campaigns = claim.mailing is not None
        self._for_campaigns = for_campaigns
        self._line = Line(self._lanes, for_campaigns)
        self._writing = Writing(letters, self._line, alike=for_campaigns)
        self._passage = Passage(way, self._line, letters.domain, for_campaigns)
        self._strikes = Strikes(claim.mailing)
        self._taking = Taking(claim, self._line)
        # How many lanes have a place at a server.
        self._inside = 0
        # By the mail under way: since when, and which one was opened with it.
        self._behind: dict[int, tuple[float, _Mail, _Mail]] = {}

    async def through(self) -> None:
        """Gives back what it did not come to."""
        async with turns.of_run(self._claim, self._lanes) as self._turns, self._passage:
            keeper = asyncio.create_task(self._keep())
            try:
                async with asyncio.TaskGroup() as lanes:
                    for _number in range(self._lanes):
                        lanes.create_task(self._lane())
            finally:
                keeper.cancel()
                self._line.close()
                await self._taking.rest()

    async def _lane(self) -> None:
        """Records that are away end the run: no lane cuts the others in the middle of a mail."""
        done: list[Settled] = []
        mail: _Mail | None = None
        try:
            while mail := mail or await self._ready(done):
                mail = await self._one(mail, done)
            await self._book_all(done)
        except db.AWAY as error:
            _log.warning("records_unreachable", error=type(error).__name__)
            self._halt(RECORDS_AWAY, lasting=False)
        finally:
            if mail and mail.place.ahead:
                self._leave(mail)

    async def _ready(self, done: list[Settled]) -> _Mail | None:
        """The next one; None when the run is over. Before it waits for long, `done` is booked."""
        while waiting := await self._next(done):
            letter = await self._writing.letter(waiting)
            if isinstance(letter, Exception):
                await self._book_all(done)
                done.append(await self._unwritten(waiting, letter))
            elif place := await self._place(done):
                self._inside += 1
                return _Mail(waiting, letter, place)
            self._line.back(waiting)
        return None

    async def _one(self, mail: _Mail, done: list[Settled]) -> _Mail | None:
        """Books `done`, hands over one mail and puts what became of it into `done`. The one opened with it."""
        ours_until = time.monotonic() + claims.LEASE.total_seconds()
        if not await self._granted(mail, done):
            return None
        if then := await self._ahead(mail, done):
            self._behind[mail.id] = time.monotonic(), mail, then
        try:
            done += await self._hand_over(mail, then.letter if then else None, ours_until)
        finally:
            waits = self._behind.pop(mail.id, None) is not None
            self._line.back(mail.waiting)
            self._inside -= not mail.place.ahead
        if then is None or (waits and mail.place.ahead and self._goes_on()):
            return then
        if mail.place.ahead:
            self._leave(then)
        if waits:
            self._put_back(then)
        return None

    def _free_who_waits_behind(self, now: float) -> None:
        """Whoever was opened with a mail that does not get its answer leaves by another lane."""
        for id, (since, mail, then) in list(self._behind.items()):
            if self._line.is_stuck(mail.waiting, now - since):
                del self._behind[id]
                self._put_back(then)

    async def _granted(self, mail: _Mail, done: list[Settled]) -> bool:
        """Whether it may leave; if not, it has no place any more."""
        granted = False
        try:
            granted = await self._turns.turn(done, mail.id)
            self._let_go(done)
            done.clear()
        finally:
            if not granted:
                self._taking.held.discard(mail.id)
                self._leave(mail)
                self._line.back(mail.waiting)
        return granted

    def _leave(self, mail: _Mail) -> None:
        self._inside -= 1
        self._passage.leave(mail.place)

    async def _ahead(self, mail: _Mail, done: list[Settled]) -> _Mail | None:
        """Who comes next, to be opened with the content of `mail`, where nothing stands in the way."""
        if not self._for_campaigns or not self._goes_on() or time.monotonic() > self._ends:
            return None
        if not (self._line.is_prompt(mail.waiting) and self._passage.goes_on(mail.place)):
            return None
        self._taking.when_few()
        waiting = self._line.next()
        done += self._line.put_off()
        if waiting is None:
            return None
        letter = await self._writing.letter(waiting)
        if isinstance(letter, Letter):
            return _Mail(waiting, letter, mail.place)
        self._writing.put_back(waiting, letter)
        self._line.put_back(waiting)
        return None

    def _put_back(self, mail: _Mail) -> None:
        self._writing.put_back(mail.waiting, mail.letter)
        self._line.put_back(mail.waiting)

    async def _hand_over(self, mail: _Mail, then: Letter | None, ours_until: float) -> list[Settled]:
        """Nothing where it is booked already."""
        waiting = mail.waiting
        began = self._line.ask(waiting)

        def still_ours() -> bool:
            return time.monotonic() < ours_until

        try:
            reply, server = await self._way.hand_over(mail.letter, still_ours, mail.place, then)
        except NoWayOut as error:
            self._halt(error.sentence, error.lasting)
            return [Settled(mail.id, "queued")]
        except TooLate:
            return [Settled(mail.id, "queued")]
        except Exception:
            # A fault of ours makes one row unknown, not those of all lanes.
            _log.exception("handing_over_failed", delivery=mail.id)
            return [Settled(mail.id, "unknown", Verdict.UNKNOWN, "our own fault, see the log")]
        finally:
            seconds = self._line.heard(waiting) - began
        at = places.known(server.label) or await places.at_hand(server.label)
        verdict = replies.classify(reply)
        sent = verdict is Verdict.SENT
        self._line.answered(waiting, seconds, sent)
        if sent:
            self._strikes.accepted()
            return [Settled(mail.id, "sent", server=at, domain=waiting.domain)]
        outcome = await self._unsent(waiting, reply, verdict, at)
        if verdict is not Verdict.GONE:
            return [outcome]
        await self._gone(outcome, mail.letter)
        return []

    async def _gone(self, outcome: Settled, letter: Letter) -> None:
        """Booked at once, and kept as a mail that came back: whether the address is dead is decided in one place."""
        await self._book_all([outcome])
        report = Report(BounceKind.HARD, words=outcome.reply)
        await bounces.record(outcome.id, report, bounces.REFUSED, [letter.recipient])

    async def _unwritten(self, waiting: Waiting, error: Exception) -> Settled:
        id = waiting.row["id"]
        if not isinstance(error, Unmailable):
            # One mail that cannot be written must not hold up all the others for ever.
            _log.error("mail_not_written", delivery=id, exc_info=error)
            error = Unmailable("content", f"it could not be written ({type(error).__name__})")
        await self._judge(Verdict.CONTENT if error.reason == "content" else Verdict.REFUSED, error.why)
        return Settled(id, "refused", error.reason, log.redact(error.why)[:300])

    async def _place(self, done: list[Settled]) -> Place | None:
        """Where one mail may be handed over; None when the run is over before there is one, and `done` is booked."""
        try:
            if place := self._enter():
                return place
            await self._book_all(done)
            while not self._is_over():
                if place := self._enter():
                    return place
                await self._passage.provide()
        except NoWayOut as error:
            await self._book_all(done)
            self._halt(error.sentence, error.lasting)
        return None

    def _enter(self) -> Place | None:
        return self._passage.enter() if self._inside < self._strikes.lanes() else None

    async def _next(self, done: list[Settled]) -> Waiting | None:
        """The next claimed row; None when this run is over."""
        while not self._is_over():
            self._taking.when_few()
            waiting = self._line.next(self._taking.over, self._strikes.lanes())
            done += self._line.put_off()
            if waiting or (self._taking.over and self._line.is_over and not self._behind):
                return waiting
            await self._book_all(done)
            await self._line.change()
            self._taking.result()
        return None

    def _is_over(self) -> bool:
        return bool(self.halted) or jobs.stopping.is_set() or time.monotonic() > self._ends

    def _goes_on(self) -> bool:
        """Whether what was opened ahead may follow."""
        return not (self.halted or self._strikes.is_careful or jobs.stopping.is_set())

    async def _book_all(self, done: list[Settled]) -> None:
        """Before it waits, a lane says what became of its last mail."""
        if done:
            await self._turns.turn(done, None)
            self._let_go(done)
            done.clear()

    def _let_go(self, done: Sequence[Settled]) -> None:
        for row in done:
            self._taking.held.discard(row.id)
            self._writing.forget(row.id)

    async def _unsent(self, waiting: Waiting, reply: Reply, verdict: Verdict, server: int | None) -> Settled:
        # The server may have named the reader in words that only we know to be a name.
        words = bounces.redacted(str(reply), [waiting.address, *authored(waiting.row)])
        await self._judge(verdict, words)
        if less := strain(reply):
            await self._line.strained(waiting, less, words)
        return claims.unsent(waiting.row, verdict, words, server, waiting.domain)

    async def _judge(self, verdict: Verdict, words: str) -> None:
        """Too many refusals that are about us halt this run, and the others when they ask for their next mail."""
        if verdict in (Verdict.SENDER, Verdict.CONTENT) and await self._strikes.refused() and not self.halted:
            self._halt(strikes.told(verdict, log.redact(words)), lasting=True)
            if self._claim.mailing is not None:
                with suppress(*db.AWAY):
                    await pause(self._claim.mailing, self.halted)

    def _halt(self, sentence: str, lasting: bool) -> None:
        if not self.halted:
            self.halted, self.lasting = sentence, lasting

    async def _keep(self) -> None:
        """Renews the lease, looks at the bounds and for who is stuck, asks other workers to help with much.

        Cuts what is still under way when the process has to end.
        """
        loop = asyncio.get_running_loop()
        began = renewed = looked = time.monotonic()
        told: float | None = None
        asks_at = began
        while True:
            await asyncio.sleep(TICK_SECONDS)
            now = time.monotonic()
            self._free_who_waits_behind(now)
            if now - renewed > RENEW_SECONDS:
                renewed = now
                with suppress(*db.FAILED):
                    await self._claim.renew()
            if now - looked > LOOK_SECONDS:
                looked = now
                await self._passage.look()
            if self._for_campaigns and now > asks_at and self._taking.more:
                # The one that hears it may be ourselves; so again, after ever longer pauses.
                asks_at = now + (now - began)
                # Not awaited: a queue that does not answer must not keep the lease from being renewed.
                loop.run_in_executor(None, jobs.enqueue, "delivery.work", self._claim.mailing)
            if jobs.stopping.is_set():
                told = told or now
                if now - told > LAST_SECONDS:
                    self._way.abort()

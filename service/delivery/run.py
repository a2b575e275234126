"""One run of a worker over claimed rows: write, hand over, book, until there are no more or the time is over.

A lane is one conversation at a time. Each lane has at most one mail under way that is not booked, so that a killed
process leaves no more unknown rows than it had lanes.
"""

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress

from service.delivery import alerts, bounces, claims, places, replies, strikes, turns
from service.delivery.claims import Claim, Settled
from service.delivery.gate import Gate
from service.delivery.headers import Unmailable
from service.delivery.letter import Letter
from service.delivery.letters import Letters, address_of, authored
from service.delivery.passage import Passage
from service.delivery.relay import NoWayOut, Relay
from service.delivery.replies import Reply, Verdict
from service.delivery.reports import Report
from service.delivery.smtp import TooLate
from service.delivery.strain import strain
from service.delivery.strikes import Strikes
from service.delivery.tables import BounceKind
from service.delivery.turns import Turns
from service.delivery.waiting import Line, Waiting
from service.kit import db, jobs, log

WINDOW = 400
# So many letters of a mailing are written in one go: a processor that stays with one thing does it in half the time.
AHEAD = 24
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


class Run:
    """One claim's rows on their way through a few lanes, until there are no more or the time is over.

    `halted`: why it ended before, as a sentence for staff; `lasting`: only a person can change that.
    """

    _turns: Turns

    def __init__(self, claim: Claim, letters: Letters, way: Relay, lanes: int, seconds: float) -> None:
        self.halted = ""
        self.lasting = False
        self._claim = claim
        self._letters = letters
        self._way = way
        self._lanes = max(1, lanes)
        self._ends = time.monotonic() + seconds
        for_campaigns = claim.mailing is not None
        self._line = Line(self._lanes, for_campaigns)
        self._passage = Passage(way, self._line, letters.domain, for_campaigns)
        self._strikes = Strikes(claim.mailing)
        self._held: set[int] = set()
        # Written ahead of their turn, or why they could not be.
        self._written: dict[int, Letter | Exception] = {}
        self._claiming: asyncio.Task[None] | None = None
        self._empty = False
        # How many lanes have a place at a server.
        self._inside = 0

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
                if self._claiming:
                    await asyncio.wait([self._claiming])

    async def _lane(self) -> None:
        """Records that are away end the run: no lane cuts the others in the middle of a mail."""
        done: list[Settled] = []
        try:
            while waiting := await self._next(done):
                outcome = await self._one(waiting, done)
                done = [outcome] if outcome else []
                self._line.back(waiting)
            await self._book_all(done)
        except db.AWAY as error:
            _log.warning("records_unreachable", error=type(error).__name__)
            self._halt(RECORDS_AWAY, lasting=False)

    async def _one(self, waiting: Waiting, done: list[Settled]) -> Settled | None:
        """Books `done` and hands over one mail; None when it was taken back meanwhile, or the run is over."""
        letter = await self._letter(waiting)
        if isinstance(letter, Exception):
            await self._book_all(done)
            return await self._unwritten(waiting, letter)
        if (place := await self._place(done)) is None:
            return None
        self._inside += 1
        return await self._hand_over(waiting, letter, place, done)

    async def _letter(self, waiting: Waiting) -> Letter | Exception:
        if (written := self._written.pop(waiting.row["id"], None)) is not None:
            return written
        if self._claim.mailing is not None:
            for other in self._line.soon(AHEAD):
                if other.row["id"] not in self._written:
                    self._written[other.row["id"]] = await self._write(other)
        return await self._write(waiting)

    async def _write(self, waiting: Waiting) -> Letter | Exception:
        try:
            return await self._letters.write(waiting.row, waiting.address)
        except Exception as error:
            return error

    async def _hand_over(self, waiting: Waiting, letter: Letter, place: Gate, done: list[Settled]) -> Settled | None:
        id = waiting.row["id"]
        ours_until = time.monotonic() + claims.LEASE.total_seconds()
        granted = await self._turns.turn(done, id)
        self._let_go(done)
        if not granted:
            self._inside -= 1
            self._passage.leave(place)
            self._held.discard(id)
            return None
        began = self._line.ask(waiting)
        try:
            reply, server = await self._way.hand_over(letter, lambda: time.monotonic() < ours_until, place)
        except NoWayOut as error:
            self._halt(error.sentence, error.lasting)
            return Settled(id, "queued")
        except TooLate:
            return Settled(id, "queued")
        except Exception:
            # A fault of ours makes one row unknown, not those of all lanes.
            _log.exception("handing_over_failed", delivery=id)
            return Settled(id, "unknown", Verdict.UNKNOWN, "our own fault, see the log")
        finally:
            self._inside -= 1
            seconds = self._line.heard(waiting) - began
        at = places.known(server.label) or await places.at_hand(server.label)
        verdict = replies.classify(reply)
        sent = verdict is Verdict.SENT
        self._line.answered(waiting, seconds, sent)
        if sent:
            self._strikes.accepted()
            return Settled(id, "sent", server=at, domain=waiting.domain)
        outcome = await self._unsent(waiting, reply, verdict, at)
        if verdict is not Verdict.GONE:
            return outcome
        await self._gone(outcome, letter)
        return None

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

    async def _place(self, done: list[Settled]) -> Gate | None:
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

    def _enter(self) -> Gate | None:
        return self._passage.enter() if self._inside < self._strikes.lanes(self._lanes) else None

    async def _next(self, done: list[Settled]) -> Waiting | None:
        """The next claimed row; None when this run is over."""
        while not self._is_over():
            self._claim_when_few()
            waiting = self._line.next(self._empty, self._strikes.lanes(self._lanes))
            done += self._line.put_off()
            if waiting or (self._empty and self._line.is_over):
                return waiting
            await self._book_all(done)
            await self._line.change()
            if self._claiming and self._claiming.done():
                self._claiming.result()
        return None

    def _is_over(self) -> bool:
        return bool(self.halted) or jobs.stopping.is_set() or time.monotonic() > self._ends

    def _claim_when_few(self) -> None:
        if self._empty or len(self._line) >= WINDOW // 2:
            return
        if self._claiming is None or self._claiming.done():
            self._claiming = asyncio.create_task(self._claim_more())

    async def _claim_more(self) -> None:
        try:
            rows = await self._claim.take(WINDOW, self._held)
        except db.AWAY:
            # PostgreSQL may be starting again; what was claimed before goes on meanwhile.
            await asyncio.sleep(0.5)
            return
        self._held.update(row["id"] for row in rows)
        self._empty = not rows
        addresses = [address_of(row) for row in rows]
        self._line.add(map(Waiting, rows, await places.of_addresses(addresses), addresses))

    async def _book_all(self, done: list[Settled]) -> None:
        """Before it waits, a lane says what became of its last mail."""
        if done:
            await self._turns.turn(done, None)
            self._let_go(done)
            done.clear()

    def _let_go(self, done: Sequence[Settled]) -> None:
        for row in done:
            self._held.discard(row.id)
            self._written.pop(row.id, None)

    async def _unsent(self, waiting: Waiting, reply: Reply, verdict: Verdict, server: int | None) -> Settled:
        # The server may have named the reader in words that only we know to be a name.
        words = bounces.redacted(str(reply), [waiting.address, *authored(waiting.row)])
        await self._judge(verdict, words)
        if less := strain(reply):
            await self._line.strained(waiting, less, words)
        return _unsent(waiting, verdict, words, server)

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
        """Renews the lease, looks at the bounds, and cuts what is still under way when the process has to end."""
        renewed = looked = time.monotonic()
        told: float | None = None
        while True:
            await asyncio.sleep(0.5)
            now = time.monotonic()
            if now - renewed > RENEW_SECONDS:
                renewed = now
                with suppress(*db.FAILED):
                    await self._claim.renew()
            if now - looked > LOOK_SECONDS:
                looked = now
                await self._passage.look()
            if jobs.stopping.is_set():
                told = told or now
                if now - told > LAST_SECONDS:
                    self._way.abort()


def _unsent(waiting: Waiting, verdict: Verdict, words: str, server: int | None) -> Settled:
    state, due = "refused", None
    if verdict is Verdict.UNKNOWN:
        state = "unknown"
    elif verdict not in (Verdict.GONE, Verdict.REFUSED, Verdict.CONTENT) and (
        due := claims.try_again_at(waiting.row["attempts"] + 1)
    ):
        state = "later"
    return Settled(waiting.row["id"], state, verdict, words, due, server, waiting.domain)

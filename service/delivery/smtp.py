"""One SMTP connection that is made already (see connecting.py): its mails, one after the other."""

import asyncio
import re
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TypeAlias

from service.delivery.letter import Letter
from service.delivery.replies import Phase, Reply
from service.delivery.servers import Server

COMMAND_SECONDS = 60
# RFC 5321 asks for ten minutes after the dot; whoever gives up earlier makes unknown rows.
END_SECONDS = 300
QUIT_SECONDS = 2
WATCH_SECONDS = 0.25
_OPENING = (Phase.MAIL, Phase.RCPT, Phase.DATA)
_GO_ON = Reply(Phase.DATA, 354)
# What is mostly said, in one piece: to MAIL, RCPT and DATA together, and to the final dot.
_OPENED = re.compile(rb"(?:2[0-9][0-9] [^\n]{0,512}\n){2}354[ \r][^\n]{0,512}\n")
_TAKEN = re.compile(rb"(2[0-9][0-9]) ([^\n]{0,512}?)\r?\n")
_TAKEN_AND_OPENED = re.compile(_TAKEN.pattern + _OPENED.pattern)
_LONGEST_REPLY, _MOST_LINES = 32_768, 500
# More than are ever waited for.
_MOST_READY = 16
_CODES = {b"%d" % code: code for code in range(200, 600)}
_MARKS = (b" ", b"-", b"\r", b"")
_ADDRESS = re.compile(r"[!-;=?-~]{1,320}")

_Waiter: TypeAlias = "asyncio.Future[re.Match[bytes] | None]"


class TooLate(Exception):
    """Nothing was handed over: meanwhile the mail may be another worker's."""


class Connection:
    """A connection that is ready for mails, one after the other.

    `opened`: the mail whose opening left with the content before it (RFC 2920), so that each costs one way there and
    back; `takes_ahead`: whether the server bears that.
    """

    def __init__(self, server: Server, transport: asyncio.Transport, offers: dict[str, str]) -> None:
        self.server = server
        self.offers = offers
        self.encrypted = transport.get_extra_info("sslcontext") is not None
        self.handed_over = 0
        self.opened: Letter | None = None
        self._at_once = self.takes_ahead = "pipelining" in offers
        self._sizes = "size" in offers
        self._reports = "dsn" in offers
        self._loop = asyncio.get_running_loop()
        self.last_used = time.monotonic()
        self._transport = transport
        self._answers = _Answers(self._loop)
        transport.set_protocol(self._answers)
        self._watch()

    @property
    def usable(self) -> bool:
        return self.opened is None and self._answers.quiet and not self._transport.is_closing()

    async def hand_over(
        self, letter: Letter, still_ours: Callable[[], bool] = lambda: True, then: Letter | None = None
    ) -> Reply:
        """One mail, no line of which begins with a dot. The answer that decided, and where.

        `still_ours` is asked before the content leaves; raises TooLate. `then` may be opened with it: whoever finds
        it in `opened` hands it over next, or aborts.
        """
        self._phase = Phase.MAIL
        try:
            reply = await self._begun(letter)
            if reply.code == 354:
                if not still_ours():
                    raise TooLate
                reply = await self._end(letter.pieces, then if self.takes_ahead else None)
        except ConnectionError as error:
            self.abort()
            return Reply(self._phase, 0, str(error))
        except BaseException:
            self.abort()
            raise
        finally:
            self.handed_over += 1
            self.last_used = time.monotonic()
        if reply.code == 421 or reply.code < 200:
            self.abort()
        return reply

    async def close(self) -> None:
        """Says goodbye without waiting long."""
        with suppress(ConnectionError):
            self._send([b"QUIT\r\n"], QUIT_SECONDS)
            await self._answered((self._phase,))
        self._transport.close()

    def abort(self) -> None:
        self.opened = None
        self._transport.abort()
        self._answers.end("the connection was given up")

    def _opening(self, letter: Letter) -> bytes:
        """MAIL, RCPT and DATA; where the server offers it, a report comes of failure alone, with the mail's head."""
        sender, recipient = letter.sender, letter.recipient
        assert _ADDRESS.fullmatch(sender) and _ADDRESS.fullmatch(recipient), "checked when the mail was written"
        size = f" SIZE={letter.size}" if self._sizes else ""
        report, when = "", ""
        if self._reports and letter.envelope_id:
            report, when = f" RET=HDRS ENVID={letter.envelope_id}", " NOTIFY=FAILURE"
        return f"MAIL FROM:<{sender}>{size}{report}\r\nRCPT TO:<{recipient}>{when}\r\nDATA\r\n".encode()

    async def _begun(self, letter: Letter) -> Reply:
        """The first refusal, or 354. An opening that was sent ahead and not taken decides nothing: it is sent again.

        That it was said twice costs less than a server that only wants all in order.
        """
        if self.opened is letter and await self._was_taken():
            return _GO_ON
        return await (self._open_at_once if self._at_once else self._open)(self._opening(letter))

    async def _was_taken(self) -> bool:
        """Whether the server let in what was opened ahead. Raises ConnectionError where it did not wait."""
        self.opened = None
        if not (self._opened_as_mostly or await self._takes_ahead()):
            return False
        if not self.usable:
            raise ConnectionResetError("the server went on before it was its turn")
        return True

    async def _takes_ahead(self) -> bool:
        self._deadline = self._loop.time() + COMMAND_SECONDS
        try:
            reply = await self._opened_at_once()
        except ConnectionError:
            self.takes_ahead = False
            raise
        finally:
            # Whatever happens to it, it happens before it is begun in order.
            self._phase = Phase.MAIL
        if reply.phase is Phase.MAIL and reply.code != 421:
            self.takes_ahead = False
        return reply.code == 354

    async def _open(self, opening: bytes) -> Reply:
        """The first refusal, or 354."""
        for phase, command in zip(_OPENING, opening.splitlines(keepends=True), strict=True):
            self._phase = phase
            self._send([command], COMMAND_SECONDS)
            [reply] = await self._answered((phase,))
            if not _goes_on(reply):
                await self._reset(reply)
                return reply
        return reply

    async def _open_at_once(self, opening: bytes) -> Reply:
        self._send([opening], COMMAND_SECONDS)
        return await self._opened_at_once()

    async def _opened_at_once(self) -> Reply:
        if await self._answers.come(len(_OPENING), _OPENED):
            return _GO_ON
        *_before, last = answers = self._taken(_OPENING)
        refused = next((reply for reply in answers if not _goes_on(reply)), None)
        if refused is None:
            return last
        if last.code == 354 and refused.phase is Phase.MAIL:
            self.abort()
            return refused
        if last.code == 354 and last.phase is Phase.DATA:
            # RFC 2920: the server wants the content of a mail without recipients; an empty one ends it.
            self._send([b".\r\n"], COMMAND_SECONDS)
            await self._answered((self._phase,))
        await self._reset(refused)
        return refused

    async def _end(self, pieces: Sequence[bytes], then: Letter | None) -> Reply:
        self._phase = Phase.DATA
        last = b".\r\n" if pieces[-1].endswith(b"\r\n") else b"\r\n.\r\n"
        self._send([*pieces, last + self._opening(then) if then else last], END_SECONDS)
        self.opened = then
        # Only now may it have arrived without our knowing.
        self._phase = Phase.END
        taken = await self._answers.come(1, _TAKEN_AND_OPENED if then else _TAKEN)
        self._opened_as_mostly = taken is not None
        if taken:
            return Reply(Phase.END, int(taken[1]), taken[2].decode(errors="replace"))
        [reply] = self._taken((Phase.END,))
        return reply

    async def _reset(self, refused: Reply) -> None:
        """After a refusal; that the server ends here does not change what it said before."""
        if refused.code // 100 not in (4, 5):
            # Whoever says yes to DATA counts other answers than we do.
            self.abort()
            return
        try:
            self._send([b"RSET\r\n"], COMMAND_SECONDS)
            await self._answered((self._phase,))
        except ConnectionError:
            self.abort()

    def _send(self, lines: Sequence[bytes], seconds: float) -> None:
        """What is asked has to be answered within `seconds`. Raises ConnectionError when nothing of it can leave."""
        if not self._transport.is_closing():
            self._deadline = self._loop.time() + seconds
            # Of a connection that the server has closed uvloop says RuntimeError.
            try:
                self._transport.writelines(lines)
                return
            except RuntimeError:
                pass
        raise ConnectionResetError("the connection was lost")

    async def _answered(self, phases: Sequence[Phase]) -> list[Reply]:
        await self._answers.come(len(phases))
        return self._taken(phases)

    def _taken(self, phases: Sequence[Phase]) -> list[Reply]:
        """What was said in each of `phases`, or up to a refusal at which the server hung up.

        Raises ConnectionError, with `_phase` where it was.
        """
        replies: list[Reply] = []
        for phase in phases:
            if not self._answers.ready and not all(map(_goes_on, replies)):
                break
            self._phase = phase
            code, text = self._answers.take()
            replies.append(Reply(phase, code, text))
        return replies

    def _watch(self) -> None:
        """Looks now and then whether an answer is overdue: a timer for each command would cost more."""
        if self._answers.lost:
            return
        if self._answers.awaited and self._loop.time() > self._deadline:
            self._transport.abort()
            self._answers.end("no answer in time")
            return
        self._loop.call_later(WATCH_SECONDS, self._watch)

    _phase = Phase.MAIL
    _deadline = 0.0
    _opened_as_mostly = False


class _Answers(asyncio.Protocol):
    """Cuts what the server says into answers, in order, so that several commands may be under way."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self.lost = ""
        # Still connected, and nothing was said that nobody asked for.
        self.quiet = True
        self._rest = b""
        self._lines: list[bytes] = []
        self.ready: deque[tuple[int, str]] = deque()
        self._wanted = 0
        self._waiter: _Waiter | None = None
        self._mostly: re.Pattern[bytes] | None = None

    @property
    def awaited(self) -> bool:
        return self._waiter is not None and not self._waiter.done()

    def come(self, count: int, mostly: re.Pattern[bytes] | None = None) -> "_Waiter":
        """Done when so many answers are there, or there will be no more.

        What comes in one piece and is all of `mostly` is its result, and nothing is left to be taken.
        """
        self._waiter = waiter = self._loop.create_future()
        if len(self.ready) >= count or self.lost:
            waiter.set_result(None)
        else:
            self._wanted, self._mostly = count, mostly if self.quiet else None
        return waiter

    def take(self) -> tuple[int, str]:
        """Raises ConnectionError where it did not come, also when it was not SMTP."""
        if not self.ready:
            raise ConnectionError(self.lost)
        answer = self.ready.popleft()
        self.quiet = not (self.lost or self.ready or self._rest or self._lines)
        return answer

    def data_received(self, data: bytes) -> None:
        mostly, self._mostly = self._mostly, None
        if mostly and (found := mostly.fullmatch(data)):
            self._wake(found)
            return
        self.quiet = False
        if self.lost:
            # It may go on for as long as nobody looks at this connection.
            return
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            if self.lost:
                # What follows on an answer without sense answers nothing of ours.
                return
            self._add(line)
        if len(self._lines) > _MOST_LINES or len(self._rest) + sum(map(len, self._lines)) > _LONGEST_REPLY:
            self.end("the server's answer has no end")
        if len(self.ready) > _MOST_READY:
            self.end("the server said more than it was asked")
        if len(self.ready) >= self._wanted:
            self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        self.end("the connection was lost")

    def end(self, why: str) -> None:
        self.lost, self.quiet = self.lost or why, False
        self._wake()

    def _add(self, line: bytes) -> None:
        code, mark = _CODES.get(line[:3]), line[3:4]
        if code is None or mark not in _MARKS:
            self.end("the server's answer made no sense")
            return
        self._lines.append(line[4:].rstrip(b"\r"))
        if mark != b"-":
            self.ready.append((code, b" ".join(self._lines).decode(errors="replace")))
            self._lines.clear()

    def _wake(self, found: re.Match[bytes] | None = None) -> None:
        if self._waiter and not self._waiter.done():
            self._waiter.set_result(found)


def _goes_on(reply: Reply) -> bool:
    return reply.code == 354 if reply.phase is Phase.DATA else reply.code // 100 == 2

"""One SMTP connection: aiosmtplib connects, negotiates TLS and signs in; the transaction is ours."""

import asyncio
import re
import ssl
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from typing import cast
from urllib.parse import urlsplit

import aiosmtplib

from service.delivery.replies import Phase, Reply
from service.delivery.servers import Server, is_loopback
from service.kit.settings import settings

CONNECT_SECONDS = 20
COMMAND_SECONDS = 60
# RFC 5321 asks for ten minutes after the dot; whoever gives up earlier makes unknown rows.
END_SECONDS = 300
_LONGEST_REPLY = 32_768
_ADDRESS = re.compile(r"[!-;=?-~]{1,320}")


class CannotConnect(Exception):
    """No conversation came about; `reply` says how far it got."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(str(reply))
        self.reply = reply


class Connection:
    """A connection that is ready for mails, one after the other."""

    def __init__(self, server: Server, transport: asyncio.Transport, offers: dict[str, str]) -> None:
        self.server = server
        self.offers = offers
        self.encrypted = transport.get_extra_info("sslcontext") is not None
        self.handed_over = 0
        self.last_used = asyncio.get_running_loop().time()
        self._transport = transport
        self._answers = _Answers()
        transport.set_protocol(self._answers)

    @property
    def usable(self) -> bool:
        return self._answers.quiet and not self._transport.is_closing()

    async def hand_over(
        self, sender: str, recipient: str, message: bytes, still_ours: Callable[[], bool] = lambda: True
    ) -> Reply:
        """One mail. The answer that decided, and where; `still_ours` is asked before the content leaves."""
        opening = _opening(sender, recipient, len(message) if "size" in self.offers else None)
        self._phase = Phase.MAIL
        try:
            async with asyncio.timeout(COMMAND_SECONDS) as limit:
                reply = await self._open(opening)
                if reply.code == 354:
                    if not still_ours():
                        self.abort()
                        return Reply(self._phase, 0, "too late: the lease was over")
                    self._send(_stuffed(message))
                    # Only now may it have arrived without our knowing.
                    self._phase = Phase.END
                    limit.reschedule(asyncio.get_running_loop().time() + END_SECONDS)
                    reply = await self._answer()
        except TimeoutError:
            self.abort()
            return Reply(self._phase, 0, "no answer in time")
        except ConnectionError as error:
            self.abort()
            return Reply(self._phase, 0, str(error))
        except asyncio.CancelledError:
            self.abort()
            raise
        finally:
            self.handed_over += 1
            self.last_used = asyncio.get_running_loop().time()
        if reply.code == 421 or reply.code < 200:
            self.abort()
        return reply

    async def close(self) -> None:
        """Says goodbye without waiting long."""
        with suppress(TimeoutError, ConnectionError):
            async with asyncio.timeout(2):
                self._send(b"QUIT\r\n")
                await self._answer()
        self._transport.close()

    def abort(self) -> None:
        self._transport.abort()
        self._answers.end("the connection was given up")

    async def _open(self, opening: tuple[bytes, bytes, bytes]) -> Reply:
        """MAIL, RCPT and DATA: the first refusal, or 354."""
        if "pipelining" in self.offers:
            return await self._open_at_once(opening)
        for phase, command in zip((Phase.MAIL, Phase.RCPT, Phase.DATA), opening, strict=True):
            self._phase = phase
            self._send(command)
            reply = await self._answer()
            if not _goes_on(reply):
                await self._reset()
                return reply
        return reply

    async def _open_at_once(self, opening: tuple[bytes, bytes, bytes]) -> Reply:
        self._send(b"".join(opening))
        refused = None
        for phase in (Phase.MAIL, Phase.RCPT, Phase.DATA):
            self._phase = phase
            reply = await self._answer()
            if refused is None and not _goes_on(reply):
                refused = reply
        if refused is None:
            return reply
        if reply.code == 354 and refused.phase is Phase.MAIL:
            self.abort()
            return refused
        if reply.code == 354:
            # RFC 2920: the server wants the content of a mail without recipients; an empty one ends it.
            self._send(b".\r\n")
            await self._answer()
        await self._reset()
        return refused

    async def _reset(self) -> None:
        """After a refusal; that the server ends here does not change what it said before."""
        try:
            self._send(b"RSET\r\n")
            await self._answer()
        except ConnectionError:
            self.abort()

    def _send(self, data: bytes) -> None:
        """Raises ConnectionError when nothing of it can leave."""
        if not self._transport.is_closing():
            # Of a connection that the server has closed uvloop says RuntimeError.
            with suppress(RuntimeError):
                self._transport.write(data)
                return
        raise ConnectionResetError("the connection was lost")

    async def _answer(self) -> Reply:
        code, text = await self._answers.next()
        return Reply(self._phase, code, text)

    _phase = Phase.MAIL


async def connect(server: Server) -> Connection:
    """Raises CannotConnect."""
    client = aiosmtplib.SMTP(
        hostname=server.host,
        port=server.port,
        use_tls=server.mode == "smtps",
        start_tls={"smtps": False, "smtp+starttls": True}.get(server.mode),
        tls_context=trust(server.verify),
        local_hostname=_own_name(),
        timeout=CONNECT_SECONDS,
    )
    phase = Phase.CONNECT
    try:
        await client.connect()
        phase = Phase.HELLO
        await client._ehlo_or_helo_if_needed()
        phase = Phase.SIGN_IN
        await _sign_in(client, server)
    except (aiosmtplib.SMTPException, OSError, ValueError) as error:
        client.close()
        raise CannotConnect(_reply(phase, error)) from error
    assert client.transport
    return Connection(server, cast(asyncio.Transport, client.transport), dict(client.esmtp_extensions))


async def _sign_in(client: aiosmtplib.SMTP, server: Server) -> None:
    if not server.user:
        return
    if client.get_transport_info("sslcontext") is None and not is_loopback(server.host):
        raise aiosmtplib.SMTPResponseException(534, "it offers no encryption, and a password is never sent without")
    await client.login(server.user, server.password)


def _reply(phase: Phase, error: Exception) -> Reply:
    """Where it failed, and the server's words or the system's."""
    match error:
        case _ if isinstance(_cause(error), ssl.SSLError):
            return Reply(Phase.TLS, 0, str(getattr(_cause(error), "verify_message", "")) or "encryption failed")
        case aiosmtplib.SMTPAuthenticationError(code=code, message=message):
            return Reply(Phase.SIGN_IN, code, message)
        case aiosmtplib.SMTPHeloError(code=code, message=message):
            return Reply(Phase.HELLO, code, message)
        case aiosmtplib.SMTPResponseException(code=code, message=message) if code > 0:
            return Reply(phase, code, message)
        case aiosmtplib.SMTPTimeoutError() | TimeoutError():
            return Reply(phase, 0, "no answer in time")
        case aiosmtplib.SMTPException(message=message) if "support" in message:
            return Reply(Phase.TLS if "STARTTLS" in message else Phase.SIGN_IN, 502, message)
        case _:
            system = _cause(error)
            return Reply(phase, 0, (getattr(system, "strerror", None) or type(system).__name__).lower())


def _cause(error: BaseException) -> BaseException:
    while error.__cause__:
        error = error.__cause__
    return error


class _Answers(asyncio.Protocol):
    """Cuts what the server says into answers, in order, so that several commands may be under way."""

    def __init__(self) -> None:
        self.lost = ""
        self._buffer = bytearray()
        self._lines: list[str] = []
        self._ready: deque[tuple[int, str]] = deque()
        self._waiter: asyncio.Future[None] | None = None

    @property
    def quiet(self) -> bool:
        """Still connected, and nothing was said that nobody asked for."""
        return not self.lost and not self._ready and not self._buffer

    async def next(self) -> tuple[int, str]:
        """Raises ConnectionError, also when it was not SMTP."""
        while not self._ready:
            if self.lost:
                raise ConnectionError(self.lost)
            self._waiter = asyncio.get_running_loop().create_future()
            await self._waiter
        return self._ready.popleft()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (end := self._buffer.find(b"\n")) >= 0:
            line = self._buffer[:end].decode(errors="replace").rstrip("\r")
            del self._buffer[: end + 1]
            self._take(line)
        if len(self._buffer) + sum(map(len, self._lines)) > _LONGEST_REPLY:
            self.end("the server's answer has no end")
        self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        self.end("the connection was lost")

    def end(self, why: str) -> None:
        self.lost = self.lost or why
        self._wake()

    def _take(self, line: str) -> None:
        if not re.match(r"[2-5]\d\d(?:[ -]|$)", line):
            self.end("the server's answer made no sense")
            return
        self._lines.append(line[4:])
        if line[3:4] != "-":
            self._ready.append((int(line[:3]), " ".join(self._lines)))
            self._lines = []

    def _wake(self) -> None:
        if self._waiter and not self._waiter.done():
            self._waiter.set_result(None)


def _opening(sender: str, recipient: str, size: int | None) -> tuple[bytes, bytes, bytes]:
    assert _ADDRESS.fullmatch(sender) and _ADDRESS.fullmatch(recipient), "checked when the mail was written"
    announced = f" SIZE={size}" if size is not None else ""
    return f"MAIL FROM:<{sender}>{announced}\r\n".encode(), f"RCPT TO:<{recipient}>\r\n".encode(), b"DATA\r\n"


def _goes_on(reply: Reply) -> bool:
    return reply.code == 354 if reply.phase is Phase.DATA else reply.code // 100 == 2


def _stuffed(message: bytes) -> bytes:
    """With dots doubled at the beginning of lines, and the final dot."""
    if b"\n." in message or message.startswith(b"."):
        message = re.sub(rb"(?m)^\.", b"..", message)
    return message + (b".\r\n" if message.endswith(b"\r\n") else b"\r\n.\r\n")


@lru_cache(maxsize=2)
def trust(verify: bool) -> ssl.SSLContext:
    """How a server's certificate is looked at."""
    context = ssl.create_default_context()
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _own_name() -> str:
    return urlsplit(settings().origin).hostname or "localhost"

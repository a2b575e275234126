"""Mails that come back by SMTP or LMTP: only to a signed return path, and taken when they are written down.

It answers nobody by mail and sends nothing on.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from ipaddress import ip_network
from pathlib import Path
from typing import Any, cast

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session

from service.delivery import verp
from service.delivery.intake import mails
from service.delivery.verp import NotOurs
from service.kit import log
from service.kit.settings import settings

MOST = 60
MOST_OF_ONE = 30
IDLE = 60.0
LONGEST = 900.0
_LONGEST_LINE = 16_384
# A mail server that sends more on one connection begins a new one.
_MOST_COMMANDS = {"*": 50, "MAIL": 1000, "RCPT": 1000, "DATA": 1000}
_NOBODY = "550 5.1.1 There is no such address here"
_ONE_ONLY = "452 4.5.3 One recipient at a time, please"
_TOO_LARGE = "552 5.3.4 This mail is too large"
_LATER = "451 4.3.0 Not now, please try again later"
_log = log.logger("bounces")


class Office:
    """One listener: who is connected, and what is said when there are too many. Times are in seconds."""

    def __init__(self, source: str, most: int = MOST, most_of_one: int = MOST_OF_ONE, idle: float = IDLE) -> None:
        self.source, self.most, self.most_of_one, self.idle = source, most, most_of_one, idle
        self.connected: dict[Any, str] = {}

    def has_room_for(self, peer: str) -> bool:
        # Everything on a Unix socket is one mail server of this machine.
        of_one = Counter(self.connected.values())[peer] if peer else 0
        return len(self.connected) < self.most and of_one < self.most_of_one


def side_of(peername: Any) -> str:
    """Who is counted as one: an IPv4 address, of IPv6 the network, "" for a Unix socket."""
    address = str(peername[0]) if isinstance(peername, tuple) else ""
    return str(ip_network(f"{address.partition('%')[0]}/64", strict=False)) if ":" in address else address


class _Bounded(SMTP):
    """aiosmtpd's protocol, bounded: in connections, in their time, and in what a mail takes of memory.

    A connection is cut, not closed: who does not read our answers would keep a closed one open for ever.
    """

    line_length_limit = _LONGEST_LINE
    office: Office
    refused = False

    def connection_made(self, transport: Any) -> None:
        peer = side_of(transport.get_extra_info("peername"))
        if not self.office.has_room_for(peer):
            self.refused = True
            transport.write(b"421 4.3.2 Too many connections, please try again later\r\n")
            transport.close()
            return
        self.office.connected[self] = peer
        self.end = asyncio.get_running_loop().call_later(LONGEST, transport.abort)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        if not self.refused:
            self.office.connected.pop(self, None)
            self.end.cancel()
            super().connection_lost(error)

    def eof_received(self) -> bool | None:
        return None if self.refused else super().eof_received()

    async def smtp_DATA(self, arg: str) -> None:
        """In place of aiosmtpd's, which keeps each line as an object, and a line without an end in whole."""
        if await self.check_helo_needed():
            return
        if not self.envelope or not self.envelope.rcpt_tos:
            await self.push("503 Error: need RCPT command")
            return
        if arg:
            await self.push("501 Syntax: DATA")
            return
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        self.envelope.original_content = await self._content()
        status = _TOO_LARGE
        if self.envelope.original_content is not None:
            status = await self._call_handler_hook("DATA")
        self._set_post_data_state()
        await self.push(status)

    async def _content(self) -> bytes | None:
        """The beginning, as far as it is looked at; None for a mail that is too large."""
        kept, size, at_start = bytearray(), 0, True
        while True:
            try:
                line = await self._reader.readuntil(b"\r\n")
            except asyncio.LimitOverrunError as long:
                line = await self._reader.read(long.consumed)
            if at_start and line == b".\r\n":
                return bytes(kept) if size <= mails.LARGEST else None
            size += len(line)
            if len(kept) < mails.LOOKED_AT and size <= mails.LARGEST:
                kept += line[1:] if at_start and line.startswith(b".") else line
            at_start = line.endswith(b"\r\n")

    def _timeout_cb(self) -> None:
        cast(asyncio.Transport, self.transport).abort()


class _Smtp(_Bounded):
    """Of a mail server in the world, or of the next one."""


class _Lmtp(_Bounded, LMTP):
    """Of the mail server beside it."""


class _Desk:
    """aiosmtpd's hooks, for one conversation."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._delivery = 0

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if envelope.rcpt_tos:
            return _ONE_ONLY
        try:
            self._delivery = await verp.read(address)
        except NotOurs:
            return _NOBODY
        except mails.AWAY as error:
            return _not_now(error)
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        try:
            await mails.take(self._delivery, envelope.original_content or b"", self._source)
        except mails.AWAY as error:
            return _not_now(error)
        return "250 2.0.0 Taken"

    async def handle_exception(self, error: Exception) -> str:
        """A bug of ours: the other side keeps the mail."""
        _log.error("bounce_not_taken", error=type(error).__name__)
        return _LATER


def protocol(kind: str, office: Office) -> Callable[[], SMTP]:
    """Makes one conversation; `kind` is "smtp" or "lmtp"."""
    logging.getLogger("mail").setLevel(logging.ERROR)
    loop = asyncio.get_running_loop()

    def made() -> SMTP:
        speaks = _Lmtp if kind == "lmtp" else _Smtp
        server = speaks(
            _Desk(office.source),
            hostname=settings().bounce_domain or "localhost",
            ident="ready",
            data_size_limit=mails.LARGEST,
            timeout=office.idle,
            command_call_limit=_MOST_COMMANDS,
            loop=loop,
        )
        server.office = office
        return server

    return made


async def listen(kind: str, host: str, port: int, office: Office) -> asyncio.Server:
    """Raises OSError."""
    return await asyncio.get_running_loop().create_server(protocol(kind, office), host or None, port)


async def listen_at(path: Path, office: Office) -> asyncio.Server:
    """LMTP on a Unix socket. Whoever may enter its folder may speak there; the return path decides all else."""
    server = await asyncio.get_running_loop().create_unix_server(protocol("lmtp", office), path)
    path.chmod(0o666)
    return server


async def serve(server: asyncio.Server, office: Office) -> None:
    """Until the task is cancelled. What is cut off was not said to be taken, and comes again."""
    try:
        await asyncio.Event().wait()
    finally:
        server.close()
        for conversation in list(office.connected):
            with suppress(AttributeError):
                conversation.transport.close()


def _not_now(error: Exception) -> str:
    _log.warning("records_unreachable", error=type(error).__name__)
    return _LATER

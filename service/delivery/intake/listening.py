"""Mails that come back by SMTP or LMTP: only to a signed return path, and taken when they are written down.

It answers nobody by mail and sends nothing on.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

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


class _Bounded:
    """Mixed into aiosmtpd's protocols: as many connections as there is room for, and none without an end."""

    office: Office
    refused = False

    def connection_made(self, transport: Any) -> None:
        name = transport.get_extra_info("peername")
        peer = str(name[0]) if isinstance(name, tuple) else ""
        if not self.office.has_room_for(peer):
            self.refused = True
            transport.write(b"421 4.3.2 Too many connections, please try again later\r\n")
            transport.close()
            return
        self.office.connected[self] = peer
        self.end = asyncio.get_running_loop().call_later(LONGEST, transport.close)
        super().connection_made(transport)  # type: ignore[misc]

    def connection_lost(self, error: Exception | None) -> None:
        if not self.refused:
            self.office.connected.pop(self, None)
            self.end.cancel()
            super().connection_lost(error)  # type: ignore[misc]

    def eof_received(self) -> bool | None:
        return None if self.refused else super().eof_received()  # type: ignore[misc]


class _Smtp(_Bounded, SMTP):
    line_length_limit = _LONGEST_LINE


class _Lmtp(_Bounded, LMTP):
    line_length_limit = _LONGEST_LINE


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

"""From a server of SMTP_URL to a connection that is ready for mails: by aiosmtplib, with TLS and the sign-in."""

import asyncio
import os
import ssl
from functools import lru_cache
from typing import cast
from urllib.parse import urlsplit

import aiosmtplib

from service.delivery.replies import Phase, Reply
from service.delivery.servers import Server, is_loopback
from service.delivery.smtp import Connection
from service.kit.settings import settings

CONNECT_SECONDS = 20


class CannotConnect(Exception):
    """No conversation came about; `reply` says how far it got."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(str(reply))
        self.reply = reply


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
            return Reply(phase, 0, _said(_cause(error)))


def _said(error: BaseException) -> str:
    """The system's words: asyncio puts its own in their place. A name that was not found has a number below zero."""
    number = getattr(error, "errno", None) or 0
    words = os.strerror(number) if number > 0 else getattr(error, "strerror", None)
    return (words or "the connection ended").lower()


def _cause(error: BaseException) -> BaseException:
    while error.__cause__:
        error = error.__cause__
    return error


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

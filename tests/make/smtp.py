"""A post office: an SMTP server on a real TCP port that keeps what it took, and misbehaves on order."""

import asyncio
import os
import re
import ssl
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session, syntax

# What to say in a phase ("connect", "ehlo", "mail", "rcpt", "data", "end") to whom; None lets it pass, DROP hangs up,
# LOSE (at the end) takes the mail and hangs up before saying so.
Rule = Callable[[str, str], "str | None"]
DROP = "drop"
LOSE = "lose"


@dataclass
class Received:
    """One mail that the server took."""

    sender: str
    recipient: str
    message: bytes

    @property
    def parsed(self) -> EmailMessage:
        parsed = BytesParser(policy=policy.default).parsebytes(self.message)
        assert isinstance(parsed, EmailMessage)
        return parsed


@dataclass
class PostOffice:
    port: int = 0
    received: list[Received] = field(default_factory=list)
    connections: int = 0
    # How many wait for their last answer now.
    under_way: int = 0
    commands: Counter[str] = field(default_factory=Counter)
    rule: Rule = lambda phase, recipient: None
    # Set it to an asyncio.Event that is not set, and every mail waits for it before its last answer,
    # or every one to an address that contains `gated`.
    gate: asyncio.Event | None = None
    gated: str = ""
    # So many do not wait for it.
    passes: int = 0
    offers: Sequence[str] = ()
    users: dict[str, str] = field(default_factory=dict)
    clerks: list[Any] = field(default_factory=list)
    # What MAIL and RCPT said, in order.
    envelopes: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def recipients(self) -> list[str]:
        return [mail.recipient for mail in self.received]

    def hang_up(self) -> None:
        """Ends every conversation, as a server does with one in which nothing is said."""
        for clerk in self.clerks:
            clerk.transport.close()

    def to(self, recipient: str) -> list[Received]:
        return [mail for mail in self.received if mail.recipient == recipient]


@asynccontextmanager
async def office(
    rule: Rule | None = None,
    offers: Sequence[str] = (),
    users: dict[str, str] | None = None,
    tls: ssl.SSLContext | None = None,
    starttls: ssl.SSLContext | None = None,
    configured: bool = True,
) -> AsyncIterator[PostOffice]:
    """A server; `configured`: the one that SMTP_URL names inside the block."""
    made = PostOffice(offers=offers, users=users or {})
    if rule:
        made.rule = rule
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Clerk(made, starttls), "127.0.0.1", 0, ssl=tls)
    made.port = server.sockets[0].getsockname()[1]
    try:
        if configured:
            async with smtp_url(made.url):
                yield made
        else:
            yield made
    finally:
        server.close()
        await server.wait_closed()


@asynccontextmanager
async def smtp_url(urls: str) -> AsyncIterator[None]:
    """Inside the block these are the outgoing servers."""
    from service.delivery.relay import relay
    from service.kit.settings import settings

    before = os.environ.get("SMTP_URL", "")
    os.environ["SMTP_URL"] = urls
    settings.cache_clear()
    relay.cache_clear()
    try:
        yield
    finally:
        for kind in ("bulk", "mail"):
            await relay(kind).close()
        relay.cache_clear()
        os.environ["SMTP_URL"] = before
        settings.cache_clear()


class _Clerk(SMTP):
    """One conversation."""

    def __init__(self, office: PostOffice, starttls: ssl.SSLContext | None) -> None:
        self._office = office
        office.clerks.append(self)
        super().__init__(
            _Desk(office),
            hostname="mail.example.net",
            tls_context=starttls,
            authenticator=self._known_user if office.users else None,
            auth_require_tls=False,
            enable_SMTPUTF8=False,
            data_size_limit=5_000_000,
        )

    async def push(self, status: Any) -> None:
        said = status.decode() if isinstance(status, bytes) else status
        if said.startswith("220 ") and "TLS" not in said:
            self._office.connections += 1
            said = self._office.rule("connect", "") or said
        if said == DROP:
            self.transport.abort()
            raise ConnectionResetError
        await super().push(said)

    @syntax("MAIL FROM: <address>")
    async def smtp_MAIL(self, arg: str | None) -> None:
        await super().smtp_MAIL(self._without_dsn(arg))

    @syntax("RCPT TO: <address>")
    async def smtp_RCPT(self, arg: str | None) -> None:
        await super().smtp_RCPT(self._without_dsn(arg))

    def _without_dsn(self, arg: str | None) -> str | None:
        """aiosmtpd does not know RFC 3461, and refuses it where we have not offered it."""
        self._office.envelopes.append(arg or "")
        return re.sub(r" (?:RET|ENVID|NOTIFY)=\S+", "", arg) if arg and "DSN" in self._office.offers else arg

    @syntax("DATA")
    async def smtp_DATA(self, arg: str | None) -> None:
        recipient = self.envelope.rcpt_tos[0] if self.envelope.rcpt_tos else ""
        if self.envelope.rcpt_tos and (said := self._office.rule("data", recipient)):
            await self.push(said)
            return
        await super().smtp_DATA(arg)

    def _known_user(self, server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        known = self._office.users.get(data.login.decode()) == data.password.decode()
        return AuthResult(success=known, handled=False)


class _Desk:
    """aiosmtpd's hooks."""

    def __init__(self, office: PostOffice) -> None:
        self._office = office

    async def handle_EHLO(
        self, server: _Clerk, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        if said := self._office.rule("ehlo", ""):
            return [said]
        return [*responses[:-1], *(f"250-{offer}" for offer in self._office.offers), responses[-1]]

    async def handle_HELO(self, server: _Clerk, session: Session, envelope: Envelope, hostname: str) -> str:
        session.host_name = hostname
        return self._office.rule("ehlo", "") or "250 mail.example.net"

    async def handle_MAIL(
        self, server: _Clerk, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self._office.commands["MAIL"] += 1
        said = self._office.rule("mail", address)
        if not said:
            envelope.mail_from = address
        return said or "250 2.1.0 OK"

    async def handle_RCPT(
        self, server: _Clerk, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        said = self._office.rule("rcpt", address)
        if not said:
            envelope.rcpt_tos.append(address)
        return said or "250 2.1.5 OK"

    async def handle_DATA(self, server: _Clerk, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes) and envelope.mail_from
        recipient = envelope.rcpt_tos[0]
        self._office.under_way += 1
        if self._office.gate and self._office.gated in recipient and not self._office.passes:
            await self._office.gate.wait()
        self._office.passes = max(0, self._office.passes - 1)
        self._office.under_way -= 1
        said = self._office.rule("end", recipient)
        if not said or said == LOSE:
            self._office.received.append(Received(envelope.mail_from, recipient, envelope.content))
        return {None: "250 2.0.0 OK", LOSE: DROP}.get(said, said or "")

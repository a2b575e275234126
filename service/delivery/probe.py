"""Tries the outgoing servers, one after the other, and says in plain words how it went."""

import msgspec
from markupsafe import escape

from service.delivery import connecting, dkim, dkim_keys, gate, headers, replies, smtp, wire
from service.delivery.letter import Letter
from service.delivery.replies import Phase, Verdict
from service.delivery.servers import Server
from service.kit import clock
from service.organisation.queries import Organisation

_TEXT = "This is a test of {name}.\n\nIf you can read it, the outgoing mail server works.\n"


class Finding(msgspec.Struct, frozen=True):
    """`lines` are sentences for the operator."""

    server: str
    works: bool
    lines: list[str]


async def probe(server: Server, organisation: Organisation, to: str = "") -> Finding:
    """Connects as the workers do, and hands over a test mail where `to` names an address."""
    try:
        connection = await connecting.connect(server)
    except connecting.CannotConnect as error:
        return Finding(server.label, False, [gate.told(server, error.reply)])
    lines = [_encryption(connection), *(["The sign-in was accepted."] if server.user else [])]
    works = True
    if to:
        works, line = await _hand_over(connection, organisation, to)
        lines.append(line)
    await connection.close()
    return Finding(server.label, works, ["It answers.", *lines])


def _encryption(connection: smtp.Connection) -> str:
    if not connection.encrypted:
        return "The connection is not encrypted: the server does not offer STARTTLS."
    return "The connection is encrypted" + (
        ", and its certificate is trusted." if connection.server.verify else "; its certificate was not looked at."
    )


async def _hand_over(connection: smtp.Connection, organisation: Organisation, to: str) -> tuple[bool, str]:
    try:
        sender, recipient = (headers.checked_address(address) for address in (organisation.sender_address, to))
    except headers.Unmailable as error:
        return False, f"The test mail was not written: {error.why}."
    signer = dkim.Signer(await dkim_keys.active(sender.rpartition("@")[2]))
    mail = _mail(organisation, sender, recipient, signer)
    reply = await connection.hand_over(Letter(sender, recipient, [mail]))
    verdict = replies.classify(reply)
    if verdict is Verdict.SENT:
        return True, f"The test mail was taken: “{reply}”."
    where = "after the mail" if reply.phase is Phase.END else f"at {reply.phase.upper()}"
    return False, f"The test mail was not taken, {where}: “{reply}”. {replies.REASONS[verdict]}."


def _mail(organisation: Organisation, sender: str, recipient: str, signer: dkim.Signer) -> bytes:
    text = _TEXT.format(name=organisation.name)
    content_type, body = wire.plain(text, f"<pre>{escape(text)}</pre>\n")
    unique = f"<{clock.random_bytes(16).hex()}@{sender.rpartition('@')[2]}>"
    head = (
        headers.mailbox("From", organisation.sender_name, sender)
        + headers.bare("To", recipient)
        + headers.line("Subject", "Test of the outgoing mail server")
        + wire.date()
        + headers.bare("Message-ID", unique)
        + headers.bare("Auto-Submitted", "auto-generated")
        + headers.bare("MIME-Version", "1.0")
        + content_type
    )
    return signer.sign(head, body) + wire.message(head, body)

"""From a claimed row to a mail with its envelope."""

import asyncio
from collections.abc import Mapping
from typing import Protocol

import msgspec

from service.delivery import headers, links, wire
from service.delivery.headers import Unmailable
from service.delivery.transactional import CONTEXT
from service.kit import db, sealing
from service.kit.errors import Problem
from service.kit.settings import settings
from service.organisation import queries as organisation
from service.organisation.queries import Organisation
from service.rendering import email
from service.rendering.email import CompiledEdition

LONGEST_NAME = 100
_SAME_FOR_ALL = b"MIME-Version: 1.0\r\n"


class Letter(msgspec.Struct, frozen=True):
    """Ready to be handed over; `sender` and `recipient` are the envelope's."""

    sender: str
    recipient: str
    message: bytes


class Letters(Protocol):
    """Makes the mails of one kind."""

    async def write(self, row: db.Record) -> Letter:
        """Raises Unmailable."""
        ...


class MailingLetters:
    """The mails of one mailing: everything that is the same for all is made once."""

    def __init__(self, mailing: db.Record, editions: Mapping[str, CompiledEdition]) -> None:
        self._id: int = mailing["id"]
        self._sender: str = headers.checked_address(mailing["sender_address"])
        self._domain = self._sender.rpartition("@")[2]
        shared = msgspec.json.decode(mailing["shared"], type=dict[str, str])
        self._editions = {language: wire.Edition(edition, shared) for language, edition in editions.items()}
        self._heads = {
            language: _bulk_head(mailing, language, self._domain) + edition.content_type
            for language, edition in self._editions.items()
        }
        self._checked: set[str] = set()

    async def write(self, row: db.Record) -> Letter:
        language = row["language"]
        edition = self._editions.get(language)
        if edition is None:
            raise Unmailable("content", "there is no edition in this language")
        recipient = headers.checked_address(_address(row))
        leave = links.unsubscribe_url(row["subscriber"] or 0, self._id)
        reader = {
            "first_name": _unsealed("first_name", row)[:LONGEST_NAME],
            "last_name": _unsealed("last_name", row)[:LONGEST_NAME],
            "unsubscribe_url": leave,
        }
        if edition.wants_preferences:
            reader["preferences_url"] = links.preferences_url(row["subscriber"] or 0, language)
        subject, body = edition.fill(reader)
        head = self._heads[language] + _personal_head(row["id"], recipient, subject, self._domain)
        head += headers.bare("List-Unsubscribe", f"<{leave}>")
        return Letter(self._sender, recipient, self._finished(language, head, body))

    def _finished(self, language: str, head: bytes, body: bytes) -> bytes:
        """Each head is looked at, and the first body of each language: the others are made of the same pieces."""
        message = wire.message(head, body)
        try:
            if language in self._checked:
                headers.check_head(head[:-2])
            else:
                headers.check(message)
        except ValueError as error:
            raise Unmailable("content", str(error)) from None
        self._checked.add(language)
        return message


class TransactionalLetters:
    """Mails to one person each, from our own templates."""

    def __init__(self, sender: Organisation) -> None:
        self._organisation = sender
        self._sender = headers.checked_address(sender.sender_address)
        self._domain = self._sender.rpartition("@")[2]

    async def write(self, row: db.Record) -> Letter:
        recipient = headers.checked_address(_address(row))
        context = msgspec.json.decode(_unsealed(CONTEXT, row) or "{}")
        try:
            mail = await asyncio.to_thread(email.render, row["template"], row["language"], context)
        except Problem as problem:
            raise Unmailable("content", str(problem)) from None
        content_type, body = wire.plain(mail.text, mail.html)
        try:
            head = self._head(row["language"]) + content_type
            head += _personal_head(row["id"], recipient, mail.subject, self._domain)
            message = wire.message(head, body)
            headers.check(message)
        except ValueError as error:
            raise Unmailable("content", str(error)) from None
        return Letter(self._sender, recipient, message)

    def _head(self, language: str) -> bytes:
        own = self._organisation
        return (
            headers.mailbox("From", own.sender_name, self._sender)
            + _reply_to(own.reply_to)
            + headers.bare("Auto-Submitted", "auto-generated")
            + headers.bare("X-Auto-Response-Suppress", "All")
            + headers.bare("Content-Language", language)
            + _SAME_FOR_ALL
        )


async def of_mailing(mailing: int) -> MailingLetters:
    """Raises Unmailable when the sender's address cannot be used."""
    row = await db.fetch_one("SELECT * FROM mailing WHERE id = $1", mailing)
    assert row, "its rows are claimed"
    editions = await db.fetch("SELECT language, subject, html, text FROM mailing_edition WHERE mailing = $1", mailing)
    return MailingLetters(
        row,
        {found["language"]: CompiledEdition(found["subject"], found["html"], found["text"]) for found in editions},
    )


async def transactional() -> TransactionalLetters:
    return TransactionalLetters(await organisation.required())


def _bulk_head(mailing: db.Record, language: str, domain: str) -> bytes:
    """The header lines that all readers of one language share."""
    label = mailing["list_label"].lower()
    return (
        headers.mailbox("From", mailing["sender_name"], mailing["sender_address"])
        + _reply_to(mailing["reply_to"])
        + headers.bare("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
        + headers.list_id(mailing["list_name"], label, domain)
        + headers.bare("List-Help", f"<{settings().origin}/{language}/>")
        + headers.bare("Feedback-ID", f"{mailing['id']}:{label}:campaign:{_sender_id(domain)}")
        + headers.bare("Precedence", "bulk")
        + headers.bare("Content-Language", language)
        + _SAME_FOR_ALL
    )


def _personal_head(id: int, recipient: str, subject: str, domain: str) -> bytes:
    try:
        return (
            headers.bare("To", recipient)
            + headers.line("Subject", subject)
            + wire.date()
            + headers.bare("Message-ID", headers.message_id(id, domain))
        )
    except ValueError as error:
        raise Unmailable("content", str(error)) from None


def _reply_to(address: str) -> bytes:
    return headers.bare("Reply-To", headers.checked_address(address)) if address else b""


def _sender_id(domain: str) -> str:
    """5 to 15 letters and digits, the same for everything that this domain sends."""
    letters = "".join(character for character in domain if character.isalnum())
    return (letters + "hundredfold")[:15]


def _address(row: db.Record) -> str:
    if row["address"] is None:
        raise Unmailable("address", "the address is not there any more")
    try:
        return sealing.unseal_address(row["address"])
    except sealing.Unsealable:
        raise Unmailable("address", "the address was sealed with a key that is gone") from None


def _unsealed(column: str, row: db.Record) -> str:
    sealed = row[column]
    try:
        return sealing.unseal(column, sealed) if sealed else ""
    except sealing.Unsealable:
        raise Unmailable("content", "a value was sealed with a key that is gone") from None

"""From a claimed row to a mail with its envelope."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Protocol

import msgspec

from service.delivery import dkim, dkim_keys, headers, inserts, links, marks, verp, wire
from service.delivery.headers import Unmailable
from service.delivery.letter import Letter
from service.delivery.transactional import AUTHOR, CONTEXT, Author
from service.kit import clock, db, sealing
from service.kit.errors import Problem
from service.kit.settings import settings
from service.organisation import queries as organisations
from service.organisation.queries import Organisation
from service.rendering import email, people
from service.rendering.inserts import AREAS, areas

LONGEST_NAME = 100
# The texts of so many mailings stay in memory between two runs.
KEPT = 3
_read_before: dict[tuple[object, ...], dict[str, wire.Edition]] = {}
_SAME_FOR_ALL = b"MIME-Version: 1.0\r\n"


class Letters(Protocol):
    """Makes the mails of one kind, from one domain."""

    domain: str

    async def write(self, row: db.Record, address: str = "") -> Letter:
        """`address`: the row's, where it is unsealed already. Raises Unmailable."""
        ...


class Sender:
    """Who mails come from: the address, what signs for its domain, and what makes each mail its own."""

    def __init__(self, address: str, pepper: bytes, keys: Sequence[dkim.Key]) -> None:
        self.address = headers.checked_address(address)
        self.domain = self.address.rpartition("@")[2]
        self.signer = dkim.Signer(keys)
        self._paths = verp.ReturnPaths(pepper)
        self._message_key = headers.message_key(pepper)

    def return_path(self, delivery: int) -> str:
        return self._paths.address(delivery) or self.address

    def unique(self, delivery: int) -> str:
        return headers.unique(self._message_key, delivery)

    def personal_head(self, unique: str, recipient: str, subject_line: bytes) -> bytes:
        message_id = headers.own("Message-ID", f"<{unique}@{self.domain}>")
        return headers.own("To", recipient) + subject_line + wire.date() + message_id


class MailingLetters:
    """The mails of one mailing: everything that is the same for all is made once."""

    def __init__(self, mailing: db.Record, editions: Mapping[str, wire.Edition], sender: Sender) -> None:
        self.domain = sender.domain
        self.revision: int = mailing["revision"]
        self._sender = sender
        self._sheets = {
            language: _Sheet(mailing, language, edition, sender) for language, edition in editions.items()
        }

    async def write(self, row: db.Record, address: str = "") -> Letter:
        sheet = self._sheets.get(row["language"])
        if sheet is None:
            raise Unmailable("content", "there is no edition in this language")
        recipient = headers.checked_address(address or _address(row))
        unique, path = self._sender.unique(row["id"]), self._sender.return_path(row["id"])
        return Letter(path, recipient, sheet.written(row, recipient, path, unique), unique)


class _Sheet:
    """One language of a mailing, with the header lines that all its readers share."""

    def __init__(self, mailing: db.Record, language: str, edition: wire.Edition, sender: Sender) -> None:
        self._mailing: int = mailing["id"]
        self._language = language
        self._edition = edition
        self._names = [name for name in ("first_name", "last_name") if name in edition.wants]
        self._leaving = links.Leaving(self._mailing)
        self._head = _bulk_head(mailing, language, sender) + edition.content_type
        self._relaxed = dkim.relaxed_head(self._head)
        self._sender = sender
        self._is_signed = bool(sender.signer)
        self._checked = False

    def written(self, row: db.Record, recipient: str, path: str, unique: str) -> list[bytes]:
        """The whole mail, in pieces. Raises Unmailable."""
        keys = self._keys(row) if self._edition.is_own else ()
        reader = self._reader(row, keys)
        filled = self._edition.fill(reader, keys)
        own = self._sender.personal_head(unique, recipient, filled.subject_line)
        own += headers.own("List-Unsubscribe", f"<{reader['unsubscribe_url']}>")
        signatures = self._signatures(own, filled.body_hash) if self._is_signed else b""
        head = b"".join((marks.lines(path), signatures, self._head, own, b"\r\n"))
        pieces = [head, *filled.pieces]
        if not self._checked:
            self._check(b"".join(pieces))
        return pieces

    def _reader(self, row: db.Record, keys: Sequence[int]) -> dict[str, str]:
        """The values of those of the reader's variables that stand in it, and where they unsubscribe."""
        reader = {"unsubscribe_url": self._leaving.url(row["subscriber"] or 0)}
        for name in self._names:
            reader[name] = _unsealed(name, row)[:LONGEST_NAME]
        if "preferences_url" in self._edition.wants:
            reader["preferences_url"] = links.preferences_url(row["subscriber"] or 0, self._language)
        if "posted_url" in self._edition.wants:
            reader["posted_url"] = self._posted_url([key for key in keys if key < AREAS])
        return reader

    def _keys(self, row: db.Record) -> Sequence[int]:
        """The people that the reader's own list shows, and the area."""
        given = row["inserts"]
        return (*self._edition.pool.shown(given, row["id"]), *areas(given)) if given else ()

    def _posted_url(self, people_shown: Sequence[int]) -> str:
        if not people_shown:
            return people.mine_url(self._language)
        # By chance: made from the row, it would tell whoever has the database who wrote to whom.
        nonce = clock.random_bytes(9).hex()
        return links.posted_url(self._language, f"mailing {self._mailing}", nonce, people_shown)

    def _signatures(self, own: bytes, body_hash: bytes) -> bytes:
        return self._sender.signer.signatures(dkim.relaxed_head(own).after(self._relaxed), body_hash)

    def _check(self, message: bytes) -> None:
        """Of the first one; all that differs in the others is safe by the way it is made."""
        try:
            headers.check(message)
        except ValueError as error:
            raise Unmailable("content", str(error)) from None
        self._checked = True


class TransactionalLetters:
    """Mails to one person each, from our own templates."""

    def __init__(self, own: Organisation, sender: Sender) -> None:
        self.domain = sender.domain
        self._organisation = own
        self._sender = sender

    async def write(self, row: db.Record, address: str = "") -> Letter:
        recipient = headers.checked_address(address or _address(row))
        context = msgspec.json.decode(_unsealed(CONTEXT, row) or "{}")
        try:
            mail = await asyncio.to_thread(email.render, row["template"], row["language"], context)
        except Problem as problem:
            raise Unmailable("content", str(problem)) from None
        unique = self._sender.unique(row["id"])
        content_type, body = wire.plain(mail.text, mail.html)
        try:
            head = self._origin(context) + self._head(row["language"]) + content_type
            head += self._sender.personal_head(unique, recipient, headers.line("Subject", mail.subject))
            message = self._sender.signer.sign(head, body) + wire.message(head, body)
            headers.check(message)
        except ValueError as error:
            raise Unmailable("content", str(error)) from None
        path = self._sender.return_path(row["id"])
        return Letter(path, recipient, [marks.lines(path), message], unique)

    def _origin(self, context: Mapping[str, object]) -> bytes:
        """Who it comes from, and who gets the answers. Only what no person wrote says so."""
        own = self._organisation
        if AUTHOR in context:
            author = msgspec.convert(context[AUTHOR], Author)
            display = f"{author.name[:LONGEST_NAME]} via {own.sender_name}"
            return headers.mailbox("From", display, self._sender.address) + _reply_to(author.address)
        return (
            headers.mailbox("From", own.sender_name, self._sender.address)
            + _reply_to(own.reply_to)
            + headers.bare("Auto-Submitted", "auto-generated")
            + headers.bare("X-Auto-Response-Suppress", "All")
        )

    def _head(self, language: str) -> bytes:
        return headers.bare("Content-Language", language) + _SAME_FOR_ALL


def authored(row: db.Record) -> list[str]:
    """What is a person's own in a mail in their name: a server that quotes it is not quoted with it."""
    context = msgspec.json.decode(_unsealed(CONTEXT, row) or "{}") if row["template"] else {}
    if AUTHOR not in context:
        return []
    author = msgspec.convert(context[AUTHOR], Author)
    return [author.address, author.name, *author.name.split(), *(v for v in context.values() if isinstance(v, str))]


async def of_mailing(mailing: int) -> MailingLetters:
    """Raises Unmailable when the sender's address cannot be used."""
    # Its revision before its texts: who reads an older one than the texts have is granted nothing, and reads again.
    row = await db.fetch_one("SELECT * FROM mailing WHERE id = $1", mailing)
    assert row, "its rows are claimed"
    sender = await _sender(row["sender_address"])
    return MailingLetters(row, await _editions(row, bool(sender.signer)), sender)


async def _editions(mailing: db.Record, signed: bool) -> dict[str, wire.Edition]:
    """Read and encoded once, and kept for the next run: a mailing with lists may have thousands of pieces."""
    known = (mailing["id"], mailing["created_at"], mailing["revision"], signed)
    if known not in _read_before:
        shared = msgspec.json.decode(mailing["shared"], type=dict[str, str])
        texts = await inserts.editions(mailing["id"])
        made = {language: wire.Edition(text, shared, signed) for language, text in texts.items()}
        while len(_read_before) >= KEPT:
            del _read_before[next(iter(_read_before))]
        _read_before[known] = made
    return _read_before[known]


async def transactional() -> TransactionalLetters:
    """Raises Unmailable when the sender's address cannot be used."""
    own = await organisations.required()
    return TransactionalLetters(own, await _sender(own.sender_address))


async def _sender(address: str) -> Sender:
    domain = headers.checked_address(address).rpartition("@")[2]
    return Sender(address, await organisations.pepper(), await dkim_keys.active(domain))


def _bulk_head(mailing: db.Record, language: str, sender: Sender) -> bytes:
    label, domain = mailing["list_label"].lower(), sender.domain
    return (
        headers.mailbox("From", mailing["sender_name"], sender.address)
        + _reply_to(mailing["reply_to"])
        + headers.bare("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
        + headers.list_id(mailing["list_name"], label, domain)
        + headers.bare("List-Help", f"<{settings().origin}/{language}/>")
        + headers.bare("Feedback-ID", f"{mailing['id']}:{label}:campaign:{_sender_id(domain)}")
        + headers.bare("Precedence", "bulk")
        + headers.bare("Content-Language", language)
        + _SAME_FOR_ALL
    )


def _reply_to(address: str) -> bytes:
    return headers.bare("Reply-To", headers.checked_address(address)) if address else b""


def _sender_id(domain: str) -> str:
    """5 to 15 letters and digits, the same for everything that this domain sends."""
    letters = "".join(character for character in domain if character.isalnum())
    return (letters + "hundredfold")[:15]


def address_of(row: db.Record) -> str:
    """Empty where it cannot be read: why is said when the mail is written."""
    try:
        return _address(row)
    except Unmailable:
        return ""


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

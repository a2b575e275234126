"""An SMTP server that sends nothing on: every mail becomes one private file, which a page can show.

A file is one line of JSON (the envelope) followed by the mail's bytes as they came. Its name begins with the moment
of its arrival, so that names sort by age.
"""

import asyncio
import logging
import os
import re
import secrets
import signal
import socket
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesHeaderParser, BytesParser
from pathlib import Path

import msgspec
from aiosmtpd.smtp import SMTP, Envelope, Session

from service.kit import clock
from service.kit.errors import Problem
from service.kit.i18n import Sentence

KEPT = 5_000
PER_PAGE = 50
LARGEST = 30_000_000
_NAME = re.compile(r"\d{8}T\d{12}-[0-9a-f]{8}")
_ENDING = ".mail"


class NoSuchMail(Problem):
    code = "no_such_mail"
    status = 404
    sentence = Sentence("This mail is not here any more: only the newest are kept.")


class EnvelopeLine(msgspec.Struct, frozen=True):
    """What the SMTP client said around the mail."""

    at: datetime
    sender: str
    recipients: list[str]


@dataclass(frozen=True)
class Caught:
    """One line of the listing; `id` is also the end of its address."""

    id: str
    at: datetime
    sender: str
    recipients: list[str]
    subject: str


@dataclass(frozen=True)
class CaughtMail(Caught):
    """A whole mail: headers unfolded and in their order, both bodies decoded, and `raw` exactly as it came."""

    headers: list[tuple[str, str]]
    text: str
    html: str
    raw: bytes


@dataclass(frozen=True)
class Listing:
    """One page of the listing, the newest first; pages count from 1."""

    mails: list[Caught]
    page: int
    pages: int
    total: int


class Folder:
    """The folder that mails are written to, kept to `kept` files by dropping the oldest."""

    def __init__(self, path: Path, kept: int = KEPT) -> None:
        self.path = path
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.names = deque(sorted(_names(path)))
        self.kept = kept

    def keep(self, sender: str, recipients: list[str], raw: bytes) -> str:
        """Write one mail whole or not at all and return its id."""
        name = f"{clock.now():%Y%m%dT%H%M%S%f}-{clock.random_bytes(4).hex()}"
        envelope = msgspec.json.encode(EnvelopeLine(clock.now(), sender, recipients))
        draft = self.path / f"{name}.new"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(envelope + b"\n" + raw)
        draft.rename(draft.with_suffix(_ENDING))
        self.names.append(name)
        while len(self.names) > self.kept:
            (self.path / (self.names.popleft() + _ENDING)).unlink(missing_ok=True)
        return name


class _Handler:
    """aiosmtpd's hooks."""

    def __init__(self, folder: Folder) -> None:
        self.folder = folder

    async def handle_EHLO(
        self, _server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        return [*responses[:-1], "250-PIPELINING", responses[-1]]

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        raw = envelope.original_content or b""
        try:
            name = self.folder.keep(envelope.mail_from or "", envelope.rcpt_tos, raw)
        except OSError:
            return "452 4.3.1 The catcher could not write the mail down"
        return f"250 2.0.0 Caught as {name}"


async def serve(path: Path, listener: socket.socket) -> None:
    """Catch mails into `path` from a bound socket until the task is cancelled."""
    logging.getLogger("mail").setLevel(logging.ERROR)
    handler, loop = _Handler(Folder(path)), asyncio.get_running_loop()

    def connection() -> SMTP:
        return SMTP(handler, hostname="localhost", enable_SMTPUTF8=True, data_size_limit=LARGEST, loop=loop)

    server = await loop.create_server(connection, sock=listener)
    try:
        await asyncio.Event().wait()
    finally:
        server.close()


async def run(path: Path, listener: socket.socket) -> None:
    """`serve` until SIGTERM or SIGINT."""
    task = asyncio.ensure_future(serve(path, listener))
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    with suppress(asyncio.CancelledError):
        await task


def listen(port: int = 0) -> socket.socket:
    """A socket bound to the loopback address; port 0 takes a free one. Raises OSError."""
    return socket.create_server(("127.0.0.1", port), backlog=512)


def page_key(path: Path) -> str:
    """The unguessable part of the page's address, made once and kept beside the mails."""
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = path / "key"
    with suppress(FileExistsError):
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        os.write(handle, secrets.token_urlsafe(18).encode())
        os.close(handle)
    return file.read_text()


def listing(path: Path, page: int = 1, to: str = "") -> Listing:
    """One page of the mails in the folder, or of those to addresses with `to` in them.

    A page past either end is the nearest one.
    """
    names = [name for name in sorted(_names(path), reverse=True) if not to or _is_to(path, name, to.lower())]
    pages = max(1, -(-len(names) // PER_PAGE))
    page = min(max(page, 1), pages)
    mails = []
    for name in names[(page - 1) * PER_PAGE : page * PER_PAGE]:
        with suppress(FileNotFoundError):
            mails.append(_summary(path, name))
    return Listing(mails, page, pages, len(names))


def read(path: Path, id: str) -> CaughtMail:
    """A whole mail; raises NoSuchMail."""
    if not _NAME.fullmatch(id):
        raise NoSuchMail
    try:
        envelope, _newline, raw = (path / (id + _ENDING)).read_bytes().partition(b"\n")
    except FileNotFoundError as error:
        raise NoSuchMail from error
    said = msgspec.json.decode(envelope, type=EnvelopeLine)
    mail = BytesParser().parsebytes(raw)
    return CaughtMail(
        id=id,
        at=said.at,
        sender=said.sender,
        recipients=said.recipients,
        subject=_readable(mail["subject"]),
        headers=[(name, _readable(value)) for name, value in mail.items()],
        text=_body(mail, "text/plain"),
        html=_body(mail, "text/html"),
        raw=raw,
    )


def _names(path: Path) -> list[str]:
    with suppress(FileNotFoundError):
        return [file.stem for file in path.iterdir() if file.suffix == _ENDING and _NAME.fullmatch(file.stem)]
    return []


def _is_to(path: Path, name: str, part: str) -> bool:
    with suppress(FileNotFoundError), (path / (name + _ENDING)).open("rb") as file:
        said = msgspec.json.decode(file.readline(), type=EnvelopeLine)
        return any(part in recipient.lower() for recipient in said.recipients)
    return False


def _summary(path: Path, name: str) -> Caught:
    with (path / (name + _ENDING)).open("rb") as file:
        said = msgspec.json.decode(file.readline(), type=EnvelopeLine)
        subject = _readable(BytesHeaderParser().parse(file)["subject"])
    return Caught(name, said.at, said.sender, said.recipients, subject)


def _readable(value: object) -> str:
    """A header as a person reads it; one that cannot be decoded is shown as it came."""
    unfolded = re.sub(r"\r?\n[ \t]+", " ", str(value or "")).encode("utf-8", "surrogateescape")
    text = unfolded.decode("utf-8", "replace")
    try:
        return str(make_header(decode_header(text)))
    except (MessageError, ValueError, LookupError):
        return text


def _body(mail: Message, kind: str) -> str:
    for part in mail.walk():
        if part.get_content_type() == kind and part.get_content_disposition() != "attachment":
            content = part.get_payload(decode=True)
            return _decoded(content if isinstance(content, bytes) else b"", part.get_content_charset() or "utf-8")
    return ""


def _decoded(content: bytes, charset: str) -> str:
    try:
        return content.decode(charset, "replace")
    except LookupError:
        return content.decode("utf-8", "replace")

"""A mailbox on a real TLS port, for who speaks IMAP4rev1: so much of it as a reader of one folder needs."""

import asyncio
import re
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.make.certificates import server_side

USER, PASSWORD = "bounces@example.org", 'p"a\\ss word'


@dataclass
class Mail:
    raw: bytes
    flags: set[str] = field(default_factory=set)


@dataclass
class Mailbox:
    """`mails` by UID. `drop_after`: hangs up after so many commands."""

    mails: dict[int, Mail] = field(default_factory=dict)
    port: int = 0
    folder: str = "INBOX"
    commands: list[str] = field(default_factory=list)
    drop_after: int = 1000

    def add(self, raw: bytes) -> int:
        uid = 100 + 7 * len(self.mails)
        self.mails[uid] = Mail(raw)
        return uid

    @property
    def url(self) -> str:
        return f"imaps://bounces%40example.org:p%22a%5Css%20word@localhost:{self.port}/{self.folder}?verify=no"


@asynccontextmanager
async def mailbox(folder: Path) -> AsyncIterator[Mailbox]:
    """`folder`: where its certificate may lie."""
    made = Mailbox()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            await _Talk(made, reader, writer).go()
        writer.close()
        with suppress(ConnectionError, ssl.SSLError):
            await writer.wait_closed()

    server = await asyncio.start_server(talk, "127.0.0.1", 0, ssl=server_side("localhost", folder))
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()


class _Talk:
    def __init__(self, box: Mailbox, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.box, self.reader, self.writer = box, reader, writer
        self.signed_in = self.selected = False

    async def go(self) -> None:
        self.say(b"* OK IMAP4rev1 ready")
        while line := (await self.reader.readuntil(b"\r\n")).decode().rstrip():
            tag, _blank, command = line.partition(" ")
            self.box.commands.append(command)
            if len(self.box.commands) > self.box.drop_after:
                return
            self.say(f"{tag} {self.answer(command)}".encode())
            await self.writer.drain()
            if command == "LOGOUT":
                return

    def say(self, line: bytes) -> None:
        self.writer.write(line + b"\r\n")

    def answer(self, command: str) -> str:
        if command == "CAPABILITY":
            self.say(b"* CAPABILITY IMAP4rev1")
        elif command == "LOGOUT":
            self.say(b"* BYE")
        elif command.startswith("LOGIN "):
            user, password = re.findall(r'"((?:[^"\\]|\\.)*)"|(\S+)', command[6:])
            given = [(quoted and re.sub(r"\\(.)", r"\1", quoted)) or bare for quoted, bare in (user, password)]
            self.signed_in = given == [USER, PASSWORD]
            return "OK welcome" if self.signed_in else "NO [AUTHENTICATIONFAILED] wrong"
        elif not self.signed_in:
            return "BAD sign in first"
        elif command.startswith("SELECT "):
            self.selected = command[7:].strip('"') == self.box.folder
            self.say(f"* {len(self.box.mails)} EXISTS".encode())
            return "OK [READ-WRITE]" if self.selected else "NO there is no such folder"
        elif not self.selected:
            return "BAD select first"
        elif command.startswith("UID "):
            return self.by_uid(*command[4:].split(" ", 1))
        return "OK done"

    def by_uid(self, verb: str, rest: str) -> str:
        if verb == "SEARCH":
            barred = {"UNSEEN": r"\Seen", "UNFLAGGED": r"\Flagged"}
            found = [
                str(uid)
                for uid, mail in self.box.mails.items()
                if not mail.flags & {barred[word] for word in rest.split()}
            ]
            self.say(f"* SEARCH {' '.join(found)}".rstrip().encode())
            return "OK done"
        uid, _blank, what = rest.partition(" ")
        mail = self.box.mails.get(int(uid))
        if mail is None:
            return "OK done"
        if verb == "FETCH" and what == "(RFC822.SIZE)":
            self.say(f"* 1 FETCH (UID {uid} RFC822.SIZE {len(mail.raw)})".encode())
        elif verb == "FETCH" and what == "(BODY.PEEK[])":
            self.writer.write(f"* 1 FETCH (UID {uid} BODY[] {{{len(mail.raw)}}}\r\n".encode() + mail.raw)
            self.say(b")")
        elif verb == "STORE" and (flags := re.fullmatch(r"\+FLAGS\.SILENT \((\\\w+)\)", what)):
            mail.flags.add(flags[1])
        else:
            return "BAD what"
        return "OK done"

"""An SMTP server that says byte for byte what it is told to, and in one phase something else."""

import asyncio
import ssl
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from tests.make.smtp import smtp_url

NAME = b"scripted.example.net"
FINE = {
    "connect": b"220 " + NAME + b" ESMTP\r\n",
    "starttls": b"220 2.0.0 go on encrypted\r\n",
    "auth": b"235 2.7.0 welcome\r\n",
    "mail": b"250 2.1.0 OK\r\n",
    "rcpt": b"250 2.1.5 OK\r\n",
    "data": b"354 go on\r\n",
    "end": b"250 2.0.0 taken\r\n",
}
LATER = dict.fromkeys(FINE, b"451 4.3.0 not now\r\n") | {
    "connect": b"421 4.3.2 not now\r\n",
    "rcpt": b"450 4.2.0 full\r\n",
}
LATER |= {"end": b"451 4.2.0 full\r\n", "starttls": b"454 4.7.0 not now\r\n", "auth": b"454 4.7.0 not now\r\n"}
NEVER = dict.fromkeys(FINE, b"554 5.7.1 go away\r\n") | {
    "rcpt": b"550 5.1.1 no such user\r\n",
    "auth": b"535 5.7.8 no\r\n",
}
NEVER |= {"data": b"554 5.6.0 not this\r\n", "end": b"554 5.6.0 not this\r\n"}
GARBAGE = b"\x16\x03\x01\x00\xff what do you mean?\r\n"


@dataclass
class Scripted:
    """`fault` in `phase`, from the `first` time on that the phase is reached, `times` times.

    4xx, 5xx, slow (no answer at all), dropped, garbage; 421 (and hangs up), half (a word, and hangs up), twice (each
    answer comes twice), byte by byte, in spite (354 where nobody is to be written to), and after the next (no answer
    before the next line has come).
    """

    phase: str = ""
    fault: str = ""
    first: int = 1
    times: int = 1_000_000
    pipelining: bool = False
    certificate: ssl.SSLContext | None = None
    with_sign_in: bool = False
    port: int = 0
    # Whose final dot came, unless it was refused.
    taken: list[str] = field(default_factory=list)
    reached: Counter[str] = field(default_factory=Counter)
    shown: Counter[str] = field(default_factory=Counter)
    writers: list[asyncio.StreamWriter] = field(default_factory=list)

    def interrupt(self, words: bytes) -> None:
        """Says something that nobody asked for on all connections; hangs up where that is nothing."""
        for writer in self.writers:
            writer.write(words) if words else writer.close()

    def next(self, phase: str) -> str:
        """What will go wrong there the next time."""
        due = phase == self.phase and self.first <= self.reached[phase] + 1 < self.first + self.times
        return self.fault if due else ""

    def due(self, phase: str) -> str:
        fault = self.next(phase)
        self.reached[phase] += 1
        self.shown[phase] += bool(fault)
        return fault


@asynccontextmanager
async def scripted(script: Scripted, url: str = "smtp://127.0.0.1:{port}?connections=1") -> AsyncIterator[Scripted]:
    """The server that SMTP_URL names inside the block."""
    conversations: set[asyncio.Task[None]] = set()

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        conversations.add(task)
        with suppress(ConnectionError, ssl.SSLError, asyncio.IncompleteReadError):
            await _Conversation(script, reader, writer).through()
        writer.transport.abort()

    server = await asyncio.start_server(converse, "127.0.0.1", 0)
    script.port = server.sockets[0].getsockname()[1]
    try:
        async with smtp_url(url.format(port=script.port)):
            yield script
    finally:
        server.close()
        for task in conversations:
            task.cancel()
        await asyncio.gather(*conversations, return_exceptions=True)


class _Conversation:
    def __init__(self, script: Scripted, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._script, self._reader, self._writer = script, reader, writer
        self._mail, self._recipient, self._encrypted = False, "", False
        self._read_before = b""
        script.writers.append(writer)

    async def through(self) -> None:
        await self._say("connect")
        while line := await self._next_line():
            match line[:4].upper():
                case b"EHLO" | b"HELO":
                    await self._hello()
                case b"STAR":
                    await self._encrypt()
                case b"AUTH":
                    await self._say("auth")
                case b"MAIL":
                    self._recipient, self._mail = "", await self._say("mail")
                case b"RCPT":
                    await self._address(line)
                case b"DATA":
                    await self._data()
                case b"QUIT":
                    self._writer.write(b"221 2.0.0 goodbye\r\n")
                    return
                case _:
                    self._recipient, self._mail = "", False
                    self._writer.write(b"250 2.0.0 OK\r\n")

    async def _next_line(self) -> bytes:
        line, self._read_before = self._read_before, b""
        return line or await self._reader.readline()

    async def _hello(self) -> None:
        offers = [NAME, b"SIZE 5000000"]
        offers += [b"PIPELINING"] * self._script.pipelining + [b"AUTH PLAIN"] * self._script.with_sign_in
        offers += [b"STARTTLS"] * (self._script.certificate is not None and not self._encrypted)
        last = len(offers) - 1
        words = b"".join(
            b"250%s%s\r\n" % (b"-" if number < last else b" ", offer) for number, offer in enumerate(offers)
        )
        await self._say("ehlo", words)

    async def _encrypt(self) -> None:
        if not await self._say("starttls"):
            return
        match self._script.due("handshake"):
            case "garbage":
                self._writer.write(GARBAGE)
            case "dropped":
                raise ConnectionResetError
            case "slow":
                await self._silence()
            case _:
                assert self._script.certificate
                await self._writer.start_tls(self._script.certificate)
                self._encrypted = True

    async def _address(self, line: bytes) -> None:
        if not self._mail:
            self._writer.write(b"503 5.5.1 MAIL first\r\n")
        elif await self._say("rcpt"):
            self._recipient = line.partition(b"<")[2].partition(b">")[0].decode()

    async def _data(self) -> None:
        if not self._recipient and self._script.fault != "in spite":
            self._writer.write(b"503 5.5.1 RCPT first\r\n")
        elif await self._say("data"):
            await self._content()

    async def _content(self) -> None:
        while (line := await self._reader.readuntil(b"\n")) != b".\r\n":
            assert line.endswith(b"\r\n"), "a bare line feed"
        if not self._recipient:
            self._writer.write(b"554 5.5.1 nobody to write to\r\n")
            return
        if self._script.next("end") not in ("4xx", "5xx", "421"):
            self._script.taken.append(self._recipient)
        await self._say("end")

    async def _say(self, phase: str, fine: bytes = b"") -> bool:
        """Whether it was accepted, as far as the server is concerned."""
        fine = fine or FINE[phase]
        match self._script.due(phase):
            case "4xx":
                self._writer.write(LATER.get(phase, b"451 4.3.0 not now\r\n"))
                return False
            case "5xx" | "in spite":
                self._writer.write(NEVER.get(phase, b"550 5.7.1 go away\r\n"))
                return False
            case "421":
                self._writer.write(b"421 4.3.2 closing\r\n")
                await self._writer.drain()
                self._writer.close()
                raise ConnectionResetError
            case "slow":
                await self._silence()
            case "dropped":
                raise ConnectionResetError
            case "half":
                self._writer.write(fine[:2])
                await asyncio.sleep(0.01)
                raise ConnectionResetError
            case "garbage":
                self._writer.write(GARBAGE)
            case "twice":
                self._writer.write(fine + fine)
            case "byte by byte":
                for place in range(len(fine)):
                    self._writer.write(fine[place : place + 1])
                    await asyncio.sleep(0)
            case "after the next":
                self._read_before = await self._reader.readline()
                self._writer.write(fine)
            case _:
                self._writer.write(fine)
        return True

    async def _silence(self) -> None:
        while await self._reader.read(65_536):
            pass
        raise ConnectionResetError

"""A quick post office in a thread of its own: it keeps no mail, only who was written to, from where and when."""

import asyncio
import re
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

import uvloop

_ADDRESS = re.compile(rb"<([^>]*)>")
_HELLO = b"250-counter.example.net\r\n250-PIPELINING\r\n250-SIZE 50000000\r\n250 8BITMIME\r\n"


class Counting:
    """What was taken. A mail counts when its final dot is there, whether or not we could still answer.

    `pause`: seconds between the dot and our answer. `hold("end", 6)` lets the next six who want that answer ("data",
    or "end" after the dot), of those who call from `ports` where they are given, wait for it until `release()`.
    """

    def __init__(self) -> None:
        self.port = 0
        self.pause = 0.0
        self.arrivals: list[tuple[float, str]] = []
        # The envelope's senders, in the same order: with a domain for bounces each mail has one of its own.
        self.senders: list[str] = []
        self.conversations: set[_Conversation] = set()
        self._held: dict[str, tuple[int, set[int]]] = {}
        self._waiting: list[tuple[_Conversation, bytes]] = []
        self._loop = uvloop.new_event_loop()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def waiting(self) -> int:
        """How many wait for `release()`."""
        return len(self._waiting)

    def accepted(self, within: str) -> Counter[str]:
        """How often each address that contains `within` was written to."""
        return Counter(recipient for _at, recipient in list(self.arrivals) if within in recipient)

    def first_after(self, moment: float) -> float | None:
        """When (time.monotonic) the first mail came after `moment`."""
        return next((at for at, _recipient in list(self.arrivals) if at > moment), None)

    def hold(self, answer: str, most: int, ports: set[int] | None = None) -> None:
        self._held[answer] = (most, ports or set())

    def release(self) -> None:
        self._loop.call_soon_threadsafe(self._release)

    def say(self, conversation: "_Conversation", answer: str, words: bytes) -> None:
        """In the thread of the office only; later in any case, since who is answered is still reading."""
        if self._holds(answer, conversation.port):
            self._waiting.append((conversation, words))
        elif answer == "end" and self.pause:
            self._loop.call_later(self.pause, conversation.say_at_last, words)
        else:
            self._loop.call_soon(conversation.say_at_last, words)

    def _holds(self, answer: str, port: int) -> bool:
        most, ports = self._held.get(answer, (0, set()))
        if not most or (ports and port not in ports):
            return False
        self._held[answer] = (most - 1, ports)
        return True

    def _release(self) -> None:
        self._held.clear()
        waiting, self._waiting = self._waiting, []
        for conversation, words in waiting:
            conversation.say_at_last(words)

    def run(self, opened: threading.Event) -> None:
        """In a thread, until `close()`."""
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve(opened))

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._closed.set)

    async def _serve(self, opened: threading.Event) -> None:
        self._closed = asyncio.Event()
        server = await self._loop.create_server(lambda: _Conversation(self), "127.0.0.1", 0, backlog=500)
        self.port = server.sockets[0].getsockname()[1]
        opened.set()
        await self._closed.wait()
        server.close()
        for conversation in list(self.conversations):
            conversation.hang_up()
        await server.wait_closed()
        while self.conversations:
            await asyncio.sleep(0)


@contextmanager
def counting() -> Iterator[Counting]:
    office, opened = Counting(), threading.Event()
    thread = threading.Thread(target=office.run, args=(opened,), name="post office", daemon=True)
    thread.start()
    opened.wait(10)
    try:
        yield office
    finally:
        office.close()
        thread.join(10)


class _Conversation(asyncio.Protocol):
    def __init__(self, office: Counting) -> None:
        self._office = office
        self._rest = b""
        self._in_content = False
        # While an answer is due nothing further is read, as servers do.
        self._thinks = False
        self._sender = self._recipient = ""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self.port: int = transport.get_extra_info("peername")[1]
        self._office.conversations.add(self)
        self.say(b"220 counter.example.net ESMTP\r\n")

    def connection_lost(self, exc: Exception | None) -> None:
        self._office.conversations.discard(self)

    def data_received(self, data: bytes) -> None:
        self._rest += data
        self._go_on()

    def say(self, words: bytes) -> None:
        """An answer at once."""
        if not self._transport.is_closing():
            self._transport.write(words)

    def say_at_last(self, words: bytes) -> None:
        """An answer that was waited for."""
        self._thinks = False
        self.say(words)
        self._go_on()

    def hang_up(self) -> None:
        self._transport.abort()

    def _go_on(self) -> None:
        data = self._rest
        while data and not self._thinks:
            taken = self._content(data) if self._in_content else self._line(data)
            if taken is None:
                break
            data = data[taken:]
        self._rest = data[-4:] if self._in_content and not self._thinks else data

    def _content(self, data: bytes) -> int | None:
        end = data.find(b"\r\n.\r\n")
        if end < 0:
            return None
        self._in_content = False
        self._office.senders.append(self._sender)
        self._office.arrivals.append((time.monotonic(), self._recipient))
        self._think("end", b"250 2.6.0 taken\r\n")
        return end + 5

    def _think(self, answer: str, words: bytes) -> None:
        self._thinks = True
        self._office.say(self, answer, words)

    def _line(self, data: bytes) -> int | None:
        end = data.find(b"\r\n")
        if end < 0:
            return None
        self._answer(data[:4].upper(), data[:end])
        return end + 2

    def _answer(self, command: bytes, line: bytes) -> None:
        match command:
            case b"EHLO":
                self.say(_HELLO)
            case b"MAIL":
                self._sender = _addressed(line)
                self.say(b"250 2.1.0 OK\r\n")
            case b"RCPT":
                self._recipient = _addressed(line)
                self.say(b"250 2.1.5 OK\r\n")
            case b"DATA":
                self._in_content = True
                self._think("data", b"354 go on\r\n")
            case b"QUIT":
                self.say(b"221 2.0.0 goodbye\r\n")
                self._transport.close()
            case _:
                self.say(b"250 2.0.0 OK\r\n")


def _addressed(line: bytes) -> str:
    found = _ADDRESS.search(line)
    assert found
    return found[1].decode()

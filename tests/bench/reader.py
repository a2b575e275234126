"""Readers of web pages who want next to nothing of the processor: keep-alive, gzip, one request after the other."""

import asyncio
import re
import time

_LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)


class Reader(asyncio.Protocol):
    """Asks for a page again and again until it is told to stop. `answers`: (seconds, octets) of each."""

    def __init__(self, path: str) -> None:
        self.request = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n\r\n".encode()
        self.answers: list[tuple[float, int]] = []
        self.is_stopped = False
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._received = bytearray()
        self._expected = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport: asyncio.Transport = transport  # type: ignore[assignment]
        self._ask()

    def data_received(self, data: bytes) -> None:
        self._received += data
        if not self._expected and (end := self._received.find(b"\r\n\r\n")) >= 0:
            head = bytes(self._received[:end])
            assert head.startswith(b"HTTP/1.1 200"), head
            length = _LENGTH.search(head)
            assert length
            self._expected = end + 4 + int(length[1])
        if self._expected and len(self._received) >= self._expected:
            self._answered()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.ended.done():
            self.ended.set_exception(error or ConnectionError("the server went away"))

    def _answered(self) -> None:
        self.answers.append((time.perf_counter() - self._began, len(self._received)))
        if self.is_stopped:
            self.ended.set_result(None)
            self.transport.close()
        else:
            self._ask()

    def _ask(self) -> None:
        self._received.clear()
        self._expected = 0
        self._began = time.perf_counter()
        self.transport.write(self.request)


async def read(port: int, path: str, readers: int, seconds: float) -> list[tuple[float, int]]:
    """What so many readers at once were answered in this time."""
    loop = asyncio.get_running_loop()
    made = [(await loop.create_connection(lambda: Reader(path), "127.0.0.1", port))[1] for _each in range(readers)]
    await asyncio.sleep(seconds)
    for reader in made:
        reader.is_stopped = True
    await asyncio.gather(*(reader.ended for reader in made))
    return [answer for reader in made for answer in reader.answers]


async def once(port: int, path: str) -> float:
    """How many seconds one answer takes."""
    loop = asyncio.get_running_loop()
    reader = (await loop.create_connection(lambda: Reader(path), "127.0.0.1", port))[1]
    reader.is_stopped = True
    await reader.ended
    return reader.answers[0][0]

"""A host with news, on this machine: it speaks TLS, and answers each path as a test wants it."""

import asyncio
import os
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import msgspec

from service.cases.news.fetching import Net
from service.kit.settings import settings
from tests.make import certificates

HOST = "news.example.org"
Answer = Callable[[asyncio.StreamWriter], Awaitable[None]]
RSS = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0"><channel><title>News</title><link>https://news.example.org/</link>
{items}
</channel></rss>"""
ITEM = "<item><guid>{guid}</guid><title>{title}</title><link>{link}</link><description>{summary}</description></item>"


def rss(*items: tuple[str, str]) -> bytes:
    """Items by title and summary."""
    made = [
        ITEM.format(guid=title, title=title, link=f"https://{HOST}/{n}", summary=summary)
        for n, (title, summary) in enumerate(items)
    ]
    return RSS.format(items="\n".join(made)).encode()


class Host:
    """`paths`: what stands where, a content or a function that writes the answer. `asked`: the requests that came."""

    def __init__(self) -> None:
        self.paths: dict[str, bytes | Answer] = {}
        self.asked: list[str] = []
        self.port = 0
        self.trust = ssl.create_default_context(cadata=certificates.pem(HOST).decode())

    def url(self, path: str = "/feed") -> str:
        return f"https://{HOST}:{self.port}{path}"

    def net(self, patience: float = 5) -> Net:
        """A world in which this host is a public one."""

        async def resolve(_host: str, _port: int) -> list[str]:
            return ["127.0.0.1"]

        return Net(resolve, lambda _address: True, lambda: self.trust, patience)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            request = (await reader.readuntil(b"\r\n\r\n")).decode()
            self.asked.append(request)
            content = self.paths.get(request.split()[1])
            if callable(content):
                await content(writer)
            elif content is None:
                writer.write(head("404 Not Found"))
            else:
                writer.write(head("200 OK", f"Content-Length: {len(content)}") + content)
            await writer.drain()
            writer.close()


def head(status: str, *headers: str) -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status}", *headers, "Connection: close", "", ""]).encode()


def answers(status: str, *headers: str, content: bytes = b"") -> Answer:
    async def write(writer: asyncio.StreamWriter) -> None:
        writer.write(head(status, *headers) + content)

    return write


def endless(status: str, *headers: str, part: bytes, begun: bytes = b"") -> Answer:
    """`begun`: instead of a whole head."""

    async def write(writer: asyncio.StreamWriter) -> None:
        writer.write(begun or head(status, *headers))
        with suppress(OSError):
            while True:
                writer.write(part)
                await writer.drain()

    return write


@asynccontextmanager
async def host(folder: Path) -> AsyncIterator[Host]:
    """It is one of FEED_HOSTS as long as the block lasts."""
    made = Host()
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0, ssl=certificates.server_side(HOST, folder))
    made.port = server.sockets[0].getsockname()[1]
    try:
        with allowed(f"{HOST}:{made.port}"):
            yield made
    finally:
        server.close()


class allowed:
    """FEED_HOSTS for a while."""

    def __init__(self, hosts: str) -> None:
        self.hosts = hosts

    def __enter__(self) -> None:
        self.before = os.environ.get("FEED_HOSTS", "")
        os.environ["FEED_HOSTS"] = self.hosts
        settings.cache_clear()

    def __exit__(self, *_error: object) -> None:
        os.environ["FEED_HOSTS"] = self.before
        settings.cache_clear()


def with_resolver(net: Net, addresses: list[str], permitted: Callable[[str], bool]) -> Net:
    async def resolve(_host: str, _port: int) -> list[str]:
        return addresses

    return msgspec.structs.replace(net, resolve=resolve, permitted=permitted)

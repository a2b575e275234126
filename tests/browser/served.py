"""The pages in this process, behind a real server and before a real Chromium: a journey can move their clock.

Pages, jobs, database and mail server are those of the other tests; only the names of hosts are bent to this machine.
"""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import granian.server.embed
from cryptography.hazmat.primitives import serialization
from granian.constants import Interfaces
from playwright.async_api import Browser, BrowserContext, async_playwright

from tests.make import certificates

HOST = "news.example.org"


@asynccontextmanager
async def served(folder: Path) -> AsyncIterator[int]:
    """The port at which https://news.example.org answers inside the block."""
    from service.app import app

    key = certificates.key().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "key.pem").write_bytes(key)
    (folder / "certificate.pem").write_bytes(certificates.pem(HOST))
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port: int = free.getsockname()[1]
    server = granian.server.embed.Server(
        app,
        port=port,
        # Its pool is open already.
        interface=Interfaces.ASGINL,
        ssl_cert=folder / "certificate.pem",
        ssl_key=folder / "key.pem",
        log_enabled=False,
    )
    serving = asyncio.create_task(server.serve())
    try:
        await _answers(port)
        yield port
    finally:
        server.stop()
        await serving


async def _answers(port: int) -> None:
    async with asyncio.timeout(10):
        while True:
            try:
                _reader, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.close()
                return
            except OSError:
                await asyncio.sleep(0.02)


@asynccontextmanager
async def chromium(executable: str, arguments: list[str], port: int) -> AsyncIterator[Browser]:
    """One that finds https://news.example.org at `port`."""
    bent = f"--host-resolver-rules=MAP {HOST}:443 127.0.0.1:{port}"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=executable, args=[*arguments, bent])
        yield browser
        await browser.close()


async def someone(browser: Browser, *, scripts: bool, width: int = 390) -> BrowserContext:
    """A new visitor, who trusts the certificate."""
    context = await browser.new_context(
        base_url=f"https://{HOST}",
        ignore_https_errors=True,
        java_script_enabled=scripts,
        locale="en",
        viewport={"width": width, "height": 844},
        reduced_motion="reduce",
    )
    context.set_default_timeout(10_000)
    return context

"""`hundredfold bounces` takes from every place that BOUNCE_URL names, until it is told to stop."""

import asyncio
import os
import signal
import smtplib
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from service.delivery import verp
from service.delivery.intake import running
from service.delivery.intake.sources import BadBounceUrl
from service.kit.processes import CannotRun
from service.kit.settings import settings
from tests.make.bounces import kept, report, sent_by_mailing
from tests.make.imap import mailbox
from tests.make.verp import bounce_domain

pytestmark = pytest.mark.usefixtures("database")


@contextmanager
def bounce_url(urls: str) -> Iterator[None]:
    os.environ["BOUNCE_URL"] = urls
    settings.cache_clear()
    try:
        with bounce_domain():
            yield
    finally:
        os.environ["BOUNCE_URL"] = ""
        settings.cache_clear()


async def path() -> str:
    found = await verp.address(await sent_by_mailing(7))
    assert found
    return found


async def test_all_places_at_once_and_sigterm_ends_it(tmp_path: Path) -> None:
    for part in ("new", "cur", "tmp"):
        (tmp_path / part).mkdir()
    at = tmp_path / "lmtp.sock"
    async with mailbox(tmp_path) as box:
        with bounce_url(f"maildir://{tmp_path} {box.url} lmtp://{at}"):
            head = "Delivered-To: {}\r\n"
            (tmp_path / "new" / "1").write_bytes(head.format(await path()).encode() + report())
            box.add(head.format(await path()).encode() + report())
            task = asyncio.ensure_future(running.run())
            while not at.exists():
                await asyncio.sleep(0.005)
            await asyncio.to_thread(_send, at, await path())
            while len(await kept()) < 3:
                await asyncio.sleep(0.005)
            os.kill(os.getpid(), signal.SIGTERM)
            await asyncio.wait_for(task, 5)
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().remove_signal_handler(number)
    assert {row["source"] for row in await kept()} == {"maildir", "imap", "lmtp"}


def _send(at: Path, path: str) -> None:
    with smtplib.LMTP(str(at), 0, timeout=5) as connected:
        connected.sendmail("", [path], report())


async def test_what_cannot_begin_is_told_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(BadBounceUrl, match="not set"):
        await running.run()
    with bounce_url("lmtp://127.0.0.1:2424"), bounce_domain(""), pytest.raises(BadBounceUrl, match="BOUNCE_DOMAIN"):
        await running.run()
    with bounce_url(f"maildir://{tmp_path}"), pytest.raises(CannotRun, match="no Maildir"):
        await running.run()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with bounce_url(f"smtp://127.0.0.1:{port}"), pytest.raises(CannotRun, match=f"127.0.0.1:{port}"):
            await running.run()

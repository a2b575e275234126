"""How fast mail goes out: `make bench`. Against postfix's smtp-sink and beside its smtp-source where they are there.

MAILS=10000 and WORKERS=1 may be set; a mail has about 30 kB.
"""

import asyncio
import os
import resource
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psutil

from service.delivery import claims, outbox, queries, sending
from service.kit import jobs
from service.rendering.email import CompiledEdition
from tests.make import mailings, processes
from tests.make.smtp import smtp_url

MAILS = int(os.environ.get("MAILS", "10000"))
WORKERS = int(os.environ.get("WORKERS", "1"))
LETTERS = 28_000
_PATH = os.environ["PATH"] + ":/usr/sbin"
_PARAGRAPH = "<p>So steht es um die Gefangenen: ein Brief von dir wärmt.</p>\n"


async def test_messages_a_second(database: None, tmp_path: Path) -> None:
    with sink() as port:
        async with smtp_url(f"smtp://127.0.0.1:{port}"):
            mailing = await prepared()
            with ExitStack() as stack:
                workers = [stack.enter_context(processes.worker(tmp_path / f"{n}.log")) for n in range(WORKERS)]
                await ready(tmp_path)
                seconds, cpu = await measured(mailing, [psutil.Process(worker.pid) for worker in workers])
            books = await queries.books(mailing)
            assert books.sent == MAILS, books
        report(f"hundredfold, {WORKERS} worker(s)", seconds, cpu)
        if source := shutil.which("smtp-source", path=_PATH):
            report(
                "smtp-source",
                *timed([source, "-c", "-s", "12", "-l", "30000", "-m", str(MAILS), f"127.0.0.1:{port}"]),
            )


async def test_what_writing_alone_costs(database: None) -> None:
    from service.delivery import letters

    mailing = await prepared(2000)
    await outbox.open(mailing)
    writer, rows = await letters.of_mailing(mailing), await claims.Claim(mailing).take(2000)
    began = time.process_time()
    size = sum([len((await writer.write(row)).message) for row in rows])
    spent = time.process_time() - began
    print(f"\n{'writing alone':28} {size / len(rows) / 1000:8.1f} kB {spent / len(rows) * 1e6:8.0f} µs CPU a mail")


async def prepared(count: int = MAILS) -> int:
    """Frozen, not opened."""
    html = (
        '<html><body><p>{{ (first_name or "friend") }},</p>'
        + _PARAGRAPH * (LETTERS // len(_PARAGRAPH))
        + '<a href="{{ unsubscribe_url }}">x</a></body></html>\n'
    )
    mailing = await mailings.mailing(
        {"en": CompiledEdition("Neues für {{ first_name }}", html, mailings.EDITION.text)}
    )
    for first in range(0, count, 5000):
        await mailings.audience(mailing, mailings.people(count)[first : first + 5000])
    return mailing


async def ready(logs: Path) -> None:
    while not all("working" in file.read_text() for file in logs.glob("*.log")):
        await asyncio.sleep(0.1)


async def measured(mailing: int, workers: list[psutil.Process]) -> tuple[float, float]:
    """Seconds and the workers' CPU seconds until the last mail is booked."""
    before = sum(sum(worker.cpu_times()[:2]) for worker in workers)
    began = time.monotonic()
    await outbox.open(mailing)
    for _worker in workers[1:]:
        jobs.enqueue("delivery.work", mailing)
    while (await queries.books(mailing)).open:
        await sending.sweep()
        await asyncio.sleep(0.25)
    return time.monotonic() - began, sum(sum(worker.cpu_times()[:2]) for worker in workers) - before


def timed(command: list[str]) -> tuple[float, float]:
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    subprocess.run(command, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.monotonic() - began, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def report(what: str, seconds: float, cpu: float) -> None:
    print(f"\n{what:28} {MAILS / seconds:8.0f} mails a second {cpu / MAILS * 1e6:8.0f} µs CPU a mail")


@contextmanager
def sink() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    postfix = shutil.which("smtp-sink", path=_PATH)
    own = [sys.executable, str(Path(__file__).with_name("sink.py")), str(port)]
    user = ["-u", "nobody"] if os.geteuid() == 0 else []
    process = subprocess.Popen([postfix, *user, f"127.0.0.1:{port}", "1000"] if postfix else own)
    try:
        while process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                time.sleep(0.05)
        yield port
    finally:
        process.kill()
        process.wait()

"""How fast mail goes out: `make bench`. Real workers, clock and web on a PostgreSQL that keeps its promises, against
postfix's smtp-sink, and beside its smtp-source in the same run, which is the limit.

MAILS=10000 LARGE=100000 WORKERS=2 may be set; a mail has about 32 kB.
"""

import asyncio
import os
import resource
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import msgspec
import psutil

from service.delivery import dkim_keys, letters, outbox, queries
from service.kit import db, embedded
from service.rendering.email import CompiledEdition
from tests.make import mailings, processes
from tests.make.smtp import smtp_url

MAILS = int(os.environ.get("MAILS", "10000"))
LARGE = int(os.environ.get("LARGE", "100000"))
WORKERS = int(os.environ.get("WORKERS", "2"))
LETTERS = 28_000
AT_ONCE = 5000
_PATH = os.environ["PATH"] + ":/usr/sbin"
_OPEN = "SELECT EXISTS (SELECT FROM delivery WHERE mailing = $1 AND state IN ('queued', 'later'))"
_PARAGRAPH = "<p>So steht es um die Gefangenen: ein Brief von dir wärmt.</p>\n"


class Measured(msgspec.Struct, frozen=True):
    """Seconds of the clock and of CPU for `mails` mails; `memory`: MB of the largest worker at the end.

    `ours`: of workers, web and clock; `workers`: of the workers alone.
    """

    what: str
    mails: int
    seconds: float
    ours: float = 0.0
    workers: float = 0.0
    postgres: float = 0.0
    sink: float = 0.0
    memory: float = 0.0

    @property
    def rate(self) -> float:
        return self.mails / self.seconds

    def each(self, cpu: float) -> float:
        return cpu / self.mails * 1e6


class Machine:
    """All processes of which the CPU is counted."""

    def __init__(self, workers: Sequence[int], others: Sequence[int], postgres: int, sink: int) -> None:
        self.workers = [psutil.Process(pid) for pid in workers]
        self.others = [psutil.Process(pid) for pid in others]
        self.postgres, self.sink = psutil.Process(postgres), psutil.Process(sink)

    def spent(self) -> tuple[float, float, float, float]:
        """CPU seconds of ours, of the workers among them, of PostgreSQL and of the sink."""
        return (
            sum(map(_cpu, [*self.workers, *self.others])),
            sum(map(_cpu, self.workers)),
            sum(map(_cpu, [self.postgres, *self.postgres.children(recursive=True)])),
            _cpu(self.sink),
        )

    async def send(self, what: str, mails: int) -> Measured:
        mailing = await prepared(mails)
        before, began = self.spent(), time.monotonic()
        await outbox.open(mailing)
        # Counting the rows again and again would cost PostgreSQL as much as the mails do.
        while await db.fetch_value(_OPEN, mailing):
            await asyncio.sleep(0.05)
        seconds = time.monotonic() - began
        spent = [after - earlier for earlier, after in zip(before, self.spent(), strict=True)]
        assert (await queries.books(mailing)).sent == mails
        memory = max(worker.memory_info().rss for worker in self.workers) / 1e6
        return Measured(what, mails, seconds, *spent, memory)

    def source(self, port: int) -> Measured | None:
        """What smtp-source reaches; None where it is not there."""
        program = shutil.which("smtp-source", path=_PATH)
        if program is None:
            return None
        before, began = self.spent(), time.monotonic()
        earlier = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([program, "-s", "24", "-l", "32000", "-m", str(MAILS), f"127.0.0.1:{port}"], check=True)
        used, seconds = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic() - began
        own = used.ru_utime + used.ru_stime - earlier.ru_utime - earlier.ru_stime
        return Measured("smtp-source", MAILS, seconds, own, own, 0, self.spent()[3] - before[3])


async def test_messages_a_second(database: None, servers: embedded.Servers, tmp_path: Path) -> None:
    with sink() as (port, sink_pid):
        async with smtp_url(f"smtp://127.0.0.1:{port}?connections=96"):
            with ExitStack() as stack:
                workers = [stack.enter_context(processes.worker(tmp_path / f"worker{n}.log")) for n in range(WORKERS)]
                others = [stack.enter_context(processes.part(name, tmp_path / name)) for name in ("clock", "web")]
                await ready(tmp_path)
                machine = Machine(
                    [process.pid for process in workers],
                    [process.pid for process in others],
                    servers.postgres.process.pid,  # type: ignore[union-attr]
                    sink_pid,
                )
                await machine.send("warming up", 2000)
                found = [machine.source(port), await machine.send(f"{MAILS:,}", MAILS), machine.source(port)]
                if LARGE:
                    found += [await machine.send(f"{LARGE:,}", LARGE), machine.source(port)]
                for algorithm in ("ed25519", "rsa"):
                    key = await dkim_keys.make("example.org", algorithm)
                    await db.execute("UPDATE dkim_key SET signs_from = now() WHERE id = $1", key.id)
                    found.append(await machine.send(f"{MAILS:,} signed, {algorithm}", MAILS))
                    await db.execute("DELETE FROM dkim_key")
    report([measured for measured in found if measured])


async def test_what_writing_alone_costs(database: None) -> None:
    mailing = await prepared(2000)
    writer, rows = await letters.of_mailing(mailing), await db.fetch("SELECT * FROM delivery")
    began = time.process_time()
    size = sum([len((await writer.write(row)).message) for row in rows])
    spent = time.process_time() - began
    print(f"\nwriting alone: {size / len(rows) / 1000:.1f} kB, {spent / len(rows) * 1e6:.0f} µs CPU a mail")


async def prepared(count: int) -> int:
    """Frozen, not opened."""
    html = (
        '<html><body><p>{{ (first_name or "friend") }},</p>'
        + _PARAGRAPH * (LETTERS // len(_PARAGRAPH))
        + '<a href="{{ unsubscribe_url }}">x</a></body></html>\n'
    )
    mailing = await mailings.mailing(
        {"en": CompiledEdition("Neues für {{ first_name }}", html, mailings.EDITION.text)}
    )
    people = mailings.people(count)
    for first in range(0, count, AT_ONCE):
        await mailings.audience(mailing, people[first : first + AT_ONCE])
    await db.execute("VACUUM ANALYZE delivery")
    return mailing


async def ready(logs: Path) -> None:
    while not all("working" in file.read_text() for file in logs.glob("worker*.log")):
        await asyncio.sleep(0.1)


def report(found: Sequence[Measured]) -> None:
    limits = [measured.rate for measured in found if measured.what == "smtp-source"]
    limit = sum(limits) / len(limits) if limits else 0
    columns = f"{'our CPU':>10}{'workers':>10}{'PostgreSQL':>12}{'sink':>7}{'memory':>9}"
    print(f"\n\n{'':26}{'mails/s':>9}{'of the limit':>14}{columns}")
    for measured in found:
        share = f"{measured.rate / limit:.2f}" if limit else "?"
        spent = (measured.ours, measured.workers, measured.postgres, measured.sink)
        ours, workers, postgres, sink = (measured.each(seconds) for seconds in spent)
        print(
            f"{measured.what:26}{measured.rate:9,.0f}{share:>14}{ours:7.0f} µs{workers:7.0f} µs"
            f"{postgres:9.0f} µs{sink:4.0f} µs{measured.memory:6.0f} MB"
        )


def _cpu(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return times.user + times.system


@contextmanager
def sink() -> Iterator[tuple[int, int]]:
    """Its port and its process."""
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
        yield port, process.pid
    finally:
        process.kill()
        process.wait()

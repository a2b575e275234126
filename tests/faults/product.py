"""The whole product as real processes on servers of its own, and somebody who starts again what ends."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import psutil
import redis

from service.kit import embedded, paths
from service.kit.settings import VARIABLES
from service.kit.supervise import Child
from tests.conftest import SECRET
from tests.faults.measures import LOOKS_EVERY, RESUMED
from tests.make.counter import Counting, counting

PROGRAM = [sys.executable, "-m", "service.cli"]
# The product's own, which looks more often.
CLOCK = (
    "import asyncio; from datetime import timedelta; from service.schedules import leader; "
    f"leader.RECURRING['delivery.sweep'] = timedelta(seconds={LOOKS_EVERY}); "
    "from service.kit import log; log.set_up(); asyncio.run(leader.run())"
)
ORIGIN = "https://news.example.org"
RESTART_SECONDS = 0.5


async def until(what: str, true: Callable[[], Any], seconds: float) -> None:
    """Looks again and again; fails with `what` when it is not so in time."""
    ends = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < ends, f"not within {seconds:.0f} s: {what}"
        await asyncio.sleep(0.02)


class Product:
    """PostgreSQL, Valkey and the post office always; of the rest what `run` names."""

    def __init__(self, folder: Path, servers: embedded.Servers, office: Counting) -> None:
        self.folder, self.servers, self.office = folder, servers, office
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self.env = {name: value for name, value in os.environ.items() if name not in VARIABLES} | {
            "DATABASE_URL": servers.database_url,
            "BROKER_URL": servers.broker_url,
            "SMTP_URL": office.url,
            "HUNDREDFOLD_SECRET": SECRET,
            "HUNDREDFOLD_VAR": str(folder),
            "HUNDREDFOLD_ORIGIN": ORIGIN,
            "HUNDREDFOLD_PORT": str(port),
        }
        self.site = f"http://127.0.0.1:{port}"
        self.parts: dict[str, Child] = {}
        self._again_at: dict[str, float] = {}

    def prepare(self) -> None:
        """Tables, people, drafts and a signed-in session."""
        subprocess.run([*PROGRAM, "migrate"], env=self.env, check=True, capture_output=True)
        made = subprocess.run(
            [sys.executable, "-m", "tests.faults.drafts"],
            env=self.env,
            cwd=paths.ROOT,
            check=True,
            stdout=subprocess.PIPE,
        )
        self.made = json.loads(made.stdout)

    # What runs

    async def run(self, *names: str) -> None:
        """Exactly these run from now on ("clock 1", "web", "worker 2" …), and are ready."""
        self.end(*(self.parts.keys() - set(names)))
        for name in names:
            if name not in self.parts:
                self.begin(name)
        for name in names:
            await until(f"{name} is ready", lambda name=name: self.is_ready(name), 60)

    def begin(self, name: str, program: list[str] | None = None) -> Child:
        log = self.folder / "log" / f"{name.replace(' ', '-')}.log"
        log.unlink(missing_ok=True)
        kind = name.split()[0]
        usual = [sys.executable, "-c", CLOCK] if kind == "clock" else [*PROGRAM, kind]
        self.parts[name] = Child(name, program or usual, self.env, log)
        self.parts[name].start()
        return self.parts[name]

    def end(self, *names: str) -> None:
        """All of them at once."""
        ending = [self.parts.pop(name) for name in names]
        for part in ending:
            if part.process and part.running:
                part.process.terminate()
        for part in ending:
            part.stop()

    def is_ready(self, name: str) -> bool:
        said = self.parts[name].log.read_text()
        return {"worker": '"working"' in said, "web": "Started worker" in said}.get(name.split()[0], True)

    def look_round(self) -> None:
        """Starts again what has ended, as systemd would."""
        for name, part in self.parts.items():
            if part.running:
                self._again_at.pop(name, None)
            elif time.monotonic() > self._again_at.setdefault(name, time.monotonic() + RESTART_SECONDS):
                part.start()

    def pid(self, name: str) -> int:
        process = self.parts[name].process
        assert process
        return process.pid

    def kill(self, name: str) -> None:
        """-9, and waits until it is gone."""
        process = self.parts[name].process
        assert process
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def send_signal(self, which: signal.Signals, *names: str) -> None:
        for name in names:
            os.kill(self.pid(name), which)

    def ports(self, name: str) -> set[int]:
        """The ports from which this worker talks to the post office."""
        try:
            connections = psutil.Process(self.pid(name)).net_connections("tcp4")
        except psutil.NoSuchProcess:
            return set()
        return {found.laddr.port for found in connections if found.raddr and found.raddr.port == self.office.port}

    def sends(self, name: str) -> bool:
        return bool(self.ports(name))

    async def next_mail(self, moment: float) -> float:
        """How many seconds after `moment` (time.monotonic) the post office took the next mail."""
        await until("the next mail", lambda: self.office.first_after(moment), RESUMED)
        return (self.office.first_after(moment) or moment) - moment

    def stop_postgres(self, way: signal.Signals) -> None:
        """SIGQUIT: as pg_ctl stop -m immediate; SIGINT: -m fast."""
        process = self.servers.postgres.process
        assert process
        process.send_signal(way)
        process.wait(30)

    def flush(self) -> None:
        with redis.Redis.from_url(self.servers.broker_url) as queue:
            queue.flushall()

    def complaints(self) -> str:
        """The last troubles that the processes told of, for whoever reads why a test failed."""
        return "\n".join(
            f"{log.stem}: {line[:2000]}"
            for log in sorted((self.folder / "log").glob("*.log"))
            for line in log.read_text().splitlines()[-20:]
            if '"level": "error"' in line
        )

    def stop(self) -> None:
        self.end(*self.parts)

    # What people do and see

    def browser(self) -> httpx.AsyncClient:
        """Olga's."""
        headers = {"Host": ORIGIN.split("/")[-1], "Origin": ORIGIN, "Cookie": f"hf_session={self.made['key']}"}
        return httpx.AsyncClient(base_url=self.site, headers=headers, timeout=30)

    def id(self, campaign: str) -> int:
        return int(self.made["campaigns"][campaign]["id"])

    async def click(self, campaign: str, button: str, browser: httpx.AsyncClient | None = None, **fields: str) -> int:
        """Presses a button on the campaign's page; the status that came back."""
        if browser is None:
            async with self.browser() as own:
                return await self.click(campaign, button, own, **fields)
        form = {"csrf": self.made["csrf"], **fields}
        return (await browser.post(f"/staff/campaigns/{self.id(campaign)}/{button}", data=form)).status_code

    async def send(self, campaign: str, browser: httpx.AsyncClient | None = None) -> int:
        version = str(self.made["campaigns"][campaign]["version"])
        return await self.click(campaign, "send", browser, when="now", version=version, understood="yes")

    # What the records say

    async def ask(self, sql: str, *args: Any) -> list[asyncpg.Record]:
        """Over a connection of its own, since the server may just have been away."""
        connection = await asyncpg.connect(self.env["DATABASE_URL"], timeout=10)
        try:
            return await connection.fetch(sql, *args)
        finally:
            await connection.close(timeout=2)

    async def finished(self, campaign: str, seconds: float) -> None:
        """Waits until its mailing says that it was sent."""
        await self._until("sent", campaign, seconds, lambda row: row["mailing"] == "sent")

    async def settled(self, campaign: str, seconds: float, unknown: int | None = None) -> None:
        """Waits until nothing of it is open, and so many (None: any number) are unknown."""
        await self._until(
            "settled",
            campaign,
            seconds,
            lambda row: row["total"] and not row["open"] and unknown in (None, row["unknown"]),
        )

    async def _until(self, what: str, campaign: str, seconds: float, true: Callable[[Any], bool]) -> None:
        ends = time.monotonic() + seconds
        while not ((rows := await self.ask(_STATE, self.id(campaign))) and true(rows[0])):
            assert time.monotonic() < ends, f"not {what} within {seconds:.0f} s: {rows}"
            await asyncio.sleep(0.1)


_STATE = """
    SELECT m.state AS mailing, count(*) AS total, count(*) FILTER (WHERE d.state = 'unknown') AS unknown,
        count(*) FILTER (WHERE d.state NOT IN ('sent', 'refused', 'skipped', 'unknown')) AS open
    FROM campaign c JOIN mailing m ON m.id = c.mailing JOIN delivery d ON d.mailing = m.id
    WHERE c.id = $1 GROUP BY m.id
"""


@contextmanager
def product(folder: Path) -> Iterator[Product]:
    """With durable servers: what a crash of theirs may lose with other settings is not the product's fault."""
    with ExitStack() as stack:
        servers = stack.enter_context(embedded.servers(folder, durable=True))
        made = Product(folder, servers, stack.enter_context(counting()))
        made.prepare()
        stack.callback(made.stop)
        yield made

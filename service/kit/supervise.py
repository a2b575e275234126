"""Children that are started in order, watched, started again and stopped in the reverse order."""

import errno
import http.client
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from service.kit.processes import CannotRun, blame, bury, open_log, spawn, stop

PAUSES = (0.5, 1, 2, 4)
PATIENCE = 30
SCARCE = 200_000_000


class Part(Protocol):
    """Something that runs until it is told to stop: a Child, or an embedded server."""

    name: str
    log: Path

    @property
    def running(self) -> bool: ...

    def start(self) -> None: ...

    def stop(self) -> None: ...


@dataclass
class Child:
    """One of our own commands in a process of its own."""

    name: str
    command: Sequence[str]
    env: Mapping[str, str]
    log: Path
    sockets: Sequence[int] = ()
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def start(self) -> None:
        if self.process is not None:
            bury(self.process)
        self.process = spawn(self.command, log=self.log, env=self.env, sockets=self.sockets)

    def stop(self) -> None:
        """Let it finish its work under way, for PATIENCE seconds at most."""
        if self.process is not None:
            stop(self.process, ask=signal.SIGTERM, patience=PATIENCE)


@dataclass
class _Watched:
    part: Part
    deaths: list[float] = field(default_factory=list)
    again_at: float | None = None


class Crew:
    """All parts that run; `say` gets a sentence when one of them ends by itself."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._watched: list[_Watched] = []
        self._scarce = False

    def start(self, part: Part) -> None:
        """Raises CannotRun."""
        self._watched.append(_Watched(part))
        part.start()

    def stop(self) -> None:
        for watched in reversed(self._watched):
            watched.part.stop()

    def wait_for(self, host: str, port: int, path: str, *, called: str, patience: float = 60) -> None:
        """Wait until `path` answers 200 to a browser that calls the site `called`; raises CannotRun."""
        deadline = time.monotonic() + patience
        while not _answers(host, port, path, called):
            for watched in self._watched:
                if not watched.part.running:
                    raise CannotRun(f"{watched.part.name} ended at once: {blame(watched.part.log)}.")
            if time.monotonic() > deadline:
                folder = self._watched[-1].part.log.parent
                raise CannotRun(f"The site was not ready within {patience:.0f} seconds; the logs are in {folder}.")
            time.sleep(0.05)

    def watch(self, folder: Path) -> None:
        """Look after everything until it is interrupted; raises CannotRun when a part keeps ending."""
        while True:
            self.look_round(time.monotonic())
            self.look_at_room(folder, shutil.disk_usage(folder).free)
            time.sleep(0.2)

    def look_at_room(self, folder: Path, free: int) -> None:
        """Say once when fewer than SCARCE bytes are free, and again when that comes back after it was better."""
        if free < SCARCE and not self._scarce:
            self._say(f"Only {free // 1_000_000} MB are left on the disk that holds {folder}; make room soon.")
        self._scarce = free < SCARCE

    def look_round(self, now: float) -> None:
        """Notice whoever has ended, and start those again whose pause is over."""
        for watched in self._watched:
            if watched.part.running:
                continue
            if watched.again_at is None:
                watched.again_at = now + self._mourn(watched, now)
            elif now >= watched.again_at:
                watched.again_at = None
                watched.part.start()

    def _mourn(self, watched: _Watched, now: float) -> float:
        """The seconds until it is started again."""
        name, log = watched.part.name, watched.part.log
        watched.deaths = [death for death in watched.deaths if now - death < 60] + [now]
        if len(watched.deaths) > len(PAUSES):
            raise CannotRun(
                f"{name} ended {len(watched.deaths)} times within a minute: {blame(log)}. Everything is stopped."
            )
        self._say(f"{name} ended by itself and is started again: {blame(log)}.")
        return PAUSES[len(watched.deaths) - 1]


def _answers(host: str, port: int, path: str, called: str) -> bool:
    connection = http.client.HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", path, headers={"Host": called})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def run_to_end(what: str, command: Sequence[str], *, env: Mapping[str, str], log: Path) -> None:
    """Run a child that ends by itself; raises CannotRun when it fails."""
    process = spawn(command, log=log, env=env)
    try:
        process.wait()
    finally:
        stop(process, ask=signal.SIGTERM, patience=PATIENCE)
    if process.returncode:
        raise CannotRun(f"{what} failed: {blame(log)}.")


def ask(what: str, command: Sequence[str], *, env: Mapping[str, str], log: Path) -> str:
    """What a short child prints; raises CannotRun when it fails."""
    with open_log(log) as errors:
        done = subprocess.run(command, env=dict(env), stdout=subprocess.PIPE, stderr=errors, text=True)
    if done.returncode:
        raise CannotRun(f"{what} failed: {blame(log)}.")
    return done.stdout.strip()


@contextmanager
def until_interrupted() -> Iterator[None]:
    """Leave the block at the first SIGINT, SIGTERM or SIGHUP; none disturbs the stopping that follows."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def leave(*_: object) -> None:
        for number in numbers:
            signal.signal(number, signal.SIG_IGN)
        raise KeyboardInterrupt

    for number in numbers:
        signal.signal(number, leave)
    with suppress(KeyboardInterrupt):
        yield


def require_port(host: str, port: int) -> None:
    """Raises CannotRun when nothing of ours could listen there."""
    try:
        socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET).close()
    except OSError as error:
        taken = error.errno == errno.EADDRINUSE
        reason = "is taken by another program" if taken else f"cannot be used ({os.strerror(error.errno or 0)})"
        raise CannotRun(
            f"Port {port} {reason}; choose another one, for example with: make run PORT={port % 60_000 + 1000}"
        ) from error

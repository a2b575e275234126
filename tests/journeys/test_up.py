"""`hundredfold up` as the person at the terminal sees it: real processes, a folder of its own, no mocks."""

import http.client
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from service.kit.settings import VARIABLES

HUNDREDFOLD = [sys.executable, "-m", "service.cli"]
BARE = {name: value for name, value in os.environ.items() if name not in VARIABLES}


@contextmanager
def up(var: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    command = [*HUNDREDFOLD, "up", "--no-demo", "--port", str(port), "--var", str(var)]
    with subprocess.Popen(command, env=BARE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(60)


def refused(var: Path, port: int, **env: str) -> str:
    """What is said instead of starting."""
    command = [*HUNDREDFOLD, "up", "--no-demo", "--port", str(port), "--var", str(var)]
    done = subprocess.run(command, env=BARE | env, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    return done.stderr


def lines(process: subprocess.Popen[str]) -> list[str]:
    assert process.stdout is not None
    return [process.stdout.readline().rstrip("\n") for _ in range(3)]


def status(port: int, path: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path, headers={"Host": f"localhost:{port}"})
        return connection.getresponse().status
    finally:
        connection.close()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def of(parent: subprocess.Popen[str], command: str) -> psutil.Process:
    return next(child for child in psutil.Process(parent.pid).children() if command in child.cmdline())


def test_it_starts_is_joined_comes_back_when_it_is_killed_stops_and_keeps_no_trace_of_who_asked(
    tmp_path: Path, unlikely: str
) -> None:
    var, port = tmp_path / "var", free_port()
    with up(var, port) as process:
        site, staff, mail = lines(process)
        assert site.split() == ["Site", f"http://localhost:{port}/"]
        assert staff.startswith(f"Staff console   http://localhost:{port}/")
        assert status(port, "/health/ready") == 200
        assert status(port, mail.split()[-1].removeprefix(f"http://localhost:{port}")) == 200
        for private in ("secret", "running.json", "log/web.log"):
            assert stat.S_IMODE((var / private).stat().st_mode) == 0o600
        assert "already runs on" in refused(var, free_port())
        here = BARE | {"HUNDREDFOLD_VAR": str(var)}
        assert subprocess.run([*HUNDREDFOLD, "migrate"], env=here).returncode == 0

        of(process, "worker").kill()
        assert process.stderr is not None
        assert process.stderr.readline() == (
            f"The worker ended by itself and is started again: {var}/log/worker.log says why.\n"
        )
        deadline = time.monotonic() + 60
        while not any("worker" in child.cmdline() for child in psutil.Process(process.pid).children()):
            assert time.monotonic() < deadline
            time.sleep(0.05)

        secret = (var / "secret").read_text()
        children = psutil.Process(process.pid).children(recursive=True)
        process.kill()
    _gone, alive = psutil.wait_procs(children, timeout=30)
    assert alive == []
    with up(var, port) as process:
        lines(process)
        assert status(port, "/health/ready") == 200
        assert status(port, f"/{unlikely}/anna@example.org") == 404
        assert (var / "secret").read_text() == secret
        children = psutil.Process(process.pid).children(recursive=True)
    assert process.returncode == 0
    assert not any(child.is_running() for child in children)
    assert not (var / "running.json").exists()
    kept = "".join(log.read_text() for log in (var / "log").iterdir())
    assert "Shutting down granian" in kept
    assert unlikely not in kept
    assert "anna" not in kept


def test_a_taken_port_is_said_in_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert f"Port {port} is taken by another program" in refused(tmp_path / "var", port)


def test_a_folder_that_cannot_be_written_is_said_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert "cannot be written to: Not a directory" in refused(tmp_path / "file" / "var", free_port())


def test_a_short_secret_is_refused_before_anything_is_sealed_with_it(tmp_path: Path) -> None:
    said = refused(tmp_path / "var", free_port(), HUNDREDFOLD_SECRET="too short")
    assert "HUNDREDFOLD_SECRET wants at least 32 random characters" in said
    assert not (tmp_path / "var" / "postgres").exists()


def test_a_database_that_does_not_answer_is_said_with_the_log(tmp_path: Path) -> None:
    nowhere = f"postgresql://hundredfold@/hundredfold?host={tmp_path}"
    said = refused(tmp_path / "var", free_port(), DATABASE_URL=nowhere)
    assert f"Migrating the database failed: {tmp_path}/var/log/migrate.log says why." in said


def test_without_a_running_up_the_other_commands_say_what_is_missing(tmp_path: Path) -> None:
    done = subprocess.run(
        [*HUNDREDFOLD, "web"], env=BARE | {"HUNDREDFOLD_VAR": str(tmp_path)}, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert done.stderr.startswith("DATABASE_URL is not set")
    assert done.stderr.count("\n") == 1

"""PostgreSQL, Redis and RabbitMQ as Debian ships them: servers of an organisation that runs its own, on TCP ports."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

_INITDB = ("-E", "UTF8", "--locale=C.UTF-8", "--pwfile")
RABBITMQ = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")


def postgres_programs() -> Path | None:
    """The newest that is installed, from 15 on."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found and int(found[-1].parts[-3]) >= 15 else None


def missing() -> str:
    """What is not there; empty where everything is."""
    there = {
        "postgresql": postgres_programs(),
        "redis-server": shutil.which("redis-server"),
        "rabbitmq-server": RABBITMQ.exists(),
    }
    return ", ".join(name for name, found in there.items() if not found)


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """The address of a database of a role that owns nothing else."""
    programs, data, port = postgres_programs(), folder / "postgres", _free_port()
    assert programs
    folder.chmod(0o755)
    _own(data)
    (folder / "password").write_text("of the superuser")
    (folder / "password").chmod(0o644)
    as_user = _as_user("postgres")
    subprocess.run(
        [
            *as_user,
            programs / "initdb",
            "-D",
            data,
            "-U",
            "admin",
            "-A",
            "scram-sha-256",
            *_INITDB,
            folder / "password",
        ],
        check=True,
        capture_output=True,
        cwd="/",
    )
    command = [*as_user, programs / "postgres", "-D", data, "-p", str(port), "-c", "listen_addresses=127.0.0.1"]
    command += ["-c", f"unix_socket_directories={data}", "-c", "fsync=off"]
    sql = "CREATE ROLE hundredfold LOGIN PASSWORD 'secret'; "
    with _running(command, folder / "postgres.log", lambda: _answers(port)):
        for statement in (sql, "CREATE DATABASE hundredfold OWNER hundredfold"):
            _until("psql", lambda statement=statement: _psql(programs, port, statement))
        yield f"postgresql://hundredfold:secret@127.0.0.1:{port}/hundredfold"


@contextmanager
def redis(folder: Path) -> Iterator[str]:
    port = _free_port()
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    command += ["--requirepass", "secret"]
    with _running(command, folder / "redis.log", lambda: _answers(port)):
        yield f"valkey://:secret@127.0.0.1:{port}/0"


class Rabbit:
    """A RabbitMQ that can be killed and started again."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, _free_port()
        self.url = f"amqp://guest:guest@127.0.0.1:{self.port}/%2F?heartbeat=10"
        self._process: subprocess.Popen[bytes] | None = None
        name = f"hundredfold{os.getpid()}@localhost"
        self._env = os.environ | {
            "HOME": str(folder),
            "RABBITMQ_NODENAME": name,
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_DIST_PORT": str(_free_port()),
            "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"),
            "RABBITMQ_LOG_BASE": str(folder / "log"),
            "RABBITMQ_PID_FILE": str(folder / "pid"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "plugins"),
            "RABBITMQ_CONF_ENV_FILE": str(folder / "none"),
            "ERL_EPMD_PORT": str(_free_port()),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
        }

    def start(self) -> None:
        with (self.folder / "rabbitmq.log").open("ab") as log:
            self._process = subprocess.Popen(
                [RABBITMQ], env=self._env, cwd=self.folder, stdout=log, stderr=log, start_new_session=True
            )
        _until("RabbitMQ", lambda: _answers(self.port))

    def kill(self) -> None:
        """As a power cut would, with everything that it started."""
        assert self._process
        os.killpg(self._process.pid, 9)
        self._process.wait()
        _until("the end of RabbitMQ", lambda: not _answers(self.port))

    def end(self) -> None:
        self.kill()
        subprocess.run(["epmd", "-kill"], env=self._env, capture_output=True)


@contextmanager
def rabbit(folder: Path) -> Iterator[Rabbit]:
    one = Rabbit(folder)
    one.start()
    try:
        yield one
    finally:
        one.end()


@contextmanager
def _running(command: list, log: Path, ready: Callable[[], bool]) -> Iterator[None]:
    with log.open("ab") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out, cwd="/")
    try:
        _until(str(command[0]), ready)
        yield
    finally:
        process.terminate()
        process.wait(20)


def _psql(programs: Path, port: int, statement: str) -> bool:
    address = f"postgresql://admin:of%20the%20superuser@127.0.0.1:{port}/postgres"
    return subprocess.run([programs / "psql", address, "-c", statement], capture_output=True).returncode == 0


def _as_user(name: str) -> list[str]:
    # PostgreSQL refuses to run as root.
    return ["runuser", "-u", name, "--"] if os.geteuid() == 0 else []


def _own(folder: Path) -> None:
    folder.mkdir()
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


def _until(what: str, true: Callable[[], bool]) -> None:
    ends = time.monotonic() + 60
    while not true():
        assert time.monotonic() < ends, f"{what} did not come in time"
        time.sleep(0.05)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port

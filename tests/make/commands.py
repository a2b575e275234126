"""`hundredfold …` as somebody types it: a process of its own on this test's servers.

It is split off from the process of the tests and has everything imported, which is most of what a command takes.
"""

import asyncio
import os
import signal
import sys
import tempfile
from asyncio.subprocess import PIPE
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NoReturn

from service.cli import commands, main
from service.kit import db, paths
from service.kit.settings import settings


@dataclass(frozen=True)
class Ended:
    """What came of it; `code` is the exit code, or below zero the signal that ended it."""

    code: int
    printed: str
    complaint: str


@dataclass(frozen=True)
class Running:
    pid: int
    printed: int
    complaint: int

    async def ended(self) -> Ended:
        _pid, status = await asyncio.to_thread(os.waitpid, self.pid, 0)
        return Ended(os.waitstatus_to_exitcode(status), _all_of(self.printed), _all_of(self.complaint))


async def hundredfold(*words: str | Path, typed: str = "", code: int | None = None, **environment: str) -> Ended:
    """Runs it to its end, which has to be `code` if that is given; `typed` is what it reads."""
    ended = await started(*words, typed=typed, **environment).ended()
    assert code in (None, ended.code), ended
    return ended


async def anew(*words: str | Path, typed: str = "", **environment: str) -> Ended:
    """The same in an interpreter of its own: the store of files works by threads, which nothing split off has."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "service.cli", *words),
        stdin=PIPE,
        stdout=PIPE,
        stderr=PIPE,
        env=os.environ | environment,
        cwd=paths.ROOT,
    )
    printed, complaint = await process.communicate(typed.encode())
    assert process.returncode is not None
    return Ended(process.returncode, printed.decode(), complaint.decode())


def started(*words: str | Path, typed: str = "", **environment: str) -> Running:
    """The running command, which may be sent signals."""
    _import_all()
    streams = [_file(typed), _file(), _file()]
    pid = os.fork()
    if not pid:
        _become(["hundredfold", *map(str, words)], environment, streams)
    os.close(streams[0])
    return Running(pid, *streams[1:])


@cache
def _import_all() -> None:
    """Before the first is split off, so that each finds it done."""
    for name in commands.list_commands(None):  # type: ignore[arg-type]
        commands.get_command(None, name)  # type: ignore[arg-type]


def _file(content: str = "") -> int:
    descriptor, name = tempfile.mkstemp()
    os.unlink(name)
    os.write(descriptor, content.encode())
    os.lseek(descriptor, 0, os.SEEK_SET)
    return descriptor


def _all_of(descriptor: int) -> str:
    with open(descriptor, "rb") as stream:
        stream.seek(0)
        return stream.read().decode()


def _become(argv: list[str], environment: dict[str, str], streams: list[int]) -> NoReturn:
    # Nothing that the tests have open is closed here, and nothing of theirs runs at the end: it is not ours.
    code: object = 1
    try:
        for number, stream in enumerate(streams):
            os.dup2(stream, number)
        sys.stdin, sys.stdout, sys.stderr = os.fdopen(0), os.fdopen(1, "w"), os.fdopen(2, "w", buffering=1)
        sys.argv = argv
        signal.signal(signal.SIGINT, signal.default_int_handler)
        _settle(environment)
        main()
    except SystemExit as asked:
        code = asked.code
    except BaseException:
        sys.excepthook(*sys.exc_info())  # type: ignore[arg-type]
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code if isinstance(code, int) else int(code is not None))


def _settle(environment: dict[str, str]) -> None:
    """On `environment`, with no connection of the tests."""
    os.environ.update(environment)
    settings.cache_clear()
    engine = db.engine()
    engine.pool, engine.config["dsn"] = None, os.environ["DATABASE_URL"]

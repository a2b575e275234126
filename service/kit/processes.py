"""Child processes that keep their own log, never outlive their parent and are found again after a crash."""

import ctypes
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

import psutil

LOG_LIMIT = 5_000_000
FULL = 10_000_000
_PR_SET_PDEATHSIG = 1


class CannotRun(Exception):
    """A sentence for the person at the terminal, shown without a traceback."""


def spawn(
    command: Sequence[str | Path],
    *,
    log: Path,
    env: Mapping[str, str],
    cwd: Path | None = None,
    identity: Mapping[str, Any] | None = None,
    farewell: signal.Signals = signal.SIGTERM,
    sockets: Sequence[int] = (),
) -> subprocess.Popen[bytes]:
    """Start a child in a session of its own (so Ctrl-C reaches only us); it gets `farewell` when we die.

    `identity` holds Popen's user, group and extra_groups for a child that must not run as we do; `sockets` are
    the descriptors that it inherits.
    """
    with open_log(log) as output:
        return subprocess.Popen(
            [os.fspath(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=dict(env),
            cwd=cwd,
            umask=0o077,
            start_new_session=True,
            preexec_fn=_ask_to_die_with_us(farewell),
            pass_fds=sockets,
            **(identity or {}),
        )


def _ask_to_die_with_us(farewell: signal.Signals) -> Callable[[], None] | None:
    if sys.platform != "linux":
        return None
    libc, parent = ctypes.CDLL(None), os.getpid()

    def ask() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, int(farewell))
        if os.getppid() != parent:
            os._exit(1)

    return ask


def open_log(log: Path) -> IO[bytes]:
    """Open a private log for appending; one that has grown past LOG_LIMIT bytes is set aside as `.1` first."""
    log.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with suppress(FileNotFoundError):
        if log.stat().st_size > LOG_LIMIT:
            log.replace(log.with_name(log.name + ".1"))
    return os.fdopen(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab")


def blame(log: Path) -> str:
    """The end of a sentence about a child that failed: where to look, or that the disk is full."""
    if shutil.disk_usage(log.parent).free < FULL or b"No space left on device" in _last_words(log):
        return f"the disk that holds {log.parent} is full"
    return f"{log} says why"


def _last_words(log: Path) -> bytes:
    with suppress(FileNotFoundError), log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 4096))
        return file.read()
    return b""


def stop(process: subprocess.Popen[bytes], *, ask: signal.Signals, patience: float) -> int:
    """Ask a child to end, insist after `patience` seconds, and return its exit status."""
    if process.poll() is None:
        process.send_signal(ask)
        with suppress(subprocess.TimeoutExpired):
            process.wait(patience)
        bury(process)
    return process.wait()


def bury(process: subprocess.Popen[bytes]) -> None:
    """Kill a child, or what it left behind at its end, at once."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def end_leftovers(workplace: Path, *, patience: float) -> int:
    """End the processes that still work in a folder since their parent was killed; return how many there were."""
    left = [process for process in psutil.process_iter() if _works_in(process, workplace)]
    for process in left:
        with suppress(psutil.NoSuchProcess):
            process.send_signal(signal.SIGINT)
    _, stubborn = psutil.wait_procs(left, timeout=patience)
    for process in stubborn:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(stubborn, timeout=patience)
    return len(left)


def _works_in(process: psutil.Process, workplace: Path) -> bool:
    if process.pid == os.getpid():
        return False
    try:
        return process.cwd() == str(workplace)
    except (psutil.Error, OSError):
        return False

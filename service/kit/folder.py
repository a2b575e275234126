"""The folder var/ of one running Hundredfold: kept for one process, with room enough, and its private files."""

import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from service.kit.processes import CannotRun

ROOM = 500_000_000
SECRET = "secret"  # noqa: S105
# The mails that were caught, where none leave.
CAUGHT = "caught"
# A file that stands where the keys were destroyed.
DESTROYED = "keys-destroyed"


def held(var: Path) -> bool:
    """Whether a process keeps `var` for itself at this moment."""
    try:
        with (var / "lock").open() as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


@contextmanager
def hold(var: Path) -> Iterator[None]:
    """Make `var` if need be and keep it for ourselves; raises CannotRun."""
    try:
        var.mkdir(parents=True, exist_ok=True, mode=0o700)
        (var / "log").mkdir(exist_ok=True, mode=0o700)
        handle = os.open(var / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise CannotRun(f"The folder {var} cannot be written to: {error.strerror}.") from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise CannotRun(f"Hundredfold already runs on {var}; stop it first, or choose another folder.") from error
    finally:
        os.close(handle)


def require_room(var: Path, needed: int = ROOM) -> None:
    """Raises CannotRun when fewer than `needed` bytes are free."""
    free = shutil.disk_usage(var).free
    if free < needed:
        raise CannotRun(
            f"Only {free // 1_000_000} MB are free on the disk that holds {var}, and "
            f"{needed // 1_000_000} MB are needed; make room, or choose another folder with --var."
        )


def own_secret(var: Path) -> str:
    """The secret kept in `var` (mode 0600), made on the first start; raises CannotRun when it was lost since."""
    file = var / SECRET
    if (var / DESTROYED).exists():
        raise CannotRun(
            f"The keys of {var} were destroyed, and nobody can read what is in it any more. "
            "To begin anew, choose another folder with --var."
        )
    if not file.exists():
        if (var / "postgres").exists():
            raise CannotRun(
                f"{file} is missing, and without it nobody can read the data in {var}: "
                "put it back from your backup, or start on another folder with --var."
            )
        write_private(file, secrets.token_urlsafe(48))
    return file.read_text().strip()


def write_private(file: Path, text: str) -> None:
    """Write a file of mode 0600, whole or not at all."""
    draft = file.with_name(file.name + ".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
        stream.write(text)
    draft.replace(file)

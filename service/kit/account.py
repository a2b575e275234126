"""The account without rights that runs the embedded servers when we are root, and what it may reach."""

import os
import pwd
import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from service.kit.processes import CannotRun

NAME = "hundredfold-db"


@dataclass(frozen=True)
class Account:
    """The user and group ids a server runs under."""

    uid: int
    gid: int


def for_servers(data: Path) -> Account | None:
    """Our own account (None), or as root the owner of the data or else an account made for it."""
    if os.geteuid() != 0:
        return None
    if data.exists() and data.stat().st_uid != 0:
        return Account(data.stat().st_uid, data.stat().st_gid)
    try:
        known = pwd.getpwnam(NAME)
    except KeyError:
        _make()
        known = pwd.getpwnam(NAME)
    return Account(known.pw_uid, known.pw_gid)


def _make() -> None:
    program = shutil.which("useradd") or "/usr/sbin/useradd"  # `su` leaves the second out of PATH
    command = [program, "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
    try:
        subprocess.run([*command, "--shell", "/usr/sbin/nologin", NAME], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise CannotRun(
            f"PostgreSQL refuses to run as root and the account {NAME} could not be made ({error}); "
            "run as an ordinary user, or set DATABASE_URL and BROKER_URL."
        ) from error


def identity(who: Account | None) -> dict[str, Any]:
    """What subprocess needs to start a child as that account."""
    return {} if who is None else {"user": who.uid, "group": who.gid, "extra_groups": []}


def own_folder(folder: Path, who: Account | None) -> Path:
    """Make a folder that only the account can look into; raises CannotRun."""
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        if who is not None:
            os.chown(folder, who.uid, who.gid)
        folder.chmod(0o700)
    except OSError as error:
        raise CannotRun(f"The folder {folder} cannot be made ours: {error.strerror}.") from error
    return folder


def let_through(*destinations: Path) -> None:
    """Let other accounts pass through the folders above (mode x, never r: nothing in them can be listed)."""
    for folder in {parent for destination in destinations for parent in destination.parents}:
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH:
            folder.chmod(stat.S_IMODE(mode) | stat.S_IXOTH)


def let_read(package: Path) -> None:
    """Let other accounts read an installed package, which a strict umask may have closed."""
    if package.stat().st_mode & stat.S_IROTH:
        return
    for path in (package, *package.rglob("*")):
        mode = stat.S_IMODE(path.stat().st_mode)
        runs = path.is_dir() or bool(mode & stat.S_IXUSR)
        path.chmod(mode | stat.S_IROTH | (stat.S_IXOTH if runs else 0))

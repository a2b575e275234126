"""Blobs by name, in a private folder under var/."""

import os
import re
from pathlib import Path

from service.kit.settings import settings

_NAME = re.compile(r"[a-z0-9][a-z0-9._/-]{0,120}")


def path(name: str) -> Path:
    """Where a blob is kept. Raises ValueError for a name that could leave the folder."""
    if not _NAME.fullmatch(name) or ".." in name:
        raise ValueError("not the name of a file of ours")
    return settings().var / "files" / name


def save(name: str, content: bytes) -> None:
    """Writes whole or not at all."""
    target = path(name)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = target.with_name(target.name + ".new")
    draft.touch(mode=0o600)
    draft.write_bytes(content)
    os.replace(draft, target)


def read(name: str) -> bytes:
    """The content. Raises FileNotFoundError."""
    return path(name).read_bytes()


def delete(name: str) -> None:
    path(name).unlink(missing_ok=True)

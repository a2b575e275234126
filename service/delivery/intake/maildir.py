"""A Maildir that a mail server delivers to: each mail in new/ is read once and moved to cur/, and none is deleted."""

import asyncio
import os
import stat
from pathlib import Path

from service.delivery.intake import mails
from service.kit import log

EVERY = 5.0
_DONE = ":2,S"
# Marked for a person to look at: nothing of ours, or not to be read.
_NOT_UNDERSTOOD = ":2,FS"
_AT_ONCE = 500
_log = log.logger("bounces")


async def poll(folder: Path) -> None:
    """Every few seconds, until the task is cancelled."""
    while True:
        try:
            await take_new(folder)
        except mails.AWAY as error:
            _log.warning("maildir_waits", error=type(error).__name__)
        await asyncio.sleep(EVERY)


async def take_new(folder: Path) -> int:
    """Takes what lies in new/, the oldest first; how many that were.

    Raises what mails.AWAY names; what was not taken lies there still.
    """
    waiting = sorted(_files(folder / "new"))[:_AT_ONCE]
    for name in waiting:
        understood = await _take(folder / "new" / name)
        (folder / "new" / name).rename(folder / "cur" / (name.partition(":")[0] + understood))
    return len(waiting)


async def _take(file: Path) -> str:
    """The flags that it gets."""
    raw = _read(file)
    if raw is not None and await mails.take_found(raw, "maildir"):
        return _DONE
    _log.warning("mail_not_understood", kept=file.name.partition(":")[0])
    return _NOT_UNDERSTOOD


def _read(file: Path) -> bytes | None:
    """None for what is too large, may not be read or is no file; it is kept."""
    try:
        handle = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return None
    with os.fdopen(handle, "rb") as opened:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode) or found.st_size > mails.LARGEST:
            return None
        return opened.read(mails.LARGEST)


def _files(folder: Path) -> list[str]:
    return [name for name in os.listdir(folder) if not name.startswith(".")]

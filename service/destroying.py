"""`hundredfold keys destroy`: the service ends, and all that was sealed becomes unreadable for everybody."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

from service.kit import clock, files, rekey, shredding
from service.kit.folder import DESTROYED, write_private
from service.kit.settings import settings
from service.piccolo_app import APP_CONFIG
from service.staff import organisation as ending

MEANS = """\
This destroys the keys and all that is sealed with them: the addresses and names of subscribers, supporters and staff,
letters, files that wait to be imported, the keys that sign mails. Nobody can read any of it afterwards, you
yourselves included, and no backup of the database helps without the secret. Nothing is sent any more, everybody is
signed out, and every page says that the service has ended. It cannot be undone.

What was never sealed stays: the records of prisoners, texts, published photos, figures, the audit.
"""
_BY_HAND = """\
Left for you, at once:
  stop `hundredfold up` (or web, worker, clock and bounces), which keep the secret in their memory;
{secret}  destroy the backups of the secret, of the database and its logs, and of {var};
  what your mail server and its logs keep is not ours to destroy."""
_ELSEWHERE = (
    "  destroy HUNDREDFOLD_SECRET where it is kept: the service's settings, a store of secrets, your notes;\n"
)


async def destroy() -> AsyncIterator[str]:
    """Does it, and says each step that is done; the secret goes first, so that an interruption saves nothing."""
    await ending.end()
    yield "Nothing is sent any more, and everybody is signed out."
    was_ours = _destroy_secret(settings().var)
    if was_ours:
        yield f"The secret in {settings().var} is destroyed."
    for file in _sealed_files():
        shredding.shred(file)
    columns = rekey.sealed_columns(APP_CONFIG.table_classes)
    values = sum([await shredding.overwrite(column) for column in columns])
    yield f"{values} sealed values in {len(columns)} columns of the database are overwritten."
    await shredding.tidy(column.table for column in columns)
    yield "What they were is gone from the tables."
    yield _BY_HAND.format(secret="" if was_ours else _ELSEWHERE, var=settings().var)


def _destroy_secret(var: Path) -> bool:
    """Whether the one that is used lay in our own folder; one from elsewhere is not ours to find."""
    file = var / "secret"
    if not file.exists():
        return False
    is_used = file.read_text().strip() in settings().secrets.values()
    shredding.shred(file)
    write_private(var / DESTROYED, f"{clock.now().isoformat(timespec='seconds')}\n")
    return is_used


def _sealed_files() -> Iterator[Path]:
    """Files of people that wait to be imported."""
    folder = files.path("imports")
    yield from (file for file in folder.glob("*") if file.is_file())

"""`hundredfold keys destroy`: the service ends, and all that was sealed becomes unreadable for everybody."""

from collections.abc import AsyncIterator, Iterable, Iterator
from pathlib import Path

from service.kit import clock, files, rekey, shredding
from service.kit.folder import CAUGHT, DESTROYED, SECRET, write_private
from service.kit.settings import settings
from service.piccolo_app import APP_CONFIG
from service.staff import organisation as ending
from service.wall import ending as ending_wall

MEANS = """\
This destroys the keys and all that is sealed with them: the addresses and names of subscribers, supporters and staff,
letters, files that wait to be imported, caught mails, posts that do not stand on the wall, the keys that sign mails.
Nobody can read any of it afterwards, you yourselves included, and no backup of the database helps without the secret.
Nothing is sent any more, everybody is signed out, and every page says that the service has ended.
It cannot be undone.

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
    was_ours = _is_used(settings().var / SECRET)
    left = _destroy_secret(settings().var) + _shredded(_files_of_people())
    if was_ours and not left:
        yield f"The secret in {settings().var} is destroyed."
    for file in left:
        yield f"{file} could not be destroyed. Please do it by hand."
    columns = rekey.sealed_columns(APP_CONFIG.table_classes)
    # Twice, for what a worker or a page had begun before it saw that all is over.
    values = sum([await shredding.overwrite(column) for column in columns * 2])
    yield f"{values} sealed values in {len(columns)} columns of the database are overwritten."
    yield await _without_the_unshown()
    await shredding.tidy(column.table for column in columns)
    yield "What they were is gone from the tables."
    yield _BY_HAND.format(secret="" if was_ours else _ELSEWHERE, var=settings().var)


def can_go_on_without_secret(var: Path) -> bool:
    """Whether an earlier run has destroyed the secret: what it did not come to is done without one."""
    return (var / DESTROYED).exists()


async def _without_the_unshown() -> str:
    try:
        gone = await ending_wall.drop_unshown()
    except files.Unreachable:
        where = settings().blobs or settings().var / "files"
        return f"The photos that nobody was shown could not be reached. Please destroy them by hand: {where}"
    return f"{gone} posts that do not stand on the wall are taken down, with their photos."


def _is_used(file: Path) -> bool:
    """Whether the secret that is used lay in our own folder; one from elsewhere is not ours to find."""
    return file.is_file() and file.read_bytes().strip().decode(errors="replace") in settings().secrets.values()


def _destroy_secret(var: Path) -> list[Path]:
    if not (var / SECRET).exists():
        return []
    # First, or an interruption would leave a folder that nobody can open and no word of why.
    write_private(var / DESTROYED, f"{clock.now().isoformat(timespec='seconds')}\n")
    return _shredded([var / SECRET])


def _shredded(found: Iterable[Path]) -> list[Path]:
    """Those that could not be: one of them must not save all the others."""
    left = []
    for file in found:
        try:
            shredding.shred(file)
        except FileNotFoundError:
            continue
        except OSError:
            left.append(file)
    return left


def _files_of_people() -> Iterator[Path]:
    """Those that wait to be imported, and the mails that the catcher of `up` has caught."""
    for folder in (files.path("imports"), settings().var / CAUGHT):
        yield from (file for file in folder.glob("*") if file.is_file())

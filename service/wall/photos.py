"""Photos of the wall from the moment they belong to a post, and who may have them."""

import re

import msgspec

from service.kit import db, files, jobs
from service.kit.errors import NotFound
from service.wall import showing, sizes
from service.wall.refusals import PhotoRefused, Refusal
from service.wall.wishes import Wishes

_TYPES = {"jpg": "image/jpeg", "avif": "image/avif"}
_NAME = re.compile(r"([0-9]{2,4})\.(jpg|avif)")


async def begin(photo: int, wishes: Wishes) -> None:
    """In the transaction of its post: a draft is to become variants. Raises PhotoRefused for what is no draft now."""
    text = msgspec.json.encode(wishes).decode()
    began = "UPDATE wall_photo SET state = 'uploaded', wishes = $2 WHERE id = $1 AND state = 'draft' RETURNING id"
    if not await db.fetch_value(began, photo, text):
        raise PhotoRefused(Refusal.EXPIRED)
    jobs.enqueue("wall.make_variants")


async def destroy(photo: int) -> None:
    """Nobody gets it any more from the commit on; what is stored of it is deleted by a job."""
    await db.execute(_GONE, photo)
    jobs.enqueue("wall.sweep_photos")


async def content(folder: str, name: str) -> tuple[bytes, str]:
    """Bytes and media type for everybody. Raises showing.Gone or NotFound unless its post is published."""
    width = await db.fetch_value(_PUBLIC, folder)
    if width is None:
        raise await showing.missing("o.folder = $1", folder)
    return await _variant(folder, width, name)


async def content_of(photo: int, name: str) -> tuple[bytes, str]:
    """The same for staff and for the author, whatever the state of the post. Raises NotFound without variants."""
    row = await db.fetch_one("SELECT folder, width FROM wall_photo WHERE id = $1 AND state = 'ready'", photo)
    if row is None:
        raise NotFound
    return await _variant(row["folder"], row["width"], name)


async def in_folder(folder: str) -> int:
    """The photo's id. Raises NotFound."""
    photo: int | None = await db.fetch_value("SELECT id FROM wall_photo WHERE folder = $1", folder)
    if photo is None:
        raise NotFound
    return photo


async def _variant(folder: str, largest: int, name: str) -> tuple[bytes, str]:
    found = _NAME.fullmatch(name)
    if not found or int(found[1]) not in sizes.widths(largest):
        raise NotFound
    try:
        return await files.read(f"wall/{folder}/{name}"), _TYPES[found[2]]
    except FileNotFoundError:
        raise NotFound from None


# By its likeness a photo could be recognised in a dump; the folder stays, so that its addresses answer "gone".
_GONE = """
    UPDATE wall_photo SET state = 'gone', to_delete = true, likeness = NULL, colour = '', wishes = '{}',
           width = 0, height = 0
     WHERE id = $1 AND state <> 'gone'
"""
_PUBLIC = f"""
    SELECT o.width FROM wall_photo o JOIN wall_post w ON w.photo = o.id
     WHERE o.folder = $1 AND o.state = 'ready' AND {showing.PUBLISHED}
"""  # noqa: S608

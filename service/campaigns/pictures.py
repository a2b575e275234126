"""Pictures for mails: taken in clean, and served from our own origin."""

from typing import IO

import msgspec

from service.kit import clock, db, files, pictures
from service.kit.errors import NotFound


class Kept(msgspec.Struct, frozen=True):
    key: str
    width: int
    height: int

    @property
    def src(self) -> str:
        return f"/media/{self.key}"


async def keep(source: IO[bytes]) -> Kept:
    """Re-encodes the picture and keeps it. Raises PictureRefused with what would work."""
    clean = await pictures.cleaned(source)
    await files.save(f"pictures/{clean.key}", clean.content)
    await db.execute("INSERT INTO picture (key, created_at) VALUES ($1, $2)", clean.key, clock.now())
    return Kept(clean.key, clean.width, clean.height)


async def read(key: str) -> tuple[str, bytes]:
    """Its media type and bytes. Raises NotFound."""
    kind = pictures.media_type(key)
    if not await db.fetch_value("SELECT 1 FROM picture WHERE key = $1", key):
        raise NotFound
    try:
        content = await files.read(f"pictures/{key}")
    except FileNotFoundError:
        raise NotFound from None
    return kind, content

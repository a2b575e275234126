"""A photo on its way in: looked at before anything is decoded, and kept as it came until it is made anew."""

import asyncio
import os
from datetime import timedelta
from typing import IO

from service.kit import clock, db, files, tokens
from service.kit.tokens import BadToken, ExpiredToken
from service.wall import headers
from service.wall.refusals import PhotoRefused, Refusal

LARGEST = 20_000_000
# So long a form may come back and be mended without choosing the photo again.
KEPT = timedelta(hours=2)
_PURPOSE = "wall-photo"


async def accept(source: IO[bytes]) -> int:
    """The id of a photo in state draft. Call it outside of a transaction. Raises PhotoRefused."""
    await asyncio.to_thread(_must_be_usable, source)
    folder = clock.random_bytes(16).hex()
    # The row first: what is stored without one would be found by nobody.
    photo: int = await db.fetch_value(
        "INSERT INTO wall_photo (folder, state, wishes, uploaded_at) VALUES ($1, 'draft', '{}', $2) RETURNING id",
        folder,
        clock.now(),
    )
    await files.save(original(folder), source)
    return photo


def token(photo: int) -> str:
    """For a form that comes back to the person: their photo stays with us for two hours."""
    return tokens.make(_PURPOSE, [photo], KEPT)


def read_token(text: str) -> int:
    """Raises PhotoRefused."""
    try:
        [photo] = tokens.read(_PURPOSE, text)
    except (BadToken, ExpiredToken):
        raise PhotoRefused(Refusal.EXPIRED) from None
    return int(photo)


def original(folder: str) -> str:
    """The name of the blob."""
    return f"wall/{folder}/original"


def _must_be_usable(source: IO[bytes]) -> None:
    size = source.seek(0, os.SEEK_END)
    if not size:
        raise PhotoRefused(Refusal.EMPTY)
    if size > LARGEST:
        raise PhotoRefused(Refusal.TOO_BIG)
    headers.read(source)
    source.seek(0)

"""Photos for what is made of a post: a picture to share, a page that is printed."""

import asyncio

from service.kit import typesetting
from service.kit.errors import NotFound
from service.wall import photos, showing
from service.wall.showing import Face


async def photo(face: Face, longest: int) -> list[int]:
    """For the data of typesetting, at most `longest` pixels a side; empty where it was taken down this moment."""
    width = next((width for width in face.photo.widths if width >= longest), face.photo.widths[-1])
    try:
        content, _type = await photos.content(face.photo.folder, f"{width}.jpg")
        return await asyncio.to_thread(typesetting.picture, content, longest)
    except (NotFound, showing.Gone, ValueError):
        return []

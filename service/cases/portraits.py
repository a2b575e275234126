"""Photos in the sizes in which pages show them, so that a page of faces is light on an old phone."""

import asyncio
from io import BytesIO

from PIL import Image, ImageOps

from service.cases import photos
from service.kit.errors import NotFound
from service.kit.keeping import Kept

# How wide and high at most, for screens with two dots to the pixel.
SIZES = {"small": (200, 250), "medium": (640, 800)}
TYPE = "image/jpeg"
_GROUND = "#f1eadf"
_kept = {"small": Kept(most=1000, patience=200), "medium": Kept(most=100, patience=50)}


async def portrait(key: str, size: str) -> bytes:
    """A JPEG, cut to the shape of a portrait. Raises NotFound, also for whoever may not be shown in full; Busy."""
    if size not in SIZES:
        raise NotFound
    await photos.must_be_public(key)

    async def make() -> bytes:
        _kind, content = await photos.public(key)
        return await asyncio.to_thread(cut, content, SIZES[size])

    return await _kept[size].get(key, make)


def cut(content: bytes, size: tuple[int, int]) -> bytes:
    """A JPEG of this size: the middle, a little towards the top, where faces are."""
    with Image.open(BytesIO(content), formats=("JPEG", "PNG")) as opened:
        opened.draft("RGB", (2 * size[0], 2 * size[1]))
        plain = opened.convert("RGBA")
    ground = Image.new("RGBA", plain.size, _GROUND)
    ground.alpha_composite(plain)
    target = BytesIO()
    cut = ImageOps.fit(ground.convert("RGB"), size, Image.Resampling.LANCZOS, centering=(0.5, 0.3))
    cut.save(target, "JPEG", quality=80, optimize=True, progressive=True)
    return target.getvalue()

"""Pictures for mails: taken in, cleaned of everything but the picture, and served from our own origin."""

import asyncio
import re
from io import BytesIO
from typing import IO

import msgspec
from PIL import Image, ImageOps

from service.kit import clock, db, files
from service.kit.errors import NotFound, Problem
from service.kit.i18n import Sentence

LARGEST = 10_000_000
MOST_PIXELS = 50_000_000
WIDEST = 1200
HIGHEST = 3000
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
TYPES = {"jpg": "image/jpeg", "png": "image/png"}
_KEY = re.compile(r"[0-9a-f]{32}\.(jpg|png)")

# Our own bound is smaller, and is looked at before anything is decoded.
Image.MAX_IMAGE_PIXELS = None


class PictureRefused(Problem):
    code = "picture_refused"
    status = 422
    sentence = Sentence("{reason}")


class Kept(msgspec.Struct, frozen=True):
    key: str
    width: int
    height: int

    @property
    def src(self) -> str:
        return f"/media/{self.key}"


async def keep(source: IO[bytes]) -> Kept:
    """Re-encodes the picture and keeps it. Raises PictureRefused with what would work."""
    content = await asyncio.to_thread(source.read, LARGEST + 1)
    if len(content) > LARGEST:
        raise PictureRefused(reason="This picture is larger than 10 MB. Make it smaller and choose it again.")
    ending, encoded, (width, height) = await asyncio.to_thread(_encoded, content)
    key = f"{clock.random_bytes(16).hex()}.{ending}"
    await asyncio.to_thread(files.save, f"pictures/{key}", encoded)
    await db.execute("INSERT INTO picture (key, created_at) VALUES ($1, $2)", key, clock.now())
    return Kept(key, width, height)


async def read(key: str) -> tuple[str, bytes]:
    """Its media type and bytes. Raises NotFound."""
    if not _KEY.fullmatch(key) or not await db.fetch_value("SELECT 1 FROM picture WHERE key = $1", key):
        raise NotFound
    try:
        content = await asyncio.to_thread(files.read, f"pictures/{key}")
    except FileNotFoundError:
        raise NotFound from None
    return TYPES[key.rpartition(".")[2]], content


def _encoded(content: bytes) -> tuple[str, bytes, tuple[int, int]]:
    """("jpg" or "png", its bytes, its size). Nothing of the file but what one sees goes over into them."""
    try:
        with Image.open(BytesIO(content), formats=FORMATS) as opened:
            _must_be_bounded(opened)
            picture = _shown(opened)
    except PictureRefused:
        raise
    except Exception as error:
        # A decoder of hostile bytes may fail in any way; each of them means the same to the person.
        raise PictureRefused(
            reason="This file could not be read as a picture. Use a JPEG, PNG, WebP or GIF."
        ) from error
    target = BytesIO()
    if picture.mode == "RGBA":
        picture.save(target, "PNG", optimize=True)
        return "png", target.getvalue(), picture.size
    picture.save(target, "JPEG", quality=82, optimize=True, progressive=True)
    return "jpg", target.getvalue(), picture.size


def _must_be_bounded(opened: Image.Image) -> None:
    width, height = opened.size
    if width * height > MOST_PIXELS:
        raise PictureRefused(reason="This picture has more than 50 megapixels. Make it smaller and choose it again.")
    if min(width, height) < 8:
        raise PictureRefused(reason="This picture is too small to be seen.")


def _shown(opened: Image.Image) -> Image.Image:
    """Its first frame, upright, at most 1200 wide; opaque, unless something really shines through."""
    opened.draft("RGB", (WIDEST, HIGHEST))
    upright = ImageOps.exif_transpose(opened)
    upright = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    upright.thumbnail((WIDEST, HIGHEST), Image.Resampling.LANCZOS)
    if upright.mode == "RGBA" and upright.getchannel("A").getextrema() == (255, 255):
        upright = upright.convert("RGB")
    clean = Image.new(upright.mode, upright.size)
    clean.paste(upright)
    return clean

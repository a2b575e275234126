"""Pictures that people give us, cleaned of everything but what one sees. Where they are kept is up to the caller."""

import asyncio
import re
from io import BytesIO
from typing import IO

import msgspec
from PIL import Image, ImageOps

from service.kit import clock
from service.kit.errors import NotFound, Problem
from service.kit.i18n import Sentence

LARGEST = 10_000_000
MOST_PIXELS = 50_000_000
WIDEST = 1200
HIGHEST = 3000
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
_TYPES = {"jpg": "image/jpeg", "png": "image/png"}
_KEY = re.compile(r"[0-9a-f]{32}\.(jpg|png)")

# Our own bound is smaller, and is looked at before anything is decoded.
Image.MAX_IMAGE_PIXELS = None


class PictureRefused(Problem):
    code = "picture_refused"
    status = 422
    sentence = Sentence("{reason}")
    field = "picture"


class Clean(msgspec.Struct, frozen=True):
    """`key`: a new name by chance, with the ending of its format."""

    key: str
    content: bytes
    width: int
    height: int


async def cleaned(source: IO[bytes]) -> Clean:
    """The picture encoded anew. Raises PictureRefused with what would work."""
    content = await asyncio.to_thread(source.read, LARGEST + 1)
    if len(content) > LARGEST:
        raise PictureRefused(reason="This picture is larger than 10 MB. Make it smaller and choose it again.")
    return await asyncio.to_thread(_encoded, content)


def media_type(key: str) -> str:
    """Raises NotFound for what is no key."""
    if not _KEY.fullmatch(key):
        raise NotFound
    return _TYPES[key.rpartition(".")[2]]


def _encoded(content: bytes) -> Clean:
    """Nothing of the file but what one sees goes over into it."""
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
        ending = "png"
    else:
        picture.save(target, "JPEG", quality=82, optimize=True, progressive=True)
        ending = "jpg"
    return Clean(f"{clock.random_bytes(16).hex()}.{ending}", target.getvalue(), *picture.size)


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

"""What is made of a photo: a few sizes of what was wished, in two formats, with nothing in them but what one sees."""

import math
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw

from service.wall import framing
from service.wall.decoding import Photo
from service.wall.framing import Frame
from service.wall.made import Made
from service.wall.sizes import WIDTHS, widths
from service.wall.wishes import Box, Wishes

_COVER = (38, 34, 32)
# Its edge is scaled once more below, and nothing from inside may shine through it.
_MARGIN = 2
_FORMATS: dict[str, dict[str, Any]] = {
    "jpg": {"format": "JPEG", "quality": 80, "optimize": True, "progressive": True},
    "avif": {"format": "AVIF", "quality": 60, "speed": 8, "max_threads": 2},
}


def make(content: bytes, wishes: Wishes) -> Made:
    """Raises PhotoRefused for what we do not take, and anything at all for what cannot be decoded."""
    photo = Photo(content)
    frame, picture = _framed(photo, wishes)
    _cover(picture, frame, [_in_pixels(box, photo) for box in wishes.covers])
    sizes = {width: _scaled(picture, width) for width in widths(picture.width)}
    variants = {f"{width}.{ending}": _encoded(size, ending) for width, size in sizes.items() for ending in _FORMATS}
    return Made(picture.width, picture.height, dominant(picture), likeness(picture), variants)


def dominant(picture: Image.Image) -> str:
    """The colour that most of it is like, as #rrggbb."""
    few = picture.resize((48, 48), Image.Resampling.BOX).quantize(6, Image.Quantize.MEDIANCUT)
    colours: Any = few.getcolors()
    _count, index = max(colours)
    red, green, blue = (few.getpalette() or [])[3 * index : 3 * index + 3]
    return f"#{red:02x}{green:02x}{blue:02x}"


def likeness(picture: Image.Image) -> int:
    """64 bits, signed: whether it gets lighter from each of 9 by 8 fields to the next."""
    fields = picture.convert("L").resize((9, 8), Image.Resampling.BOX).tobytes()
    bits = sum((fields[9 * y + x] < fields[9 * y + x + 1]) << (8 * y + x) for y in range(8) for x in range(8))
    return bits - (1 << 64) if bits >> 63 else bits


def _framed(photo: Photo, wishes: Wishes) -> tuple[Frame, Image.Image]:
    """The frame in the upright photo, and what is in it."""
    if wishes.crop:
        frame = framing.wished(wishes.crop, photo.width, photo.height)
        image = photo.part(frame, WIDTHS[-1])
        return frame, Image.frombytes("RGB", (image.width, image.height), image.write_to_memory())
    size = framing.largest(wishes, photo.width, photo.height)
    reach = framing.reach(size, photo.width, photo.height)
    wide = max(1, round(min(1, WIDTHS[-1] / size[0]) * reach[2]))
    return _found(photo, size, reach, wide)


def _found(photo: Photo, size: tuple[int, int], reach: Frame, wide: int) -> tuple[Frame, Image.Image]:
    image = photo.part(reach, wide)
    scale = image.width / reach[2]
    small = (min(round(size[0] * scale), image.width), min(round(size[1] * scale), image.height))
    _part, seen = image.smartcrop(*small, interesting="attention", attention_x=True, attention_y=True)
    left, top, across, down = framing.found(
        small, (seen["attention_x"], seen["attention_y"]), image.width, image.height
    )
    picture = Image.frombytes("RGB", (image.width, image.height), image.write_to_memory())
    frame = (reach[0] + round(left / scale), reach[1] + round(top / scale), *size)
    return frame, picture.crop((left, top, left + across, top + down))


def _in_pixels(box: Box, photo: Photo) -> tuple[float, float, float, float]:
    """Its edges: left, top, right, bottom."""
    x, y, width, height = box
    return x * photo.width, y * photo.height, (x + width) * photo.width, (y + height) * photo.height


def _cover(picture: Image.Image, frame: Frame, boxes: list[tuple[float, float, float, float]]) -> None:
    pen = ImageDraw.Draw(picture)
    across, down = picture.width / frame[2], picture.height / frame[3]
    for left, top, right, bottom in boxes:
        start = (math.floor((left - frame[0]) * across) - _MARGIN, math.floor((top - frame[1]) * down) - _MARGIN)
        end = (math.ceil((right - frame[0]) * across) + _MARGIN, math.ceil((bottom - frame[1]) * down) + _MARGIN)
        pen.rectangle((start, end), fill=_COVER)


def _scaled(picture: Image.Image, width: int) -> Image.Image:
    if width == picture.width:
        return picture
    return picture.resize((width, round(picture.height * width / picture.width)), Image.Resampling.LANCZOS)


def _encoded(picture: Image.Image, ending: str) -> bytes:
    target = BytesIO()
    picture.save(target, **_FORMATS[ending])
    return target.getvalue()

"""From the bytes of a photo to what one sees of it: upright, in sRGB, on white.

What comes from outside is read in the child process alone.
"""

import logging
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pillow_heif
import pyvips
from PIL import AvifImagePlugin, Image

from service.wall import headers
from service.wall.framing import Frame
from service.wall.refusals import PhotoRefused, Refusal

# A decoder's second thread keeps a second picture.
AvifImagePlugin.DEFAULT_MAX_THREADS = 1
pillow_heif.options.DECODE_THREADS = 1
pillow_heif.options.THUMBNAILS = pillow_heif.options.DEPTH_IMAGES = pillow_heif.options.AUX_IMAGES = False
pyvips.cache_set_max(0)
# It tells of every step that it takes …
logging.getLogger("pyvips").setLevel(logging.WARNING)
# … also from threads of libvips' own, where Python may clean up what they are at, and then ends at once.
pyvips._remove_log_handler()
# Whatever else libvips can read is none of what we take.
pyvips.operation_block_set("VipsForeignLoad", True)
for _kind in ("Jpeg", "Png", "Webp"):
    pyvips.operation_block_set(f"VipsForeignLoad{_kind}", False)

# By the orientations of EXIF: whether the stored photo begins at the right, and whether below. From 5 on its lines
# are the columns of the upright one.
_MIRRORED = {
    1: (False, False),
    2: (True, False),
    3: (True, True),
    4: (False, True),
    5: (False, False),
    6: (True, False),
    7: (True, True),
    8: (False, True),
}
_ON_ITS_SIDE = (5, 6, 7, 8)
# In this way alone thumbnail_buffer hands it on to the reader.
_STRICT = "[fail_on=error]"


class Photo:
    """Nothing of it is decoded before it is asked for, and then no more than the answer needs."""

    def __init__(self, content: bytes) -> None:
        """Raises PhotoRefused."""
        header = headers.read(BytesIO(content))
        source = _SOURCES.get(header.kind)
        self._source = source(content) if source else _Streamed(content)
        self.width, self.height = self._source.size
        if self.width * self.height > headers.MOST_PIXELS:
            raise PhotoRefused(Refusal.TOO_WIDE)
        if min(self.width, self.height) < headers.SMALLEST:
            raise PhotoRefused(Refusal.TOO_SMALL)

    def part(self, frame: Frame, widest: int) -> Any:
        """A part of the upright photo as an image of libvips in memory, at most `widest` wide, never scaled up.

        Cut out as it is stored and turned afterwards: to turn all of a long photo would want all of it in memory.
        """
        scale = min(1, widest / frame[2])
        width, height = max(1, round(self.width * scale)), max(1, round(self.height * scale))
        turned = self._source.turned
        whole = self._source.scaled(*((height, width) if turned in _ON_ITS_SIDE else (width, height)))
        width, height = _upright(whole.width, whole.height, turned)
        left, top = min(round(frame[0] * scale), width - 1), min(round(frame[1] * scale), height - 1)
        across = max(1, min(round(frame[2] * scale), width - left))
        down = max(1, min(round(frame[3] * scale), height - top))
        stored = _as_stored((left, top, across, down), width, height, turned)
        return _plain(whole.crop(*stored).copy_memory().autorot()).copy_memory()


class _Streamed:
    """JPEG, PNG and WebP: read from the top in a few lines at a time."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        said = pyvips.Image.new_from_buffer(content, _STRICT, access="sequential")
        found = said.get("orientation") if "orientation" in said.get_fields() else 1
        self.turned = found if found in _MIRRORED else 1
        self.size = _upright(said.width, said.height, self.turned)

    def scaled(self, width: int, height: int) -> Any:
        return pyvips.Image.thumbnail_buffer(
            self._content, width, height=height, size="down", no_rotate=True, option_string=_STRICT
        )


class _Whole:
    """HEIC and AVIF: their decoders give all pixels at once."""

    def __init__(self, pixels: Any, size: tuple[int, int], bands: int, profile: bytes | None, turned: int) -> None:
        self._image = pyvips.Image.new_from_memory(pixels, *size, bands, "uchar").copy(interpretation="srgb")
        self.turned = turned if turned in _MIRRORED else 1
        self._image.set_type(pyvips.GValue.gint_type, "orientation", self.turned)
        if profile:
            self._image.set_type(pyvips.GValue.blob_type, "icc-profile-data", profile)
        self.size = _upright(*size, self.turned)

    def scaled(self, width: int, height: int) -> Any:
        return self._image.thumbnail_image(width, height=height, size="down", no_rotate=True)


def _heic(content: bytes) -> _Whole:
    opened = pillow_heif.open_heif(content)
    image: Any = opened[opened.primary_index]
    _must_be_bounded(image.size)
    # Turned by its decoder.
    return _Whole(image.data, image.size, len(image.mode), image.info.get("icc_profile"), 1)


def _avif(content: bytes) -> _Whole:
    opened = Image.open(BytesIO(content), formats=("AVIF",))
    _must_be_bounded(opened.size)
    # Without load(), which would copy all pixels twice.
    pixels = opened._decoder.get_frame(0)[0]  # type: ignore[attr-defined]
    orientation = opened.getexif().get(0x0112, 1)
    return _Whole(pixels, opened.size, len(opened.mode), opened.info.get("icc_profile"), orientation)


def _must_be_bounded(size: tuple[int, int]) -> None:
    if size[0] * size[1] > headers.MOST_PIXELS:
        raise PhotoRefused(Refusal.TOO_WIDE)


def _upright(width: int, height: int, turned: int) -> tuple[int, int]:
    return (height, width) if turned in _ON_ITS_SIDE else (width, height)


def _as_stored(part: Frame, width: int, height: int, turned: int) -> Frame:
    """Where a part of the upright photo, which is `width` by `height`, lies in the stored one."""
    left, top, across, down = part
    from_right, from_below = _MIRRORED[turned]
    left = width - left - across if from_right else left
    top = height - top - down if from_below else top
    return (top, left, down, across) if turned in _ON_ITS_SIDE else (left, top, across, down)


def _plain(image: Any) -> Any:
    """Three bands of 8 bits in sRGB, with white behind what is transparent.

    After the crop: of a very long photo the colours outside of it would take more time than all else.
    """
    if "icc-profile-data" in image.get_fields():
        unknown = "cmyk" if image.interpretation == "cmyk" else "srgb"
        image = image.icc_transform("srgb", embedded=True, input_profile=unknown, depth=8)
    if image.hasalpha():
        image = image.flatten(background=[255])
    return image.colourspace("srgb").extract_band(0, n=3).cast("uchar")


_SOURCES: dict[str, Callable[[bytes], _Whole]] = {"heic": _heic, "avif": _avif}

"""Files that are broken, or meant to do harm. Each has what becomes of it: a refusal, or None for a clean picture."""

import struct
import zipfile
import zlib
from collections.abc import Callable
from io import BytesIO

from PIL import Image

from service.wall.refusals import Refusal
from tests.make import photos

_HTML = b"<html><script>alert(document.domain)</script>"
_PHP = b"<?php system($_GET['c']); ?>"
_PNG = b"\x89PNG\r\n\x1a\n"


def saved(kind: str, width: int = 400, height: int = 500, mode: str = "RGB", **options: object) -> bytes:
    target = BytesIO()
    photos.drawing(width, height).convert(mode).save(target, kind, **options)
    return target.getvalue()


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(
    width: int, height: int, bits: int = 8, colours: int = 2, data: bytes = b"", interlaced: bool = False
) -> bytes:
    """A PNG that says so of itself, whatever its data."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, colours, 0, 0, interlaced))
    return _PNG + header + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def moving(kind: str) -> bytes:
    target, frames = BytesIO(), [photos.drawing(400, 500), Image.new("RGB", (400, 500), (9, 9, 9))]
    frames[0].save(target, kind, save_all=True, append_images=frames[1:], duration=100)
    return target.getvalue()


def zipped() -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("index.html", _HTML)
    return target.getvalue()


def before_pixels(content: bytes, *chunks: bytes) -> bytes:
    """A PNG with more chunks right after its header."""
    return content[:33] + b"".join(chunks) + content[33:]


def with_frame(content: bytes, width: int, height: int, marker: int | None = None) -> bytes:
    """A JPEG that says another size, or another way of coding."""
    at = content.index(b"\xff\xc0")
    start = bytes([0xFF, marker]) if marker else content[at : at + 2]
    return content[:at] + start + content[at + 2 : at + 5] + struct.pack(">HH", height, width) + content[at + 9 :]


def with_sizes(content: bytes, width: int, height: int) -> bytes:
    """HEIC or AVIF that says another size of all its pictures."""
    parts, said = content.split(b"ispe"), b"ispe\0\0\0\0" + struct.pack(">II", width, height)
    return parts[0] + b"".join(said + part[12:] for part in parts[1:])


def segment(marker: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def inside(content: bytes, *segments: bytes) -> bytes:
    return content[:2] + b"".join(segments) + content[2:]


def of_scans(count: int) -> bytes:
    """A progressive JPEG whose last scan comes again and again."""
    content = saved("JPEG", 3000, 3000, progressive=True)
    last = content.rindex(b"\xff\xda")
    return content[:-2] + content[last:-2] * count + content[-2:]


def several() -> bytes:
    """A JPEG with a second picture behind it, as phones write them (MPO)."""
    target, first = BytesIO(), photos.drawing(400, 500)
    first.save(target, "MPO", save_all=True, append_images=[Image.new("RGB", (400, 500), (1, 2, 3))])
    return target.getvalue()


_CIRCLE = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x87\x69\0\x04\0\0\0\x01\0\0\0\x08\0\0\0\x08"
_BOMB = zlib.compress(bytes(60_000_000), 9)
_U, _B, _A = Refusal.UNKNOWN, Refusal.BROKEN, Refusal.ANIMATED

FILES: dict[str, tuple[Callable[[], bytes], Refusal | None]] = {
    "nothing": (lambda: b"", Refusal.EMPTY),
    "one byte": (lambda: b"\xff", _U),
    "text": (lambda: b"I stand by you.", _U),
    "html": (lambda: _HTML, _U),
    "svg": (lambda: b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', _U),
    "php": (lambda: _PHP, _U),
    "zip": (lambda: zipped(), _U),
    "pdf": (lambda: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", _U),
    "postscript": (lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n(%pipe%id) (r) file", _U),
    "mp4": (lambda: struct.pack(">I", 24) + b"ftypisom\0\0\x02\0isomavc1" + bytes(400), _U),
    "bmp": (lambda: saved("BMP"), _U),
    "tiff": (lambda: saved("TIFF"), _U),
    "ico": (lambda: saved("ICO"), _U),
    "jpeg 2000": (lambda: saved("JPEG2000"), _U),
    "gif": (lambda: saved("GIF"), _A),
    "moving gif": (lambda: moving("GIF"), _A),
    "moving png": (lambda: moving("PNG"), _A),
    "moving webp": (lambda: moving("WEBP"), _A),
    "moving avif": (lambda: moving("AVIF"), _A),
    "too many bytes": (lambda: b"\xff\xd8\xff" + bytes(20_000_000), Refusal.TOO_BIG),
    "too small": (lambda: saved("JPEG", 299, 900), Refusal.TOO_SMALL),
    "long and narrow": (lambda: saved("JPEG", 300, 12_000), None),
    "jpeg, half of it": (lambda: half(saved("JPEG")), _B),
    "jpeg, its first bytes": (lambda: saved("JPEG")[:20], _B),
    "jpeg, its start alone": (lambda: b"\xff\xd8\xff", _B),
    "jpeg of filling": (lambda: b"\xff\xd8" + b"\xff" * 10_000, _B),
    "jpeg of a thousand empty parts": (lambda: inside(saved("JPEG"), segment(0xFE, b"") * 5000), _B),
    "jpeg with a zip behind": (lambda: saved("JPEG") + zipped(), None),
    "jpeg with php in a comment": (lambda: inside(saved("JPEG"), segment(0xFE, _PHP)), None),
    "jpeg with html in its exif": (lambda: inside(saved("JPEG"), segment(0xE1, b"Exif\0\0" + _HTML)), None),
    "jpeg whose exif goes in circles": (lambda: inside(saved("JPEG"), segment(0xE1, _CIRCLE)), None),
    "jpeg with a profile that is none": (
        lambda: inside(saved("JPEG"), segment(0xE2, b"ICC_PROFILE\0\1\1" + bytes(200))),
        None,
    ),
    "jpeg of 4 gigapixels": (lambda: with_frame(saved("JPEG"), 65_535, 65_535), Refusal.TOO_WIDE),
    "jpeg that says more than it has": (lambda: with_frame(saved("JPEG"), 2000, 2000), None),
    "jpeg coded in another way": (lambda: with_frame(saved("JPEG"), 400, 500, 0xC9), _B),
    "jpeg of a thousand scans": (lambda: of_scans(1000), _B),
    "jpeg of no colours": (lambda: with_frame(saved("JPEG"), 0, 0), Refusal.TOO_SMALL),
    "jpeg in print colours": (lambda: saved("JPEG", mode="CMYK"), None),
    "jpeg in grey": (lambda: saved("JPEG", mode="L"), None),
    "jpeg with a second picture": (lambda: several(), None),
    "png, half of it": (lambda: half(photos.png()), _B),
    "png with a wrong sum": (lambda: photos.png().replace(b"IDAT", b"IDAT\0", 1), _B),
    "png without pixels": (lambda: _PNG + chunk(b"IHDR", bytes(13)) + chunk(b"IEND", b""), _B),
    "png of noise": (lambda: png(500, 500, data=bytes(range(256)) * 20), _B),
    "png of 3.6 gigapixels": (lambda: png(60_000, 60_000), Refusal.TOO_WIDE),
    "png of 2 to the 31": (lambda: png(2**31 - 1, 2**31 - 1), Refusal.TOO_WIDE),
    "png of 20 kB for 169 megapixels": (
        lambda: png(13_000, 13_000, 1, 0, data=zlib.compress(bytes(13_000 * 1626), 9)),
        Refusal.TOO_WIDE,
    ),
    "png with a bomb for a text": (
        lambda: before_pixels(saved("PNG"), chunk(b"zTXt", b"Comment\0\0" + _BOMB)),
        None,
    ),
    "png with a bomb for a profile": (lambda: before_pixels(saved("PNG"), chunk(b"iCCP", b"icc\0\0" + _BOMB)), None),
    "png without its palette": (lambda: png(400, 500, 8, 3, data=zlib.compress(bytes(401 * 500))), _B),
    "png with html behind": (lambda: saved("PNG") + _HTML, None),
    "png in 16 bits of grey": (lambda: sixteen(), None),
    "png in two colours": (lambda: saved("PNG", mode="1"), None),
    "png one sees through": (lambda: saved("PNG", mode="LA"), None),
    "webp, half of it": (lambda: half(photos.webp()), _B),
    "webp of a start alone": (lambda: b"RIFF\x10\0\0\0WEBPVP8 ", _B),
    "webp that says more than it has": (lambda: larger_webp(), _B),
    "avif, half of it": (lambda: half(photos.avif()), _B),
    "avif that says less than it has": (lambda: with_sizes(photos.avif(), 300, 300), None),
    "avif of 4 gigapixels": (lambda: with_sizes(photos.avif(), 65_000, 65_000), Refusal.TOO_WIDE),
    "heic, half of it": (lambda: half(photos.heic()), _B),
    "heic that says less than it has": (lambda: with_sizes(photos.heic(), 300, 300), _B),
    "heic of nothing": (lambda: struct.pack(">I", 24) + b"ftypheic\0\0\0\0mif1heic" + bytes(300), _B),
    "heic without an end": (lambda: b"\0\0\0\x18ftypheic\0\0\0\0mif1heic\xff\xff\xff\xffmeta" + bytes(300), _B),
}


def half(content: bytes) -> bytes:
    return content[: len(content) // 2]


def sixteen() -> bytes:
    target = BytesIO()
    grey = photos.drawing(400, 500).convert("L").convert("I").point(lambda value: value * 257)
    grey.convert("I;16").save(target, "PNG")
    return target.getvalue()


def larger_webp() -> bytes:
    content = bytearray(saved("WEBP"))
    struct.pack_into("<HH", content, 26, 6000, 6000)
    return bytes(content)

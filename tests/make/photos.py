"""Photos as phones and cameras write them, with all that nobody else may learn from them."""

import struct
from io import BytesIO
from typing import Any

import pillow_heif
from PIL import Image, ImageDraw, PngImagePlugin

# Stands in every kind of metadata; no variant may hold a byte of it.
SECRET = b"SecretMaker 52.0907N 23.6849E"
_RED, _GREEN, _BLUE, _WHITE = (200, 30, 30), (30, 160, 60), (40, 60, 200), (240, 240, 240)


def drawing(width: int = 480, height: int = 640) -> Image.Image:
    """Upright: red above left, green above right, blue below left, white below right."""
    picture = Image.new("RGB", (width, height), _WHITE)
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 0, width // 2, height // 2), fill=_RED)
    pen.rectangle((width // 2, 0, width, height // 2), fill=_GREEN)
    pen.rectangle((0, height // 2, width // 2, height), fill=_BLUE)
    return picture


def jpeg(orientation: int = 1, width: int = 480, height: int = 640, **options: Any) -> bytes:
    """An upright drawing as a phone stores it: turned, with EXIF, GPS, XMP, IPTC, a thumbnail and an ICC profile."""
    target = BytesIO()
    stored(drawing(width, height), orientation).save(target, "JPEG", quality=90, exif=exif(orientation), **options)
    return with_segments(target.getvalue())


def stored(upright: Image.Image, orientation: int) -> Image.Image:
    """The pixels from which a reader of the EXIF orientation gets `upright`."""
    turn = Image.Transpose
    turns = {
        2: turn.FLIP_LEFT_RIGHT,
        3: turn.ROTATE_180,
        4: turn.FLIP_TOP_BOTTOM,
        5: turn.TRANSPOSE,
        6: turn.ROTATE_90,
        7: turn.TRANSVERSE,
        8: turn.ROTATE_270,
    }
    return upright.transpose(turns[orientation]) if orientation in turns else upright


def exif(orientation: int = 1) -> bytes:
    """With a place, a maker's note and a thumbnail."""
    made = Image.Exif()
    made[0x0112], made[0x010F], made[0x013B] = orientation, SECRET.decode(), SECRET.decode()
    made.get_ifd(0x8769).update({0x927C: SECRET, 0x9286: SECRET})
    made.get_ifd(0x8825).update({1: "N", 2: (52.0, 5.0, 26.0), 3: "E", 4: (23.0, 41.0, 5.0), 27: SECRET})
    thumbnail = BytesIO()
    Image.new("RGB", (160, 120), (255, 0, 255)).save(thumbnail, "JPEG", comment=SECRET)
    return made.tobytes() + thumbnail.getvalue()


def with_segments(content: bytes) -> bytes:
    """A JPEG with XMP, IPTC and a comment after its start."""
    xmp = b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>" + SECRET + b"</x:xmpmeta>"
    iptc = b"Photoshop 3.0\x008BIM\x04\x04\0\0" + struct.pack(">I", len(SECRET) + 5) + b"\x1c\x02\x50\0\x1d" + SECRET
    segments = [(0xE1, xmp), (0xED, iptc), (0xFE, SECRET)]
    parts = (struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body for marker, body in segments)
    return content[:2] + b"".join(parts) + content[2:]


def png(picture: Image.Image | None = None) -> bytes:
    """With texts and EXIF."""
    texts, target = PngImagePlugin.PngInfo(), BytesIO()
    texts.add_text("Comment", SECRET.decode())
    texts.add_itxt("XML:com.adobe.xmp", SECRET.decode(), zip=True)
    (picture or drawing()).save(target, "PNG", pnginfo=texts, exif=exif())
    return target.getvalue()


def webp(picture: Image.Image | None = None, **options: Any) -> bytes:
    target = BytesIO()
    (picture or drawing()).save(target, "WEBP", exif=exif(), xmp=SECRET, **options)
    return target.getvalue()


def avif(picture: Image.Image | None = None, orientation: int = 1, **options: Any) -> bytes:
    """Turned by its own properties (irot, imir), as Pillow writes the orientation of the EXIF."""
    target = BytesIO()
    image = stored(picture or drawing(), orientation)
    image.save(target, "AVIF", speed=10, exif=exif(orientation), xmp=SECRET, **options)
    return target.getvalue()


def heic(picture: Image.Image | None = None, orientation: int = 1, **options: Any) -> bytes:
    target = BytesIO()
    made = pillow_heif.from_pillow(stored(picture or drawing(), orientation))
    made.save(target, quality=60, exif=exif(orientation), **options)
    return target.getvalue()

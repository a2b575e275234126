"""What a file says of itself in its first bytes: read in plain Python, so that no decoder sees what is refused."""

import struct
from collections.abc import Callable
from typing import IO

import msgspec

from service.wall import boxes
from service.wall.refusals import PhotoRefused, Refusal

MOST_PIXELS = 50_000_000
SMALLEST = 300
# What decoding may take; more than every ordinary photo of 50 megapixels does.
_MOST_BYTES = 235_000_000
# Before the picture itself begins; a camera writes a dozen.
_MOST_PARTS = 2000
# Of WebP; the other one is decoded in lines.
_LOSSLESS = 5


class Header(msgspec.Struct, frozen=True):
    """`kind`: jpeg, png, webp, heic or avif; the size as stored, before it is turned upright.

    `weight`: the bytes that its decoder keeps for each pixel, as measured.
    """

    kind: str
    width: int
    height: int
    weight: float = 0


def read(source: IO[bytes]) -> Header:
    """Raises PhotoRefused for whatever we do not take."""
    source.seek(0)
    start = source.read(32)
    for belongs, reader in _READERS:
        if belongs(start):
            header = _read(reader, source)
            _must_be_bounded(header)
            return header
    raise PhotoRefused(Refusal.ANIMATED if start.startswith(b"GIF8") else Refusal.UNKNOWN)


def _must_be_bounded(header: Header) -> None:
    """Raises PhotoRefused."""
    if header.width * header.height > MOST_PIXELS:
        raise PhotoRefused(Refusal.TOO_WIDE)
    if header.width * header.height * header.weight > _MOST_BYTES:
        raise PhotoRefused(Refusal.TOO_HEAVY)
    if min(header.width, header.height) < SMALLEST:
        raise PhotoRefused(Refusal.TOO_SMALL)


def _read(reader: Callable[[IO[bytes]], Header], source: IO[bytes]) -> Header:
    try:
        return reader(source)
    except (struct.error, IndexError, ValueError, ZeroDivisionError):
        raise PhotoRefused(Refusal.BROKEN) from None


def _jpeg(source: IO[bytes]) -> Header:
    source.seek(2)
    for _part in range(_MOST_PARTS):
        marker = _marker(source)
        (length,) = struct.unpack(">H", source.read(2))
        if marker in (0xC0, 0xC1, 0xC2):
            _bits, height, width, layers = struct.unpack(">BHHB", source.read(6))
            return Header("jpeg", width, height, _coefficients(source.read(3 * layers)) if marker == 0xC2 else 0)
        if marker in (0xDA, 0xD9):
            break
        source.seek(length - 2, 1)
    raise ValueError("no frame")


def _coefficients(layers: bytes) -> float:
    """Of a progressive JPEG, which is kept whole until its last scan."""
    samples = [(layers[at] >> 4) * (layers[at] & 15) for at in range(1, len(layers), 3)]
    return 1 + 2 * sum(samples) / max(samples)


def _marker(source: IO[bytes]) -> int:
    if source.read(1) != b"\xff":
        raise ValueError("no marker")
    for _filling in range(_MOST_PARTS):
        marker = source.read(1)[0]
        if marker != 0xFF:
            return marker
    raise ValueError("nothing but filling")


def _png(source: IO[bytes]) -> Header:
    source.seek(8)
    header = None
    for _part in range(_MOST_PARTS):
        length, kind = struct.unpack(">I4s", source.read(8))
        if kind == b"acTL":
            raise PhotoRefused(Refusal.ANIMATED)
        if kind == b"IDAT" and header:
            return header
        if kind == b"IHDR" and header is None:
            header = _png_header(*struct.unpack(">IIBBBBB", source.read(13)))
            length -= 13
        source.seek(length + 4, 1)
    raise ValueError("no picture")


def _png_header(width: int, height: int, bits: int, colours: int, *rest: int) -> Header:
    layers = {0: 1, 2: 3, 4: 2, 6: 4}.get(colours, 1)
    return Header("png", width, height, (1 + layers * bits / 8) * 1.2 if rest[-1] else 0)


def _webp(source: IO[bytes]) -> Header:
    source.seek(12)
    for _part in range(_MOST_PARTS):
        kind, length = struct.unpack("<4sI", source.read(8))
        start = source.read(10)
        if kind in (b"ANIM", b"ANMF") or (kind == b"VP8X" and start[0] & 2):
            raise PhotoRefused(Refusal.ANIMATED)
        if kind == b"VP8L" and start[0] == 0x2F:
            bits = int.from_bytes(start[1:5], "little")
            return Header("webp", (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1, _LOSSLESS)
        if kind == b"VP8 " and start[3:6] == b"\x9d\x01\x2a":
            width, height = struct.unpack("<HH", start[6:10])
            return Header("webp", width & 0x3FFF, height & 0x3FFF)
        # Parts begin at even places.
        source.seek(length + length % 2 - len(start), 1)
    raise ValueError("no picture")


def _boxed(source: IO[bytes]) -> Header:
    """HEIC and AVIF."""
    said = boxes.read(source)
    if said.moves:
        raise PhotoRefused(Refusal.ANIMATED)
    return Header("avif" if said.is_avif else "heic", said.width, said.height, said.weight)


_READERS: list[tuple[Callable[[bytes], bool], Callable[[IO[bytes]], Header]]] = [
    (lambda start: start.startswith(b"\xff\xd8\xff"), _jpeg),
    (lambda start: start.startswith(b"\x89PNG\r\n\x1a\n"), _png),
    (lambda start: start[:4] == b"RIFF" and start[8:12] == b"WEBP", _webp),
    (boxes.are_in, _boxed),
]

"""What a file says of itself in its first bytes: read in plain Python, so that no decoder sees what is refused."""

import struct
from collections.abc import Callable, Iterator
from typing import IO

import msgspec

from service.wall.refusals import PhotoRefused, Refusal

MOST_PIXELS = 50_000_000
SMALLEST = 300
# Before the picture itself begins; a camera writes a dozen.
_MOST_PARTS = 2000
_LARGEST_META = 1_000_000
_MOVING = (b"avis", b"msf1", b"hevc", b"hevx")
_AVIF = (b"avif", b"avis")
_HEIC = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")


class Header(msgspec.Struct, frozen=True):
    """`kind`: jpeg, png, webp, heic or avif; the size as stored, before it is turned upright."""

    kind: str
    width: int
    height: int


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


def _read(reader: Callable[[IO[bytes]], Header], source: IO[bytes]) -> Header:
    try:
        return reader(source)
    except (struct.error, IndexError, ValueError):
        raise PhotoRefused(Refusal.BROKEN) from None


def _must_be_bounded(header: Header) -> None:
    if header.width * header.height > MOST_PIXELS:
        raise PhotoRefused(Refusal.TOO_WIDE)
    if min(header.width, header.height) < SMALLEST:
        raise PhotoRefused(Refusal.TOO_SMALL)


def _jpeg(source: IO[bytes]) -> Header:
    source.seek(2)
    for _part in range(_MOST_PARTS):
        marker = _marker(source)
        (length,) = struct.unpack(">H", source.read(2))
        if marker in (0xC0, 0xC1, 0xC2):
            _bits, height, width = struct.unpack(">BHH", source.read(5))
            return Header("jpeg", width, height)
        if marker in (0xDA, 0xD9):
            break
        source.seek(length - 2, 1)
    raise ValueError("no frame")


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
        if kind == b"IHDR" and header is None:
            header = Header("png", *struct.unpack(">II", source.read(8)))
            length -= 8
        if kind == b"IDAT" and header:
            return header
        source.seek(length + 4, 1)
    raise ValueError("no picture")


def _webp(source: IO[bytes]) -> Header:
    source.seek(12)
    kind, start = source.read(8)[:4], source.read(10)
    if kind == b"VP8X":
        if start[0] & 2:
            raise PhotoRefused(Refusal.ANIMATED)
        return Header("webp", int.from_bytes(start[4:7], "little") + 1, int.from_bytes(start[7:10], "little") + 1)
    if kind == b"VP8L" and start[0] == 0x2F:
        bits = int.from_bytes(start[1:5], "little")
        return Header("webp", (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    if kind == b"VP8 " and start[3:6] == b"\x9d\x01\x2a":
        width, height = struct.unpack("<HH", start[6:10])
        return Header("webp", width & 0x3FFF, height & 0x3FFF)
    raise ValueError("no picture")


def _boxed(source: IO[bytes]) -> Header:
    """HEIC and AVIF: the largest size that is said of any of its pictures."""
    source.seek(0)
    (length,) = struct.unpack(">I", source.read(4))
    brands = source.read(min(length, 200) - 4)[4:]
    if brands[:4] in _MOVING:
        raise PhotoRefused(Refusal.ANIMATED)
    meta = dict(_boxes(_meta(source)[4:]))
    parts = dict(_boxes(meta[b"iprp"])) if b"iprp" in meta else {}
    sizes = [struct.unpack(">II", body[4:12]) for kind, body in _boxes(parts.get(b"ipco", b"")) if kind == b"ispe"]
    if not sizes:
        raise ValueError("no size")
    return Header(_kind(brands), *max(sizes, key=lambda size: size[0] * size[1]))


def _kind(brands: bytes) -> str:
    said = [brands[at : at + 4] for at in range(0, len(brands), 4)]
    return "avif" if any(brand in said for brand in _AVIF) else "heic"


def _meta(source: IO[bytes]) -> bytes:
    source.seek(0)
    for _part in range(_MOST_PARTS):
        length, kind = struct.unpack(">I4s", source.read(8))
        if kind == b"meta" and 8 <= length <= _LARGEST_META:
            return source.read(length - 8)
        if length < 8:
            break
        source.seek(length - 8, 1)
    raise ValueError("no description")


def _boxes(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    for _part in range(_MOST_PARTS):
        if at + 8 > len(content):
            return
        length, kind = struct.unpack_from(">I4s", content, at)
        if length < 8:
            raise ValueError("a box without an end")
        yield kind, content[at + 8 : at + length]
        at += length


def _is_boxed(start: bytes) -> bool:
    return start[4:8] == b"ftyp" and start[8:12] in (*_AVIF, *_HEIC)


_READERS: list[tuple[Callable[[bytes], bool], Callable[[IO[bytes]], Header]]] = [
    (lambda start: start.startswith(b"\xff\xd8\xff"), _jpeg),
    (lambda start: start.startswith(b"\x89PNG\r\n\x1a\n"), _png),
    (lambda start: start[:4] == b"RIFF" and start[8:12] == b"WEBP", _webp),
    (_is_boxed, _boxed),
]

"""The boxes in which HEIC and AVIF say what they hold (ISO 14496-12)."""

import struct
from collections.abc import Iterator
from typing import IO

import msgspec

_MOST_BOXES = 2000
_LARGEST_META = 1_000_000
_MOVING = (b"avis", b"msf1", b"hevc", b"hevx")
_AVIF = (b"avif", b"avis")
_HEIC = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
# The bytes that each decoder keeps for a pixel, as measured: (8 bits, more bits).
_HALVED = {"avif": (7.6, 9.2), "heic": (4.7, 8)}
_FULL = {"avif": (9.2, 12.2), "heic": (9.5, 15.5)}
_ALPHA = 3


class Said(msgspec.Struct, frozen=True):
    """`width`, `height`: the largest of all its pictures. `weight`: bytes kept for each pixel while it is decoded."""

    is_avif: bool
    moves: bool
    width: int
    height: int
    weight: float


def are_in(start: bytes) -> bool:
    """From the first 12 bytes of a file."""
    return start[4:8] == b"ftyp" and start[8:12] in (*_AVIF, *_HEIC)


def read(source: IO[bytes]) -> Said:
    """Raises ValueError or struct.error for what does not say enough."""
    brands = _brands(source)
    properties = _properties(source)
    sizes = [struct.unpack(">II", body[4:12]) for kind, body in properties if kind == b"ispe"]
    if not sizes:
        raise ValueError("no size")
    is_avif = any(brand in _AVIF for brand in brands)
    width, height = max(sizes, key=lambda size: size[0] * size[1])
    return Said(is_avif, brands[0] in _MOVING, width, height, _weight("avif" if is_avif else "heic", properties))


def _brands(source: IO[bytes]) -> list[bytes]:
    source.seek(0)
    (length,) = struct.unpack(">I", source.read(4))
    text = source.read(max(min(length, 200) - 4, 0))[4:]
    return [text[at : at + 4] for at in range(0, len(text), 4) if at != 4] or [b""]


def _properties(source: IO[bytes]) -> list[tuple[bytes, bytes]]:
    meta = dict(_boxes(_meta(source)[4:]))
    return list(_boxes(dict(_boxes(meta.get(b"iprp", b""))).get(b"ipco", b"")))


def _meta(source: IO[bytes]) -> bytes:
    source.seek(0)
    for _box in range(_MOST_BOXES):
        length, kind = struct.unpack(">I4s", source.read(8))
        if kind == b"meta" and 8 <= length <= _LARGEST_META:
            return source.read(length - 8)
        if length < 8:
            break
        source.seek(length - 8, 1)
    raise ValueError("no description")


def _boxes(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    for _box in range(_MOST_BOXES):
        if at + 8 > len(content):
            return
        length, kind = struct.unpack_from(">I4s", content, at)
        if length < 8:
            raise ValueError("a box without an end")
        yield kind, content[at + 8 : at + length]
        at += length


def _weight(kind: str, properties: list[tuple[bytes, bytes]]) -> float:
    found = [_depth(name, body) for name, body in properties if name in (b"av1C", b"hvcC")]
    weights = [(_HALVED if halved else _FULL)[kind][deep] for halved, deep in found]
    alpha = any(name == b"auxC" and b"alpha" in body for name, body in properties)
    return max(weights, default=_FULL[kind][1]) + (_ALPHA if alpha else 0)


def _depth(name: bytes, body: bytes) -> tuple[bool, bool]:
    """Whether its colours are halved both ways (4:2:0, or none at all), and whether it has more than 8 bits."""
    if name == b"av1C":
        return bool(body[2] & 0b10000) or body[2] & 0b1100 == 0b1100, bool(body[2] & 0b1000000)
    return body[16] & 3 < 2, body[17] & 7 > 0

"""Looks into the files that we serve: what parts they have, and what is seen at a place."""

import struct
from collections.abc import Iterator
from io import BytesIO

from PIL import Image

# Nothing but what the decoder needs: JFIF, tables, the frame, the scans and the end.
JPEG_PARTS = {0xE0, 0xDB, 0xC0, 0xC2, 0xC4, 0xDA, 0xDD}
AVIF_ITEMS = {b"av01"}
_CONTAINERS = (b"meta", b"iprp", b"ipco", b"iinf")


def jpeg_parts(content: bytes) -> set[int]:
    """The markers of its segments, read to the end; nothing stands behind it."""
    at, found = 2, set()
    while content[at : at + 2] != b"\xff\xd9":
        assert content[at] == 0xFF
        marker, length = content[at + 1], struct.unpack(">H", content[at + 2 : at + 4])[0]
        found.add(marker)
        if marker == 0xE0:
            assert content[at + 4 : at + 9] == b"JFIF\0" and length == 16
        at += 2 + length
        while marker == 0xDA and (content[at] != 0xFF or content[at + 1] == 0 or 0xD0 <= content[at + 1] <= 0xD7):
            at += 1
    assert at + 2 == len(content)
    return found


def avif_boxes(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at < len(content):
        length, kind = struct.unpack(">I4s", content[at : at + 8])
        body = content[at + 8 : at + length]
        yield kind, body
        if kind in _CONTAINERS:
            skip = {b"meta": 4, b"iinf": 6}.get(kind, 0)
            yield from avif_boxes(body[skip:])
        at += length


def avif_items(content: bytes) -> set[bytes]:
    """The kinds of what it holds; no metadata is among them, and no profile of colours."""
    boxes = list(avif_boxes(content))
    assert all(body[:4] == b"nclx" for kind, body in boxes if kind == b"colr")
    return {body[8:12] for kind, body in boxes if kind == b"infe"}


def corners(content: bytes) -> list[str]:
    """The colours above left, above right, below left and below right."""
    with Image.open(BytesIO(content)) as opened:
        picture = opened.convert("RGB")
    width, height = picture.size
    places = [(x * width // 8, y * height // 8) for y in (1, 7) for x in (1, 7)]
    return [named(picture.getpixel(place)) for place in places]


def named(colour: tuple[int, int, int]) -> str:
    known = {"red": (200, 30, 30), "green": (30, 160, 60), "blue": (40, 60, 200), "white": (240, 240, 240)}
    known |= {"black": (30, 30, 30)}
    return min(known, key=lambda name: sum((a - b) ** 2 for a, b in zip(known[name], colour, strict=True)))

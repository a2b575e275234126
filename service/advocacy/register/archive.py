"""The files in a zip, in bounded memory whatever it says of itself."""

import zlib
from collections.abc import Iterator
from io import BytesIO
from zipfile import BadZipFile, LargeZipFile, ZipFile, ZipInfo

from service.advocacy.register.found import LARGEST, NotARegister

MOST_FILES = 30_000
_PIECE = 1 << 20
_DIRECTORY_ENTRY = b"PK\x01\x02"
_BROKEN = (BadZipFile, LargeZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError, zlib.error)


def is_zip(content: bytes) -> bool:
    return content.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def names(content: bytes) -> list[str]:
    """Of its files, as they stand in it. Raises NotARegister."""
    return [info.filename for info in _infos(_opened(content))]


def files(content: bytes, ending: str) -> Iterator[tuple[str, bytes]]:
    """Name and content of those with that ending (lower case). Raises NotARegister."""
    archive, left = _opened(content), LARGEST
    for info in _infos(archive):
        if info.filename.lower().endswith(ending):
            unpacked = _unpacked(archive, info, left)
            left -= len(unpacked)
            yield info.filename, unpacked


def _opened(content: bytes) -> ZipFile:
    if len(content) > LARGEST:
        raise NotARegister(why=f"This file is larger than {LARGEST // 1_000_000} MB.")
    # Before the directory is read: each of its entries takes ten times its size.
    if content.count(_DIRECTORY_ENTRY) > MOST_FILES:
        raise NotARegister(why=f"This archive has more than {MOST_FILES} files.")
    try:
        return ZipFile(BytesIO(content))
    except _BROKEN:
        raise NotARegister(why="This archive is damaged. Please fetch it once more.") from None


def _infos(archive: ZipFile) -> list[ZipInfo]:
    """Without folders, and without what macOS adds to every archive."""
    return [info for info in archive.infolist() if not info.is_dir() and not info.filename.startswith("__MACOSX/")]


def _unpacked(archive: ZipFile, info: ZipInfo, most: int) -> bytes:
    pieces, size = [], 0
    try:
        with archive.open(info) as file:
            while piece := file.read(_PIECE):
                size += len(piece)
                if size > most:
                    raise NotARegister(why=f"Unpacked, this archive is larger than {LARGEST // 1_000_000} MB.")
                pieces.append(piece)
    except _BROKEN:
        raise NotARegister(why=f"“{info.filename[-80:]}” in this archive is damaged or locked.") from None
    return b"".join(pieces)

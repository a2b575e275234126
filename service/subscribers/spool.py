"""A file of people while it waits to be imported: sealed in chunks under var/, and read from any position.

Layout: version of the key (1 byte), then chunks of 64 KiB, each sealed by AES-SIV with the file's name and its place.
"""

import os
import secrets
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from service.kit import files, keys
from service.kit.errors import Problem
from service.kit.i18n import Sentence

CHUNK = 65_536
_SEALED = CHUNK + 16
_FOLDER = "imports"


class NoRoom(Problem):
    code = "no_room"
    status = 507
    sentence = Sentence(
        "There is no room left on the disk of this service, so the file was not taken. "
        "Please ask whoever runs it to make room, and try again."
    )


class FileGone(Problem):
    code = "file_gone"
    status = 410
    sentence = Sentence("The uploaded file is not kept any more. Please upload it again.")


class Writer:
    """Takes bytes as they come; `name` is what the reader asks for later."""

    def __init__(self) -> None:
        self.name = f"{_FOLDER}/{secrets.token_hex(16)}"
        self.size = 0
        self._rest = bytearray()
        self._chunks = 0
        path = files.path(self.name)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._file = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
        self._file.write(bytes([keys.current()]))

    def write(self, part: bytes) -> None:
        """Raises NoRoom."""
        self.size += len(part)
        self._rest += part
        while len(self._rest) >= CHUNK:
            self._seal(bytes(self._rest[:CHUNK]))
            del self._rest[:CHUNK]

    def close(self) -> None:
        """Raises NoRoom."""
        try:
            if self._rest:
                self._seal(bytes(self._rest))
            self._file.close()
        except OSError as error:
            raise NoRoom from error

    def abandon(self) -> None:
        with suppress(OSError):
            self._file.close()
        delete(self.name)

    def _seal(self, chunk: bytes) -> None:
        sealed = _cipher(keys.current()).encrypt(chunk, _bound_to(self.name, self._chunks))
        self._chunks += 1
        try:
            self._file.write(sealed)
        except OSError as error:
            raise NoRoom from error


def chunks(name: str, position: int = 0) -> Iterator[bytes]:
    """The content from the byte `position` on, in parts of at most 64 KiB. Raises FileGone."""
    number, skip = divmod(position, CHUNK)
    try:
        with files.path(name).open("rb") as file:
            version = file.read(1)[0]
            file.seek(1 + number * _SEALED)
            while sealed := file.read(_SEALED):
                yield _cipher(version).decrypt(sealed, _bound_to(name, number))[skip:]
                number, skip = number + 1, 0
    except (FileNotFoundError, KeyError, IndexError, InvalidTag) as error:
        raise FileGone from error


def delete(name: str) -> None:
    files.path(name).unlink(missing_ok=True)


def kept() -> list[tuple[str, float]]:
    """The name of every file that waits, and when it was written (seconds since 1970)."""
    folder = files.path(_FOLDER)
    return [(f"{_FOLDER}/{file.name}", file.stat().st_mtime) for file in _files_in(folder)]


def _files_in(folder: Path) -> list[Path]:
    return list(folder.iterdir()) if folder.exists() else []


def _bound_to(name: str, number: int) -> list[bytes]:
    return [name.encode(), number.to_bytes(8, "big")]


@cache
def _cipher(version: int) -> AESSIV:
    return AESSIV(keys.derive("spool", version, 64))

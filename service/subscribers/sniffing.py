"""What kind of file this is: a text or something else, in which encoding, and how its columns are parted."""

import codecs
import csv
import re
from collections import Counter
from io import StringIO
from itertools import islice

import charset_normalizer
import msgspec

from service.kit.errors import Problem
from service.kit.i18n import Sentence
from service.subscribers.csv_reading import MOST_CELLS

HEAD = 4096
SAMPLE = 16_384
ENCODINGS = {
    "utf-8": "UTF-8",
    "cp1252": "Western European (Windows-1252)",
    "cp1250": "Central European (Windows-1250)",
    "cp1251": "Cyrillic (Windows-1251)",
    "koi8-r": "Cyrillic (KOI8-R)",
}
DELIMITERS = {",": "Comma ,", ";": "Semicolon ;", "\t": "Tab", "|": "Bar |"}
_GUESSED = {"cp1252": "cp1252", "cp1251": "cp1251"}
_EXCELS_OWN = re.compile(rb"sep=([,;\t|])\r?\n", re.IGNORECASE)
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1f]")
_SIGNATURES = {b"\xd0\xcf\x11\xe0": "excel", b"%PDF": "other", b"\x1f\x8b": "archive", b"Rar!": "archive"}


class EmptyFile(Problem):
    code = "empty_file"
    status = 422
    sentence = Sentence("This file is empty. Please choose the CSV with your people.")


class ExcelWorkbook(Problem):
    code = "excel_workbook"
    status = 422
    sentence = Sentence(
        "This is an Excel workbook. Please open it in Excel, choose “Save as” and the type “CSV UTF-8”, "
        "and upload that file."
    )


class Archive(Problem):
    code = "archive"
    status = 422
    sentence = Sentence("This is a compressed archive. Please unpack it and upload the CSV inside.")


class NotText(Problem):
    code = "not_text"
    status = 422
    sentence = Sentence("This does not look like a CSV file. Please export your people as CSV and upload that file.")


class TooManyColumns(Problem):
    code = "too_many_columns"
    status = 422
    sentence = Sentence(
        "This file has {columns} columns; at most {most} can be read. Please leave out those that are not needed."
    )


class Look(msgspec.Struct, frozen=True):
    """What the first part of a file shows. `start`: the byte where its first row begins."""

    start: int
    delimiter: str
    has_header: bool


def require_text(head: bytes) -> None:
    """Raises ExcelWorkbook, Archive or NotText for the first bytes of anything else."""
    if head.startswith(b"PK\x03\x04"):
        raise ExcelWorkbook if b"[Content_Types].xml" in head or b"xl/" in head else Archive
    for signature, kind in _SIGNATURES.items():
        if head.startswith(signature):
            raise {"excel": ExcelWorkbook, "archive": Archive, "other": NotText}[kind]
    # A few stray control characters are forgiven, and told row by row.
    if not utf16(head) and len(_CONTROLS.findall(head)) * 20 > len(head):
        raise NotText


def utf16(head: bytes) -> str:
    """The name of the UTF-16 that these first bytes are in, by its mark or by where the NULs are; else empty."""
    if head.startswith(codecs.BOM_UTF16_LE):
        return "utf-16-le"
    if head.startswith(codecs.BOM_UTF16_BE):
        return "utf-16-be"
    even, odd = head[::2].count(0), head[1::2].count(0)
    if (even + odd) * 10 < len(head) or not head:
        return ""
    if odd > 20 * even:
        return "utf-16-le"
    return "utf-16-be" if even > 20 * odd else ""


class EncodingGuess:
    """Sees the whole file pass: valid UTF-8 to its end is UTF-8, else the lines with other letters decide."""

    def __init__(self) -> None:
        self._utf8 = codecs.getincrementaldecoder("utf-8")()
        self._valid = True
        self._sample = bytearray()

    def see(self, part: bytes, last: bool = False) -> None:
        if len(self._sample) < SAMPLE and not part.isascii():
            self._sample += b"".join(line for line in part.splitlines(True) if not line.isascii())[:SAMPLE]
        if self._valid:
            try:
                self._utf8.decode(part, last)
            except UnicodeDecodeError:
                self._valid = False

    def best(self) -> str:
        lines = bytes(self._sample).splitlines(True)
        readable = sum(_is_utf8(line) for line in lines)
        # A few broken letters in a file of UTF-8 are told row by row.
        if self._valid or readable * 5 > len(lines) * 4:
            return "utf-8"
        found = charset_normalizer.from_bytes(bytes(self._sample), cp_isolation=list(_GUESSED)).best()
        return _GUESSED.get(found.encoding if found else "", "cp1252")


def look(start_of_file: bytes, encoding: str) -> Look:
    """Raises TooManyColumns. `start_of_file`: its first 64 KiB, or all of it."""
    start = len(codecs.BOM_UTF8) if start_of_file.startswith(codecs.BOM_UTF8) else 0
    told = _EXCELS_OWN.match(start_of_file, start)
    if told:
        start, delimiter = told.end(), told.group(1).decode()
    text = start_of_file[start:].decode(encoding, "replace")
    if not told:
        delimiter = _likely_delimiter(text)
    first = next((row for row in _rows(text, delimiter) if any(row)), [])
    if len(first) > MOST_CELLS:
        raise TooManyColumns(columns=len(first), most=MOST_CELLS)
    return Look(start, delimiter, not any("@" in cell for cell in first))


def _likely_delimiter(text: str) -> str:
    """The one that parts most rows into the same number of cells, and into more of them."""

    def fit(delimiter: str) -> tuple[float, int]:
        widths = Counter(len(row) for row in _rows(text, delimiter) if row)
        width, count = max(widths.items(), key=lambda item: (item[1], item[0]), default=(1, 0))
        return (count / widths.total() if width > 1 else 0.0, width)

    return max(DELIMITERS, key=fit)


def _rows(text: str, delimiter: str) -> list[list[str]]:
    lines = islice(StringIO(text, newline=""), 50)
    try:
        return list(csv.reader(lines, delimiter=delimiter, skipinitialspace=True))
    except csv.Error:
        return []


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True

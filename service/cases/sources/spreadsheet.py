"""A CSV of any encoding and delimiter as rows with named cells."""

from collections.abc import Iterator, Mapping

import msgspec

from service.cases.sources import values
from service.cases.sources.found import File, NotAList, Troubles
from service.kit.errors import Problem
from service.subscribers import csv_reading, sniffing
from service.subscribers.csv_reading import Dialect

LARGEST = 16_000_000
MOST_ROWS = 50_000
_SNIFFED = 65_536


class Row(msgspec.Struct, frozen=True, gc=False):
    """`cells`: by the names that the reader gave the columns; what is empty is left out."""

    file: str
    line: int
    cells: dict[str, str]


def rows(file: File, columns: Mapping[str, str], needed: tuple[str, ...], troubles: Troubles) -> Iterator[Row]:
    """`columns`: plain header (see `plain`) → name of the cell. Raises NotAList; a row that is broken is told."""
    content = _text(file)
    dialect, start = _dialect(file, content)
    names: list[str] = []
    for number, row in enumerate(_records(content[start:], dialect)):
        if number > MOST_ROWS:
            troubles.add(file.name, row.number, f"Only the first {MOST_ROWS} rows of a file are read.")
            return
        if not names:
            names = _header(file, row.cells, columns, needed) if any(row.cells) else names
            continue
        if row.fault:
            troubles.add(file.name, row.number, row.fault)
        elif any(cells := dict(_named(names, row.cells))):
            yield Row(file.name, row.number, cells)
    if not names:
        raise NotAList(file=file.name, why="this file is empty.")


def plain(header: str) -> str:
    """“Дата нараджэння ” → датанараджэння"""
    return "".join(c for c in header.lower().replace("ё", "е") if c.isalnum() or c == "№")


def _text(file: File) -> bytes:
    if len(file.content) > LARGEST:
        raise NotAList(file=file.name, why=f"it is larger than {LARGEST // 1_000_000} MB.")
    try:
        if not file.content.strip(b"\xef\xbb\xbf\xff\xfe\0\t\r\n "):
            raise sniffing.EmptyFile
        sniffing.require_text(file.content[: sniffing.HEAD])
    except Problem as problem:
        raise NotAList(file=file.name, why=str(problem)) from None
    utf16 = sniffing.utf16(file.content[: sniffing.HEAD])
    return file.content.decode(utf16, "replace").encode() if utf16 else file.content


def _dialect(file: File, content: bytes) -> tuple[Dialect, int]:
    guess = sniffing.EncodingGuess()
    guess.see(content, last=True)
    encoding = guess.best()
    try:
        look = sniffing.look(content[:_SNIFFED], encoding)
    except sniffing.TooManyColumns as problem:
        raise NotAList(file=file.name, why=str(problem)) from None
    return Dialect(encoding, look.delimiter), look.start


def _records(content: bytes, dialect: Dialect) -> Iterator[csv_reading.Row]:
    width = 0

    def swallowed(cells: list[str]) -> bool:
        """Whether a row of several lines has other rows in it, by its width or by all the delimiters in a cell."""
        most = max(3, width - 3)
        return (0 < width != len(cells)) or any(
            line.count(dialect.delimiter) >= most for cell in cells for line in cell.splitlines()[1:]
        )

    for row in csv_reading.rows([content], dialect, swallowed=swallowed):
        width = width or len(row.cells)
        yield row


def _header(file: File, cells: list[str], columns: Mapping[str, str], needed: tuple[str, ...]) -> list[str]:
    names = [columns.get(plain(cell), "") for cell in cells]
    names = [name if name not in names[:place] else "" for place, name in enumerate(names)]
    missing = [name for name in needed if name not in names]
    if missing:
        seen = ", ".join(f"“{values.line(cell)[:30]}”" for cell in cells[:20])
        raise NotAList(
            file=file.name, why=f"there is no column “{missing[0]}” in its first row. It has {seen or 'nothing'}."
        )
    return names


def _named(names: list[str], cells: list[str]) -> Iterator[tuple[str, str]]:
    for name, cell in zip(names, cells, strict=False):
        if name and cell and not cell.isspace():
            yield name, cell

"""The rows of a CSV, streamed: bounded in memory whatever it holds, each with the place where the next begins."""

import csv
from collections import deque
from collections.abc import Callable, Iterable, Iterator

import msgspec

LONGEST_ROW = 131_072
MOST_LINES = 500
MOST_CELLS = 200
_SHOWN = 2000

TOO_LONG = "This row is longer than 128 kB."
OPEN_QUOTE = "A quotation mark is opened in this row and never closed."
UNREADABLE = "Some letters of this row cannot be read in the encoding of the file."
TOO_MANY_CELLS = f"This row has more than {MOST_CELLS} cells."
_Line = tuple[bytes, int]


class Dialect(msgspec.Struct, frozen=True):
    """How a file is written. `encoding` keeps ASCII as it is (UTF-16 was turned into UTF-8 on arrival)."""

    encoding: str = "utf-8"
    delimiter: str = ","


class Row(msgspec.Struct, gc=False):
    """One record. `number` counts as a spreadsheet does, from 1; `end` is the byte after it in the file."""

    number: int
    end: int
    cells: list[str]
    # What is wrong with it as a row, else empty.
    fault: str
    # As it stands in the file, cut after 2,000 characters.
    raw: str


class _Runaway(Exception):
    """The record under way does not end within bounds."""


def rows(
    chunks: Iterable[bytes],
    dialect: Dialect,
    start: int = 0,
    number: int = 0,
    swallowed: Callable[[list[str]], bool] | None = None,
) -> Iterator[Row]:
    """Every row from the byte `start` on, where `chunks` begin too; `number` rows came before it.

    `swallowed`: whether the cells of a row of several lines hold other rows too, after a quotation mark left open.
    Nothing stops it: a row that cannot be read has a `fault`, and reading goes on with the line after its first.
    An empty line is a row without cells.
    """
    feed = _Feed(chunks, dialect.encoding)
    reader = csv.reader(feed, delimiter=dialect.delimiter, skipinitialspace=True)
    end, swallowed = start, swallowed or _swallowed_others
    while True:
        feed.begin()
        fault = ""
        try:
            cells = next(reader, None)
        except _Runaway:
            cells, fault = [], feed.give_back()
        except csv.Error:
            cells, fault = [], OPEN_QUOTE
        if cells is None:
            return
        if not fault and len(feed.taken) > 1 and swallowed(cells):
            cells, fault = [], feed.give_back()
        number, end = number + 1, end + feed.size
        yield _row(number, end, cells, fault, feed)


def lines(chunks: Iterable[bytes]) -> Iterator[_Line]:
    """Lines with their ends, and their lengths; a line too long for a row is cut, its length is not."""
    tail, dropped = b"", 0
    for chunk in chunks:
        parts = (tail + chunk).splitlines(keepends=True)
        # A \r at the end may be half of \r\n.
        tail = parts.pop() if parts and not parts[-1].endswith(b"\n") else b""
        for part in parts:
            yield part, len(part) + dropped
            dropped = 0
        if len(tail) > LONGEST_ROW:
            dropped += len(tail) - LONGEST_ROW
            tail = tail[:LONGEST_ROW]
    if tail:
        yield tail, len(tail) + dropped


class _Feed:
    """Hands lines to the csv module and remembers which of them the record under way took."""

    def __init__(self, chunks: Iterable[bytes], encoding: str) -> None:
        self._lines = lines(chunks)
        self._waiting: deque[_Line] = deque()
        self._encoding = encoding
        self.begin()

    def begin(self) -> None:
        self.taken: list[_Line] = []
        self.size = 0
        self.unreadable = False

    def __iter__(self) -> "_Feed":
        return self

    def __next__(self) -> str:
        line = self._waiting.popleft() if self._waiting else next(self._lines, None)
        if line is None and self.taken:
            raise _Runaway
        if line is None:
            raise StopIteration
        self.taken.append(line)
        self.size += line[1]
        if self.size > LONGEST_ROW or len(self.taken) > MOST_LINES:
            raise _Runaway
        return self._text(line[0])

    def give_back(self) -> str:
        """Ends the record after its first line, and says what was wrong with it."""
        self._waiting.extendleft(reversed(self.taken[1:]))
        del self.taken[1:]
        self.size = self.taken[0][1]
        return TOO_LONG if self.size > LONGEST_ROW else OPEN_QUOTE

    def raw(self) -> str:
        start = b"".join(line for line, _length in self.taken)[: 4 * _SHOWN]
        return start.decode(self._encoding, "replace")[:_SHOWN].rstrip("\r\n")

    def _text(self, line: bytes) -> str:
        try:
            return line.decode(self._encoding)
        except UnicodeDecodeError:
            self.unreadable = True
            return line.decode(self._encoding, "replace")


def _swallowed_others(cells: list[str]) -> bool:
    """Whether a quotation mark was left open, and the next one closed it some people later."""
    return any("@" in cell and cell.count('"') % 2 and len(cell.splitlines()) > 1 for cell in cells)


def _row(number: int, end: int, cells: list[str], fault: str, feed: _Feed) -> Row:
    if not fault and feed.unreadable:
        fault = UNREADABLE
    if not fault and len(cells) > MOST_CELLS:
        fault = TOO_MANY_CELLS
    return Row(number, end, [] if fault == TOO_MANY_CELLS else cells, fault, feed.raw())

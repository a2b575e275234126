"""A CSV of any encoding and delimiter, as registers have them: rows with named cells, and what was not read told."""

import csv
from collections.abc import Iterator, Mapping
from io import StringIO

from service.advocacy.register.found import NotARegister
from service.advocacy.register.telling import Telling
from service.cases.sources import spreadsheet
from service.cases.sources.found import File, NotAList, Troubles
from service.kit.errors import Problem
from service.kit.i18n import Sentence
from service.subscribers import sniffing

_START = 65_536
Row = spreadsheet.Row


def rows(content: bytes, columns: Mapping[str, str], needed: tuple[str, ...], telling: Telling) -> Iterator[Row]:
    """`columns`: header as `spreadsheet.plain` has it → name of the cell. Raises NotARegister."""
    troubles = Troubles()
    try:
        yield from spreadsheet.rows(File("", content), columns, needed, troubles)
    except NotAList as problem:
        why = str(problem.told.parameters["why"])
        raise NotARegister(why=why[:1].upper() + why[1:]) from None
    for trouble in troubles.kept:
        telling.add(trouble.line, Sentence("{why}", why=trouble.sentence))
    if more := troubles.count - len(troubles.kept):
        telling.add(0, Sentence("{count} more rows could not be read.", count=more))


def header(content: bytes) -> list[str]:
    """Its first row with anything in it; nothing for what is no text."""
    start = content[:_START]
    try:
        sniffing.require_text(start[: sniffing.HEAD])
        guess = sniffing.EncodingGuess()
        guess.see(start)
        encoding = sniffing.utf16(start[: sniffing.HEAD]) or guess.best()
        text = start.decode(encoding, "replace").lstrip("\ufeff")
        look = sniffing.look(text.encode(), "utf-8")
        first = csv.reader(StringIO(text.encode()[look.start :].decode(), newline=""), delimiter=look.delimiter)
        return next((row for row in first if any(row)), [])
    except (Problem, csv.Error):
        return []

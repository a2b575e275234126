"""People as CSV, streamed; nothing in it is a formula to a spreadsheet."""

import csv
import re
from collections.abc import AsyncIterator, Sequence
from io import StringIO
from typing import Any

import msgspec

from service.auth import audit
from service.kit import sealing
from service.subscribers import import_queries, people_queries
from service.subscribers.csv_reading import Dialect, rows
from service.subscribers.import_batches import SEALED_FOR
from service.subscribers.import_queries import Import
from service.subscribers.people_queries import Exported, Selection

# A spreadsheet takes the letters of a CSV for another encoding without it.
MARK = "\ufeff"
# Where a list is parted by semicolons, Excel parts our lines there too, even inside quotation marks; and it takes the
# wide signs of East Asian keyboards for the narrow ones.
_FORMULA = re.compile(r"(\A|[;\r\n])(?=[\s\"]*[=+\-@＝＋－＠])")


async def record(selection: Selection, account: int | None, subject: str = "") -> int:
    """Writes down that these people were exported; returns how many they are. `subject`: the request, if one was."""
    found = await people_queries.count(selection)
    await audit.record(account, "subscribers.exported", subject, {"people": found, **in_words(selection)})
    return found


def in_words(selection: Selection) -> dict[str, Any]:
    """What is not left open, as the audit keeps it."""
    chosen = {"lists": [selection.mailing_list] if selection.mailing_list else []}
    return {
        name: value
        for name, value in (msgspec.structs.asdict(selection) | chosen).items()
        if value and name != "mailing_list"
    }


async def people(selection: Selection) -> AsyncIterator[str]:
    """The CSV in parts, with a header."""
    yield MARK + lines([Exported.__struct_fields__])
    async for page in people_queries.everybody(selection):
        yield lines([msgspec.structs.astuple(person) for person in page])


async def refused(job: Import) -> AsyncIterator[str]:
    """The rows of an import that were not taken: number, reason, and the row as it stood, parted as the file was.

    The columns keep their names, or get ours, so that the corrected file can be imported as it is.
    """
    yield MARK + lines([["row", "reason", *await _names(job)]], job.delimiter)
    last = 0
    while page := await import_queries.problems_after(job.id, last, 1000):
        last = page[-1]["row"]
        table = [[row["row"], row["reason"], *_cells(row["content"], job.delimiter)] for row in page]
        yield lines(table, job.delimiter)


def harmless(cell: object) -> object:
    """The cell, with a quotation mark before whatever a spreadsheet would take for a formula."""
    return _FORMULA.sub(r"\1'", cell) if isinstance(cell, str) else cell


def lines(table: Sequence[Sequence[object]], delimiter: str = ",") -> str:
    """Rows of a CSV that a spreadsheet shows and does not execute."""
    out = StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows([harmless(cell) for cell in row] for row in table)
    return out.getvalue()


async def _names(job: Import) -> list[str]:
    header = await import_queries.header_of(job.id)
    if header:
        return _cells(header, job.delimiter)
    return [target or f"column {place}" for place, target in enumerate(job.plan.columns, start=1)]


def _cells(sealed: bytes, delimiter: str) -> list[str]:
    raw = sealing.unseal(SEALED_FOR, sealed)
    read = next(rows([raw.encode("utf-8", "replace")], Dialect(delimiter=delimiter)), None)
    return read.cells if read and not read.fault else [raw]

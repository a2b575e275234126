import csv
import tracemalloc
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.subscribers import csv_reading
from service.subscribers.csv_reading import OPEN_QUOTE, TOO_LONG, TOO_MANY_CELLS, UNREADABLE, Dialect, Row

UTF8 = Dialect()


def read(content: bytes, dialect: Dialect = UTF8, size: int = 7, **place: int) -> list[Row]:
    chunks = (content[at : at + size] for at in range(0, len(content), size))
    return list(csv_reading.rows(chunks, dialect, **place))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_may_end_in_any_way_and_the_last_one_in_none(end: str) -> None:
    content = end.join(["email,name", "anna@example.org,Anna", "igor@example.org,Ігар"]).encode()
    assert [row.cells for row in read(content)] == [
        ["email", "name"],
        ["anna@example.org", "Anna"],
        ["igor@example.org", "Ігар"],
    ]


def test_a_line_break_in_quotation_marks_belongs_to_its_cell() -> None:
    rows = read(b'anna@example.org,"Lane 5\r\nMinsk"\r\nigor@example.org,Brest\r\n')
    assert [row.cells[1] for row in rows] == ["Lane 5\r\nMinsk", "Brest"]
    assert [row.number for row in rows] == [1, 2]


@given(st.lists(st.lists(st.text(alphabet='ab,;"\n\r é😀\0', max_size=6), min_size=1, max_size=4), max_size=12))
def test_what_a_spreadsheet_wrote_is_read_back_in_chunks_of_any_size(table: list[list[str]]) -> None:
    out = StringIO(newline="")
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows(table)
    for size in (1, 3, 1000):
        assert [row.cells for row in read(out.getvalue().encode(), size=size)] == table


@given(st.binary(max_size=300), st.integers(1, 50))
def test_no_bytes_stop_the_reading_and_none_are_lost(content: bytes, size: int) -> None:
    rows = read(content, size=size)
    assert (rows[-1].end if rows else 0) == len(content)


@given(st.lists(st.sampled_from(['"', "a", ",", "\n", "é", "\r\n", '""']), max_size=60).map("".join))
def test_reading_goes_on_from_the_end_of_any_row(text: str) -> None:
    content = text.encode()
    rows = read(content)
    for place, row in enumerate(rows):
        assert read(content[row.end :], start=row.end, number=row.number) == rows[place + 1 :]


def test_an_open_quotation_mark_that_another_row_closes_swallows_nobody() -> None:
    rows = read(b'igor@example.org,"Ihar\nvera@example.org,"Vera"\nanna@example.org,Anna\n')
    assert [(row.number, row.fault) for row in rows] == [(1, OPEN_QUOTE), (2, ""), (3, "")]
    assert rows[1].cells == ["vera@example.org", "Vera"]


def test_an_open_quotation_mark_costs_its_own_row_and_no_other() -> None:
    lines = [b"anna@example.org,Anna", b'"igor@example.org,Ihar'] + [b"p%d@example.org,P" % n for n in range(2000)]
    rows = read(b"\n".join(lines), size=65_536)
    assert [(row.number, row.fault) for row in rows if row.fault] == [(2, OPEN_QUOTE)]
    assert len(rows) == 2002


def test_a_cell_of_ten_megabytes_is_one_row_that_is_not_taken() -> None:
    content = b"anna@example.org,Anna\nbig@example.org," + b"x" * 10_000_000 + b"\nigor@example.org,Ihar\n"
    rows = read(content, size=65_536)
    assert [row.fault for row in rows] == ["", TOO_LONG, ""]
    assert rows[2].cells[0] == "igor@example.org"
    assert len(rows[1].raw) <= 2000


def test_a_row_of_five_thousand_cells_is_not_taken() -> None:
    rows = read(b"anna@example.org" + b"," * 5000 + b"\nigor@example.org,Ihar\n", size=65_536)
    assert [row.fault for row in rows] == [TOO_MANY_CELLS, ""]


def test_letters_that_the_encoding_does_not_know_are_told() -> None:
    rows = read("anna@example.org,Zoë\n".encode("cp1252") + b"igor@example.org,Ihar\n")
    assert [row.fault for row in rows] == [UNREADABLE, ""]
    assert read("anna@example.org;Жук".encode("cp1251"), Dialect("cp1251", ";"))[0].cells[1] == "Жук"


def test_endless_content_without_a_line_break_needs_no_memory() -> None:
    tracemalloc.start()
    rows = list(csv_reading.rows((b'"' + b"x" * 65_535 for _ in range(2000)), UTF8))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [row.fault for row in rows] == [TOO_LONG]
    assert peak < 3_000_000

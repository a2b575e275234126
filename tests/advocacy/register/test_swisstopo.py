from datetime import date
from typing import Any

import pytest

from service.advocacy.register import swisstopo
from service.advocacy.register.found import Found, NotARegister
from service.kit.i18n import LANGUAGES
from tests.make import swisstopo as make
from tests.make.swisstopo import Row


def told(found: Found) -> dict[int, str]:
    return {unread.line: str(unread.why) for unread in found.unread}


def areas_of(found: Found, postcode: str) -> list[str]:
    return [place.area for place in found.places if place.postcode == postcode]


@pytest.mark.parametrize(
    "how",
    [
        {},
        {"header": make.SECOND},
        {"header": make.SECOND, "encoding": "utf-8", "line_end": "\n"},
        {"header": make.SECOND, "encoding": "cp1252"},
        {"header": make.SECOND, "encoding": "utf-16"},
        {"header": make.FIRST, "encoding": "cp1252"},
    ],
)
def test_the_directory_is_read_in_whatever_age_it_was_written(how: dict[str, Any]) -> None:
    rows = [row for row in make.ROWS if row.canton]
    found = swisstopo.read(make.written(rows, **how))
    assert {(place.postcode, place.town, place.area) for place in found.places} == {
        (row.postcode, row.town, row.canton) for row in rows
    }
    assert all((place.country, place.kind) == ("CH", "canton") for place in found.places)
    assert not found.unread and not found.members


def test_the_zip_that_swisstopo_offers_is_read_as_it_is() -> None:
    content = make.written(make.ROWS)
    assert swisstopo.read(make.zipped(content)).places == swisstopo.read(content).places


def test_a_place_in_two_municipalities_stands_here_once_and_in_two_cantons_twice() -> None:
    found = swisstopo.read(make.written(make.ROWS))
    assert areas_of(found, "8340") == ["ZH"]
    assert areas_of(found, "1410") == ["FR", "VD"]
    assert [place.area for place in found.places if place.town == "Zwischenwald"] == ["BE", "FR"]


@pytest.mark.parametrize(("day", "other"), [("2008-07-01", "2012-05-01"), ("01.07.2008", "01.05.2012")])
def test_a_place_is_valid_since_the_first_day_that_is_named(day: str, other: str) -> None:
    rows = [Row("Ahornwil", "8914", "ZH", since=since) for since in (other, day, "")]
    [place] = swisstopo.read(make.written(rows)).places
    assert place.valid_from == date(2008, 7, 1)


def test_only_the_cantons_of_the_file_are_areas_and_have_names_in_all_languages() -> None:
    found = swisstopo.read(make.written(make.ROWS))
    assert [area.code for area in found.areas] == ["ZH", "BE", "FR", "GR", "VD"]
    assert all(set(area.names) == set(LANGUAGES) for area in found.areas)


def test_liechtenstein_is_left_out_and_that_is_told_once() -> None:
    abroad = [Row("Hochau", "9491", "", number=7005), Row("Hochau", "9491", "LI"), Row("Hochau", "9491", "FL")]
    found = swisstopo.read(make.written([*make.ROWS, *abroad]))
    assert [(unread.line, str(unread.why)) for unread in found.unread] == [
        (0, "Rows about Liechtenstein, left out: 4.")
    ]
    assert not areas_of(found, "9490") and not areas_of(found, "9491")


def test_lakes_are_left_out_because_nobody_lives_there() -> None:
    found = swisstopo.read(make.written([*make.ROWS[:2], Row("Ahornersee", "9999", "BE", number=9073)]))
    assert told(found) == {0: "Rows about lakes, left out: 1."}
    assert not areas_of(found, "9999")


def test_what_cannot_be_read_is_told_by_line_and_stops_nobody() -> None:
    rows = [
        Row("Ahornwil", "8914", "ZH"),
        Row("Birkenried", "891", "ZH"),
        Row("Birkenried", "0914", "ZH"),
        Row("Birkenried", "8914", "XX"),
        Row("", "8914", "ZH"),
        Row("=cmd|' /C calc'!A0", "8914", "ZH"),
        Row("Birkenried", "8914", "", number=261),
        Row("W" * 121, "8914", "ZH"),
        Row("Cedernau", "8915", "ZH", since="soon"),
        Row("Dachswil", "8916", "ZH", since="2008-02-31"),
        Row("Eschenhof", "8917", "ZH"),
    ]
    found = swisstopo.read(make.written(rows))
    assert [place.town for place in found.places] == ["Ahornwil", "Cedernau", "Dachswil", "Eschenhof"]
    assert told(found) == {
        3: "“891” is not a Swiss postcode.",
        4: "“0914” is not a Swiss postcode.",
        5: "“XX” is not a canton.",
        6: "There is no name.",
        7: "“=cmd|' /C calc'!A0” is not a name: it has signs that names do not have.",
        8: "“” is not a canton.",
        9: f"“{'W' * 60}…” is longer than such a text can be.",
        10: "“soon” is not a date.",
        11: "“2008-02-31” is not a day of the calendar.",
    }


def test_a_semicolon_too_many_and_a_row_cut_short_are_told() -> None:
    content = make.written([Row("Ahornwil", "8914", "ZH")])
    content += b"Birken;ried;8914;0;1;Birkenried;111;ZH;100 %;1;2;de;2008-07-01\r\nCedernau;8915\r\n"
    found = swisstopo.read(content)
    assert told(found) == {3: "“ried” is not a Swiss postcode.", 4: "“” is not a canton."}


def test_a_letter_that_is_broken_is_told_and_the_others_stay_what_they_are() -> None:
    rows = [Row(f"Zürichau {letter}", "8914", "ZH") for letter in "abcdefghij"]
    content = make.written([*rows, Row("Bülachdorf", "8915", "ZH")])
    found = swisstopo.read(content.replace("Bü".encode(), b"B\xfc"))
    assert [place.town for place in found.places] == [row.town for row in rows]
    assert list(told(found)) == [12]


def test_more_rows_than_can_be_told_are_counted() -> None:
    found = swisstopo.read(make.written([Row("Ahornwil", "8914", "ZH"), *[Row("Ahornwil", "x", "ZH")] * 1200]))
    assert len(found.unread) == 1001
    assert str(found.unread[-1].why) == "200 more could not be read."


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "This file is empty."),
        (b"\xef\xbb\xbf\r\n", "This file is empty."),
        (b"\x89PNG\r\n\x1a\n" + bytes(500), ""),
        (b"Name;Place\nAnna;Ahornwil\n", "There is no column “Ortschaftsname” in its first row."),
        (make.written([]), "There is no place in this file that can be read."),
        (make.written([Row("Ahornwil", "x", "y")]), "There is no place in this file that can be read."),
        (make.zipped(b"", "readme.txt"), "There are 0 CSV files in this archive; it should be one."),
        (make.zipped(b"a", "a.csv", **{"b.csv": b"b"}), "There are 2 CSV files in this archive; it should be one."),
        (make.zipped(make.written(make.ROWS))[:200], "This archive is damaged. Please fetch it once more."),
        (make.zipped(bytes(70_000_000)), "Unpacked, this archive is larger than 64 MB."),
        (b"x" * 17_000_000, "It is larger than 16 MB."),
    ],
)
def test_a_file_that_is_no_directory_is_refused_with_the_reason(content: bytes, why: str) -> None:
    with pytest.raises(NotARegister) as problem:
        swisstopo.read(content)
    assert str(problem.value).startswith(why) and "{" not in str(problem.value)


@pytest.mark.parametrize("noise", [b'"', b"\0" * 10, b'"' * 5001, b";" * 300, b"\xff\xfe\xfd", "‮".encode()])
def test_noise_in_a_file_neither_stops_the_reader_nor_enters_a_name(noise: bytes) -> None:
    content = make.written([Row("Ahornwil", "8914", "ZH")]) + noise + b"\r\n" + b"Birkenried;8915;0;1;B;1;ZH\r\n"
    found = swisstopo.read(content)
    assert "Ahornwil" in {place.town for place in found.places}
    assert {place.town for place in found.places} <= {"Ahornwil", "Birkenried"}

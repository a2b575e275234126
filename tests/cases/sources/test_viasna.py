import tracemalloc
from typing import Any

import pytest

from service.cases.sources import spreadsheet, viasna
from service.cases.sources.found import File, Found, Listing, NotAList
from service.cases.sources.places import Places
from service.kit import clock
from tests.make import viasna as make

NOWHERE = Places([], clock.now().date())
HEADER = (
    "id,url,name,status,birthday,gender,arrested,articles,verdict_date,decision,penalty,prison,release_date,died\n"
)


def read(*contents: str | bytes) -> Listing:
    files = [
        File(f"list{number}.csv", content.encode() if isinstance(content, str) else content)
        for number, content in enumerate(contents, 1)
    ]
    return viasna.read(files, NOWHERE)


def row(id: int = 1, name: str = "Maryna Kavalchuk", **cells: str) -> str:
    columns = HEADER.strip().split(",")
    values = {"id": str(id), "name": name, "status": "active"} | cells
    return ",".join('"' + values.get(column, "").replace('"', '""') + '"' for column in columns) + "\n"


def one(**cells: str) -> Found:
    [found] = read(HEADER + row(**cells)).people
    return found


@pytest.mark.parametrize(
    "how",
    [
        {},
        {"human": True},
        {"delimiter": ";", "encoding": "utf-8-sig"},
        {"delimiter": "\t", "encoding": "utf-16"},
        {"human": True, "delimiter": ";", "encoding": "utf-8-sig"},
    ],
)
def test_everybody_is_joined_however_the_three_files_are_written(how: dict[str, Any]) -> None:
    people = make.people(500)
    listing = viasna.read([File(f"{n}.csv", f) for n, f in enumerate(make.files(people, **how).values())], NOWHERE)
    found = {one.external_id: one for one in listing.people}
    assert len(found) == len(listing.people) == len(make.taken(people))
    for person in make.taken(people):
        names = tuple("" if lang in person.without else getattr(person, lang) for lang in make.LANGUAGES)
        mine = found[str(person.id)]
        assert (mine.name_be, mine.name_ru, mine.name_latin) == names
        assert (mine.born, mine.gender, mine.designation) == (person.born, person.gender, person.status)
        assert (mine.died, mine.released_on) == (bool(person.died), person.released)


def test_a_list_in_windows_1251_is_read_too() -> None:
    people = make.people(200)
    [content] = [content for language, content in make.files(people, encoding="cp1251").items() if language == "ru"]
    found = {one.external_id: one.name_ru for one in read(content).people}
    assert found["1"] == people[0].ru and len(found) > 190


def test_what_cannot_be_read_is_told_by_file_and_row_and_stops_nobody() -> None:
    rows = (
        row(1, birthday="soon") + row(2, name="") + row(3, gender="?!") + 'x"y,\n' + row(4) + row(4, birthday="1980")
    )
    listing = read(HEADER + rows)
    assert [found.external_id for found in listing.people] == ["1", "3", "4"]
    told = {(trouble.line, trouble.sentence) for trouble in listing.troubles.kept}
    assert (2, "“soon” is not a date.") in told
    assert (3, "The person with the id 2 has no name.") in told
    assert (4, "“?!” is not a gender that we know.") in told
    assert (5, "There is no usable id in this row.") in told
    assert (7, "The id 4 stands here a second time; the row before counts.") in told


def test_lists_that_contradict_each_other_say_nothing_of_it_and_the_more_exact_one_counts() -> None:
    ru = row(1, "Марина Ковальчук", birthday="1984-06-02", arrested="2021") + row(
        2, "Анна Жук", birthday="1990-01-01"
    )
    en = row(1, birthday="1984", arrested="2021-03-25") + row(2, "Hanna Zhuk", birthday="1991-01-01")
    maryna, hanna = read(HEADER + ru, HEADER + en).people
    assert (maryna.born, maryna.arrested_on) == ("1984-06-02", "2021-03-25")
    assert hanna.born == ""


def test_who_is_free_and_who_only_will_be() -> None:
    assert one(status="former", prison="released").released
    assert one(status="former").released
    assert one(release_date="2024-01-01").released
    assert not one(status="former", prison="ИК №4").released
    assert not one(prison="at liberty before serving").released
    to_come = one(release_date="2091-01-01")
    assert (to_come.released, to_come.released_on) == (False, "2091-01-01")


def test_an_open_quotation_mark_swallows_one_row_and_not_the_next_hundred() -> None:
    rows = "".join(row(n, f"Maryna {'abcdefghij'[n % 10]}") for n in range(2, 100))
    listing = read(HEADER + '1,,"Open Quote,active,,,,,,,,,,\n' + rows)
    assert len(listing.people) >= 97
    assert any("quotation mark" in trouble.sentence for trouble in listing.troubles.kept)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        (b"PK\x03\x04..xl/workbook", "Excel"),
        (b"first,last\nAnna,Zhuk\n", "there is no column “id”"),
        (b"a," * 5000, "columns"),
    ],
)
def test_what_is_no_list_is_refused_with_its_name(content: bytes, why: str) -> None:
    with pytest.raises(NotAList, match=r"list1\.csv: ") as refused:
        read(content)
    assert why in str(refused.value)


def test_two_lists_of_one_language_are_not_joined() -> None:
    with pytest.raises(NotAList, match="second list in English"):
        read(HEADER + row(), HEADER + row())


def test_a_file_of_bombs_stays_small_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheet, "MOST_ROWS", 50)
    bomb = HEADER + row(1, penalty="x" * 100_000) + '"' * 200_000 + "\n" + "".join(row(n) for n in range(2, 5000))
    tracemalloc.start()
    listing = read(bomb)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(listing.people[0].sentence["en"]) == 4000
    assert len(listing.people) < 60
    assert "Only the first 50 rows" in listing.troubles.kept[-1].sentence
    assert peak < 20 * len(bomb)

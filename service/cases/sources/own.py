"""A list in the project's own form, a CSV or JSON with COLUMNS; the console's page for new lists explains them."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import msgspec

from service.cases.sources import spreadsheet, values
from service.cases.sources.found import File, Found, Listing, NotAList, Place, Troubles, Whereabouts
from service.cases.sources.joining import is_released
from service.cases.sources.places import Places
from service.cases.sources.spreadsheet import LARGEST, MOST_ROWS, Row
from service.kit.i18n import LANGUAGES

TEXTS = ("sentence", "biography")
COLUMNS = (
    *("id", "link", "name_be", "name_ru", "name_latin", "born", "gender", "status", "since", "arrested_on"),
    *("verdict_on", "articles", "place", "released_on", "died_on"),
    *(f"{text}_{language}" for text in TEXTS for language in LANGUAGES),
)
_HEADERS = {spreadsheet.plain(column): column for column in COLUMNS}
_LARGEST_NUMBER = 10**18
_NAMES = ("name_latin", "name_ru", "name_be")


def read(files: Sequence[File], places: Places) -> Listing:
    """One file or several, one after the other. Raises NotAList; a row that cannot be read is told in `troubles`."""
    troubles = Troubles()
    people: dict[str, Found] = {}
    count = 0
    for file in files:
        for row in _rows(file, troubles):
            count += 1
            found = _Person(row, places, troubles).found()
            if found and found.external_id in people:
                troubles.add(row.file, row.line, f"The id {found.external_id} stands here a second time.")
            elif found:
                people[found.external_id] = found
    return Listing(list(people.values()), count, troubles)


def _rows(file: File, troubles: Troubles) -> Iterator[Row]:
    if file.content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"[", b"{"):
        return _objects(file, troubles)
    return spreadsheet.rows(file, _HEADERS, ("id",), troubles)


def _objects(file: File, troubles: Troubles) -> Iterator[Row]:
    """A JSON array of objects, or an object with the array “people”; texts may be objects by language."""
    if len(file.content) > LARGEST:
        raise NotAList(file=file.name, why=f"it is larger than {LARGEST // 1_000_000} MB.")
    try:
        content = msgspec.json.decode(file.content.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise NotAList(file=file.name, why="this is not readable as JSON.") from None
    listed = content.get("people") if isinstance(content, dict) else content
    if not isinstance(listed, list):
        raise NotAList(file=file.name, why="there is no array of people in it.")
    if len(listed) > MOST_ROWS:
        troubles.add(file.name, 0, f"Only the first {MOST_ROWS} people of a file are read.")
    for number, item in enumerate(listed[:MOST_ROWS], 1):
        if isinstance(item, dict):
            yield Row(file.name, number, dict(_cells(item)))
        else:
            troubles.add(file.name, number, "This is no object.")


def _cells(item: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in item.items():
        if isinstance(value, dict):
            yield from ((f"{name}_{language}", said) for language, said in value.items() if isinstance(said, str))
        elif isinstance(value, list):
            yield name, ", ".join(part for part in value if isinstance(part, str))
        elif value is True:
            yield name, values.YES
        elif isinstance(value, str) or (isinstance(value, int | float) and 0 < abs(value) < _LARGEST_NUMBER):
            yield name, str(value)


class _Person:
    def __init__(self, row: Row, places: Places, troubles: Troubles) -> None:
        self._row = row
        self._places = places
        self._troubles = troubles

    def found(self) -> Found | None:
        id = values.line(self._row.cells.get("id", ""))
        latin, ru, be = (self._read(column, values.name) for column in _NAMES)
        if not 0 < len(id) <= values.LONGEST_ID or not (latin or ru or be):
            self._tell("There is no usable id in this row." if latin or ru or be else "There is no name in this row.")
            return None
        place, designation = self._place(), self._read("status", values.designation)
        released_on, died = self._read("released_on", values.date), self._read("died_on", values.death)
        return Found(
            external_id=id,
            name_be=be,
            name_ru=ru,
            name_latin=latin,
            link=self._read("link", values.link),
            designation=designation,
            since=self._read("since", values.date),
            born=self._read("born", values.date),
            gender=self._read("gender", values.gender),
            arrested_on=self._read("arrested_on", values.date),
            verdict_on=self._read("verdict_on", values.date),
            articles=self._articles(),
            sentence=self._texts("sentence"),
            biography=self._texts("biography"),
            place=place,
            # Of a list without places, “former” alone does not say that somebody is free.
            released=is_released(place, designation if place.kind != Whereabouts.NOTHING else "", released_on),
            released_on=released_on,
            died=bool(died),
            died_on=died.replace(values.YES, ""),
        )

    def _read(self, column: str, read: Callable[[str], str]) -> str:
        try:
            return read(self._row.cells.get(column, ""))
        except values.Unreadable as problem:
            self._tell(str(problem))
            return ""

    def _articles(self) -> list[str]:
        try:
            return values.articles(self._row.cells.get("articles", ""))
        except values.Unreadable as problem:
            self._tell(str(problem))
            return []

    def _texts(self, name: str) -> dict[str, str]:
        return {
            language: said
            for language in LANGUAGES
            if (said := values.text(self._row.cells.get(f"{name}_{language}", "")))
        }

    def _place(self) -> Place:
        return self._places.of(self._row.cells.get("place", ""))

    def _tell(self, sentence: str) -> None:
        self._troubles.add(self._row.file, self._row.line, sentence)

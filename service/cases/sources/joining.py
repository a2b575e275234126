"""The same person in lists of three languages, joined on the id."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TypeVar

from service.cases.sources import values
from service.cases.sources.found import Found, Place, Troubles, Whereabouts
from service.cases.sources.places import Places
from service.cases.sources.spreadsheet import Row

T = TypeVar("T")
# Where the three say different things of a place or a link, this one is believed first.
_ORDER = ("ru", "be", "en")
_date = lru_cache(100_000)(values.date)


def joined(lists: Mapping[str, Mapping[str, Row]], places: Places, troubles: Troubles) -> list[Found]:
    """`lists`: by language, rows by id. Everybody who has a name in at least one of them."""
    ids = dict.fromkeys(id for rows in lists.values() for id in rows)
    people = ({language: rows[id] for language, rows in lists.items() if id in rows} for id in ids)
    read = (_Joined(rows, places, troubles).found(id) for id, rows in zip(ids, people, strict=True))
    return [found for found in read if found]


def tell_missing(lists: Mapping[str, Mapping[str, Row]], troubles: Troubles) -> None:
    """One sentence for each list that lacks people of the others."""
    everybody = {id for rows in lists.values() for id in rows}
    for rows in lists.values():
        missing = len(everybody) - len(rows)
        if missing and rows:
            file = next(iter(rows.values())).file
            people = "1 person of the other lists is" if missing == 1 else f"{missing} people of the other lists are"
            troubles.add(file, 0, f"{people} not in this one.")


class _Joined:
    """The rows of one person, by language."""

    def __init__(self, rows: dict[str, Row], places: Places, troubles: Troubles) -> None:
        self._rows = rows
        self._places = places
        self._troubles = troubles
        self._first = next(iter(rows.values()))

    def found(self, id: str) -> Found | None:
        be, ru, latin = (self._read(language, "name", values.name) for language in ("be", "ru", "en"))
        if not (be or ru or latin):
            self._troubles.add(self._first.file, self._first.line, f"The person with the id {id} has no name.")
            return None
        place, died = self._place(), self._died()
        designation, released_on = self._designation(), self._agreed("release_date", _date)
        return Found(
            external_id=id,
            name_be=be,
            name_ru=ru,
            name_latin=latin,
            link=self._link(),
            designation=designation,
            since=self._since(),
            born=self._agreed("birthday", _date),
            gender=self._agreed("gender", values.gender),
            arrested_on=self._agreed("arrested", _date),
            verdict_on=self._agreed("verdict_date", _date),
            articles=self._articles(),
            sentence=self._texts("penalty") or self._texts("decision"),
            place=place,
            released=is_released(place, designation, released_on),
            released_on=released_on,
            died=died is not None,
            died_on=died or "",
        )

    def _read(self, language: str, column: str, read: Callable[[str], T]) -> T | str:
        row = self._rows.get(language)
        cell = row.cells.get(column) if row else None
        if row is None or cell is None:
            return ""
        try:
            return read(cell)
        except values.Unreadable as problem:
            self._troubles.add(row.file, row.line, str(problem))
            return ""

    def _agreed(self, column: str, read: Callable[[str], str]) -> str:
        """What the lists say, the most exact of them; nothing where they contradict each other."""
        said = {value for language in self._rows if (value := self._read(language, column, read))}
        exact = max(said, key=len, default="")
        if any(not exact.startswith(value) for value in said):
            told = " and ".join(f"“{value}”" for value in sorted(said))
            self._troubles.add(self._first.file, self._first.line, f"The lists say {told} for “{column}”.")
            return ""
        return exact

    def _texts(self, column: str) -> dict[str, str]:
        """By language."""
        return {language: said for language in self._rows if (said := self._read(language, column, values.text))}

    def _believed(self, column: str, read: Callable[[str], T]) -> T | None:
        for language in _ORDER:
            if said := self._read(language, column, read):
                return said  # type: ignore[return-value]
        return None

    def _link(self) -> str:
        return self._read("en", "url", values.link) or self._believed("url", values.link) or ""

    def _articles(self) -> list[str]:
        return self._believed("articles", values.articles) or []

    def _designation(self) -> str:
        return self._agreed("status", values.designation)

    def _since(self) -> str:
        """Some lists give the day of the declaration here, others a link to it."""
        cell = self._first.cells.get("declaration", "")
        try:
            return _date(cell) if len(cell) < 20 else ""
        except values.Unreadable:
            return ""

    def _died(self) -> str | None:
        """The day, empty where it is not told; None for the living."""
        told = [self._read(language, "died", values.death) for language in self._rows]
        dead = [each for each in told if each]
        return max((each for each in dead if each != values.YES), key=len, default="") if dead else None

    def _place(self) -> Place:
        """The best that one of the three comes to: a facility of ours before words that none of ours is called."""
        found = [self._places.of(row.cells["prison"]) for row in self._in_order() if "prison" in row.cells]
        return min(found, key=lambda place: _RANK[place.kind], default=Place())

    def _in_order(self) -> list[Row]:
        return [self._rows[language] for language in _ORDER if language in self._rows]


_RANK = {kind: rank for rank, kind in enumerate(("facility", "released", "at_liberty", "unmatched", "unknown", ""))}


def is_released(place: Place, designation: str, released_on: str) -> bool:
    """Whether the source says that somebody is free; a day to come is none on which it has happened."""
    if place.kind == Whereabouts.RELEASED:
        return True
    if released_on:
        return not values.is_to_come(released_on)
    return designation == "former" and place.kind in (Whereabouts.NOTHING, Whereabouts.UNKNOWN)

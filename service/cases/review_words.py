"""Differences as staff read them: what a field is called, and its value before and after in words."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

import msgspec

from service.cases import partial_dates
from service.cases.differences import TO_COME
from service.cases.review import can_undo
from service.cases.review_queries import Change
from service.cases.tables import ChangeKind
from service.kit.i18n import LANGUAGES

FIELDS = {
    "name_latin": "Name, Latin",
    "name_ru": "Name, Russian",
    "name_be": "Name, Belarusian",
    "born": "Born",
    "gender": "Gender",
    "arrested_on": "Arrested",
    "verdict_on": "Verdict",
    "articles": "Articles",
    "sentence": "Sentence",
    "biography": "Biography",
    "facility": "Held in",
    "state": "State",
    "released_on": "Released",
    "died_on": "Died",
    "designation": "Status",
    "since": "Status since",
    "link": "Source page",
    "": "In the list",
}
KINDS = {
    "new": "New",
    "changed": "Changed",
    "released": "Released",
    "gone": "Gone",
    "held": "Held back",
    "decided": "Decided",
}
_DESIGNATIONS = {"active": "political prisoner", "former": "former political prisoner", "np": "not designated"}
_GENDERS = {"f": "a woman", "m": "a man"}
_DATES = ("born", "arrested_on", "verdict_on", "released_on", "died_on", "since")
_OF_SOMEBODY_NEW = (
    *("name_ru", "name_be", "designation", "born", "arrested_on", "verdict_on", "articles", "sentence", "place"),
    *("released_on", "died_on"),
)
Lines = list[tuple[str, str]]


class Row(msgspec.Struct, frozen=True):
    """One difference. `old` and `new`: (language, text) pairs, the language empty where it does not matter."""

    change: Change
    label: str
    old: Lines
    new: Lines

    @property
    def can_accept(self) -> bool:
        """A record takes no date that is still to come; of somebody new the rest is taken without it."""
        return self.change.decision == "" and (self.change.held != TO_COME or self.change.kind == ChangeKind.NEW)

    @property
    def may_be_known(self) -> bool:
        return self.change.kind == ChangeKind.NEW and self.change.prisoner is not None and not self.change.decision

    @property
    def can_undo(self) -> bool:
        return can_undo(self.change)


class Person(msgspec.Struct, frozen=True):
    """Whoever the rows are about."""

    external_id: str
    label: str
    link: str
    prisoner: int | None
    rows: list[Row]

    @property
    def open(self) -> int:
        """How many can be decided together."""
        return sum(not row.change.decision and not row.change.held for row in self.rows)


def people(changes: Sequence[Change], facilities: Mapping[int, str]) -> list[Person]:
    grouped = groupby(changes, lambda change: change.external_id)
    return [_person(id, list(theirs), facilities) for id, theirs in grouped]


def told(field: str, value: Any, facilities: Mapping[int, str]) -> Lines:
    """`value` of `field` in words; nothing for what is empty."""
    if value in (None, "", [], {}):
        return []
    if field in ("sentence", "biography"):
        return [(LANGUAGES.get(language, language), text) for language, text in value.items() if text]
    return [("", _word(field, value, facilities))] if _word(field, value, facilities) else []


def _person(id: str, changes: list[Change], facilities: Mapping[int, str]) -> Person:
    first = changes[0]
    rows = [_row(change, facilities) for change in changes]
    return Person(id, first.label, first.link, first.prisoner, rows)


def _row(change: Change, facilities: Mapping[int, str]) -> Row:
    if change.kind == ChangeKind.NEW:
        return Row(change, "New", [], _of_somebody_new(change.new, facilities))
    if change.kind == ChangeKind.GONE:
        return Row(change, "List", told("designation", change.old, facilities), [("", "not in the list any more")])
    if change.kind in (ChangeKind.RELEASED, ChangeKind.DIED):
        words = "released" if change.kind == ChangeKind.RELEASED else "died"
        day = partial_dates.written(change.new[change.field], "en") or "the day is not told"
        status = _word("designation", change.new["designation"], facilities)
        old = told("designation", change.old["designation"], facilities)
        return Row(change, FIELDS[change.field], old, [("", f"{words}, {day}"), ("", status)])
    old, new = (told(change.field, value, facilities) for value in (change.old, change.new))
    return Row(change, FIELDS.get(change.field, change.field), old, new)


def _of_somebody_new(found: Mapping[str, Any], facilities: Mapping[int, str]) -> Lines:
    lines: Lines = []
    for field in _OF_SOMEBODY_NEW:
        value = found.get(field)
        if field == "place":
            field, value = (
                "facility",
                {"facility": value["facility"], "whereabouts": value["text"]} if value else None,
            )
        if field == "sentence" and value:
            value = {"en": value.get("en") or next(iter(value.values()))}
        lines += [(FIELDS[field], text) for _language, text in told(field, value, facilities)]
    if found.get("died") and not found.get("died_on"):
        lines.append(("Died", "the day is not told"))
    return lines


def _word(field: str, value: Any, facilities: Mapping[int, str]) -> str:
    if field == "facility":
        id = value["facility"]
        return facilities.get(id, f"facility {id}") if id else value["whereabouts"]
    if field == "articles":
        return ", ".join(value)
    if field in _DATES:
        return partial_dates.written(value, "en") or str(value)
    return {"designation": _DESIGNATIONS, "gender": _GENDERS}.get(field, {}).get(value, str(value))

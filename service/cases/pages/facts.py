"""A record laid out for staff: each fact, where it comes from, and whether readers see it."""

from typing import Any

import msgspec

from service.cases import fields, partial_dates, publication
from service.cases.pages.parts import GENDERS
from service.cases.records import Record

SHOWN, INITIALS, YEAR, UNSEEN = "yes", "initials alone", "the year alone", "no"
_LABELS = {
    "name_latin": "Name in Latin letters",
    "name_be": "Name in Belarusian",
    "name_ru": "Name in Russian",
    "other_names": "Other spellings",
    "born": "Born",
    "gender": "Gender",
    "arrested_on": "Detained on",
    "verdict_on": "Sentenced on",
    "articles": "Articles",
    "released_on": "Released on",
    "died_on": "Died on",
}
_PARTS = {
    "names": ("name_latin", "name_be", "name_ru", "other_names", "born", "gender"),
    "case": ("arrested_on", "verdict_on", "articles"),
    "state": ("released_on", "died_on"),
}


class Fact(msgspec.Struct, frozen=True):
    """`source`: organisation, link and seen_on, or empty."""

    label: str
    value: str
    lang: str
    source: dict[str, str]
    seen: str


def of(record: Record, part: str) -> list[Fact]:
    """Those of one part of the record; an empty date of release or death is none."""
    return [
        Fact(
            _LABELS[field],
            _told(record, field),
            {"name_be": "be", "name_ru": "ru", "articles": "ru"}.get(field, ""),
            record.sources.get(field, {}),
            _seen(record, field),
        )
        for field in _PARTS[part]
        if part != "state" or getattr(record, field)
    ]


def lacking(record: Record) -> list[str]:
    """What keeps letters from this person, in words; empty when nothing does."""
    place = record.place
    said = []
    if not (record.name_ru or record.name_be):
        said.append("a name in Russian or Belarusian")
    if place is None:
        said.append("a facility")
    elif not (place.street and place.postcode and place.town):
        said.append("the whole address of the facility")
    elif not publication.address_of(record):
        said.append("a facility whose address is valid today")
    return said


def _told(record: Record, field: str) -> str:
    value: Any = getattr(record, field)
    if field in fields.DATES:
        return partial_dates.written(value, "en")
    if field == "gender":
        return GENDERS[value] if value else ""
    return ", ".join(value) if isinstance(value, list) else value


def _seen(record: Record, field: str) -> str:
    person = publication.shown(record, "en")
    if person is None or field == "other_names" or not getattr(record, field):
        return UNSEEN if getattr(record, field) else ""
    if not person.by_initials or field == "articles":
        return SHOWN
    if field in fields.NAMES:
        return INITIALS
    return YEAR if field in fields.DATES and field != "born" else UNSEEN

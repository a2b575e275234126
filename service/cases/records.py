"""A prisoner's record as it is kept, for staff and for publication.py; never for a page of the public."""

from datetime import date, datetime

import msgspec


class Facility(msgspec.Struct, frozen=True, kw_only=True):
    """See tables.Facility. `rules`: by language."""

    id: int
    name: str
    latin: str
    kind: str
    street: str
    postcode: str
    town: str
    reply_punished: bool | None
    parcels: str
    rules: dict[str, str]
    aliases: list[str]
    valid_from: date | None
    valid_until: date | None
    checked_on: date | None
    source: str
    version: int
    changed_at: datetime

    def is_valid_on(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_until is None or day <= self.valid_until
        )


class Status(msgspec.Struct, frozen=True, kw_only=True):
    organisation: str
    designation: str
    since: str
    link: str
    seen_on: date
    external_id: str | None


class Source(msgspec.Struct, frozen=True):
    """Where a fact comes from. `seen_on`: a day, 2026-11-22."""

    organisation: str
    link: str = ""
    seen_on: str = ""


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """See tables.Prisoner. `place`: the facility; `sentence`, `biography`: by language."""

    id: int
    key: str
    name_be: str
    name_ru: str
    name_latin: str
    other_names: list[str]
    born: str
    gender: str
    state: str
    publication: str
    vetoed_at: datetime | None
    veto_note: str
    arrested_on: str
    verdict_on: str
    released_on: str
    died_on: str
    articles: list[str]
    sentence: dict[str, str]
    biography: dict[str, str]
    facility: int | None
    whereabouts: str
    photo: str
    photo_credit: str
    photo_rights: str
    weight: int
    standing: int
    sources: dict[str, dict[str, str]]
    published_at: datetime
    changed_at: datetime
    version: int
    place: Facility | None
    statuses: list[Status]

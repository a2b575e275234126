"""What the public may know of a prisoner: the one way from a record to a page, a mail or a letter."""

from datetime import datetime

import msgspec

from service.cases import names
from service.cases.records import Facility, Record, Status
from service.cases.tables import Publication, State
from service.kit import clock
from service.kit.settings import settings

# Of `prisoner p`, for queries: who may be shown at all, …
PUBLIC = "(p.publication <> 'hidden' AND p.vetoed_at IS NULL)"
# … who in full, …
IN_FULL = "(p.publication = 'full' AND p.vetoed_at IS NULL)"
# … and what staff know them by, as name_in(record, "en").
NAME = "coalesce(nullif(p.name_latin, ''), nullif(p.name_be, ''), p.name_ru)"
COUNTRY = "REPUBLIC OF BELARUS"


class Passage(msgspec.Struct, frozen=True):
    """A text and the language that it is in: the reader's, where there is one."""

    text: str
    language: str


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """A prisoner as readers of one language may see them; what was not agreed to is empty.

    `spellings`: the name in its other forms, each with its language. `envelope`: the name in Cyrillic; `address`: the
    lines of an envelope. Both empty unless letters can be written.
    """

    id: int
    key: str
    language: str
    name: str
    spellings: list[Passage]
    by_initials: bool
    state: str
    born: str
    articles: list[str]
    arrested_on: str
    verdict_on: str
    released_on: str
    died_on: str
    sentence: Passage | None
    biography: Passage | None
    facility: Facility | None
    envelope: str
    address: list[str]
    photo: str
    photo_credit: str
    standing: int
    statuses: list[Status]
    sources: dict[str, dict[str, str]]
    published_at: datetime
    changed_at: datetime

    @property
    def path(self) -> str:
        return f"/{self.language}/prisoners/{self.key}"

    @property
    def url(self) -> str:
        return settings().origin + self.path

    @property
    def can_be_written_to(self) -> bool:
        return bool(self.address)


def shown(record: Record, language: str) -> Person | None:
    """None for whoever must not be shown."""
    if record.publication == Publication.HIDDEN or record.vetoed_at is not None:
        return None
    full = record.publication == Publication.FULL
    address = address_of(record) if full else []
    return Person(
        id=record.id,
        key=record.key,
        language=language,
        name=name_in(record, language) if full else initials(name_in(record, language)),
        spellings=_spellings(record, language) if full else [],
        by_initials=not full,
        state=record.state,
        born=record.born if full else "",
        articles=record.articles,
        arrested_on=record.arrested_on if full else record.arrested_on[:4],
        verdict_on=record.verdict_on if full else record.verdict_on[:4],
        released_on=record.released_on if full else record.released_on[:4],
        died_on=record.died_on if full else record.died_on[:4],
        sentence=passage(record.sentence, language) if full else None,
        biography=passage(record.biography, language) if full else None,
        facility=record.place if full else None,
        envelope=_envelope(record) if address else "",
        address=address,
        photo=f"/photos/{record.photo}" if full and record.photo else "",
        photo_credit=record.photo_credit if full else "",
        standing=record.standing,
        statuses=record.statuses if full else [_without_a_trace(status) for status in record.statuses],
        sources=record.sources if full else {},
        published_at=record.published_at,
        changed_at=record.changed_at,
    )


def has_address(now: str) -> str:
    """Of `facility f`: whether letters arrive there. `now`: the placeholder of clock.now(), which may be moved."""
    today = f"({now}::timestamptz AT TIME ZONE 'UTC')::date"
    return (
        "(f.street <> '' AND f.postcode <> '' AND f.town <> ''"
        f" AND (f.valid_from IS NULL OR f.valid_from <= {today})"
        f" AND (f.valid_until IS NULL OR f.valid_until >= {today}))"
    )


def writable(now: str) -> str:
    """Of `prisoner p`, beside `facility f`: to whom letters can be written, as Person.can_be_written_to says it."""
    named = "(p.name_ru <> '' OR p.name_be <> '')"
    return f"({IN_FULL} AND p.state = 'detained' AND {named} AND {has_address(now)})"


def address_of(record: Record) -> list[str]:
    """The lines of an envelope, the name first and the country last; empty where no letter can be written."""
    place = record.place
    today = clock.now().date()
    if record.state != State.DETAINED or place is None or not _envelope(record) or not place.is_valid_on(today):
        return []
    if not (place.street and place.postcode and place.town):
        return []
    return [_envelope(record), place.name, place.street, f"{place.postcode}, {place.town}", COUNTRY]


def name_in(record: Record, language: str) -> str:
    """The name as the readers of `language` read it, else as it is known; a Cyrillic one in their letters."""
    be, ru, latin = record.name_be, record.name_ru, record.name_latin
    latin = latin or names.latin(be or ru)
    order = {"be": (be, ru, latin), "ru": (ru, be, latin)}.get(language, (latin, be, ru))
    return next((name for name in order if name), "")


def _spellings(record: Record, language: str) -> list[Passage]:
    forms = {record.name_latin: "be-Latn", record.name_ru: "ru", record.name_be: "be"}
    shown = ("", name_in(record, language))
    return [Passage(form, tag) for form, tag in reversed(forms.items()) if form not in shown]


def _without_a_trace(status: Status) -> Status:
    """No link, number or day by which the name is found in that organisation's list."""
    return msgspec.structs.replace(status, link="", since=status.since[:4], external_id=None)


def initials(name: str) -> str:
    return " ".join(f"{word[0]}." for word in name.replace("-", " ").split())


def passage(texts: dict[str, str], language: str) -> Passage | None:
    """The text in `language`, else in English, Russian or Belarusian."""
    for choice in (language, "en", "ru", "be", *texts):
        if texts.get(choice):
            return Passage(texts[choice], choice)
    return None


def _envelope(record: Record) -> str:
    return record.name_ru or record.name_be

"""The files that ws.parlament.ch gives, as rows by entity: {"d": {"results": […]}}, {"d": […]} or a plain list."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from operator import attrgetter
from typing import Any
from zoneinfo import ZoneInfo

from service.advocacy.register import archive, json_entries, values
from service.advocacy.register.found import NotARegister
from service.advocacy.register.json_entries import Item
from service.advocacy.register.telling import Entry, Telling
from service.kit.i18n import Sentence

_LISTS = ("", "d", "results", "value")
_NEXT = ("__next", "@odata.nextLink")
# Where languages say different words of what has one, the first is believed.
_LANGUAGES = ("DE", "FR", "IT", "EN", "RM")
_HISTORY = "History"
# By what an entity is known that does not say its name; the first that fits.
_SIGNS = (
    ("PersonCommunication", {"PersonNumber", "CommunicationType"}),
    ("PersonCommunication", {"PersonNumber", "CommunicationTypeText"}),
    ("MemberCommittee", {"PersonNumber", "CommitteeNumber"}),
    ("MemberCouncil", {"PersonNumber", "Council", "DateJoining"}),
    ("MemberCouncil", {"PersonNumber", "CouncilAbbreviation", "DateJoining"}),
    ("Person", {"PersonNumber", "NativeLanguage"}),
    ("Canton", {"CantonNumber", "CantonAbbreviation", "CantonName"}),
)
ENTITIES = frozenset(entity for entity, _signs in _SIGNS)
_TICKS = re.compile(r"/Date\((-?\d{1,17})(?:[+-]\d{1,4})?\)/", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SWISS = ZoneInfo("Europe/Zurich")
# What its database keeps where there is no day, and since when there is this parliament.
_NO_DAYS = {date(1753, 1, 1), date(1, 1, 1), date(1900, 1, 1), date(9999, 12, 31)}
_FIRST_YEAR = 1848
_LONGEST_NUMBER = 15


class Row:
    """One entry in one language. What has the wrong type raises Unreadable."""

    def __init__(self, entry: Entry, said: dict[str, Any]) -> None:
        self.entry = entry
        self._said = said

    @property
    def language(self) -> str:
        """One of theirs, else empty."""
        language = self._said.get("Language")
        return language if language in _LANGUAGES else ""

    @property
    def order(self) -> tuple[bool, int]:
        """What is so today before what was, and one language before the other."""
        rank = _LANGUAGES.index(self.language) if self.language else len(_LANGUAGES)
        return self._said.get("Active") is False, rank

    def text(self, name: str) -> str:
        value = self._said.get(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise values.unreadable("{shown} is no text.", name)
        # Half a letter, as JSON can have it, could be kept nowhere.
        if any("\ud800" <= letter <= "\udfff" for letter in value):
            raise values.unreadable("{shown} has letters that there are not.", name)
        return values.line(value)

    def number(self, name: str) -> str:
        """Without a sign, as digits; empty for none."""
        value = self._said.get(name)
        if value is None or value == "":
            return ""
        digits = value.strip() if isinstance(value, str) else str(value) if type(value) is int else ""
        if not (digits.isascii() and digits.isdecimal()) or len(digits) > _LONGEST_NUMBER:
            raise values.unreadable("{shown} is no number.", name)
        return str(int(digits))

    def flag(self, name: str) -> bool | None:
        value = self._said.get(name)
        if value is None or isinstance(value, bool):
            return value
        raise values.unreadable("{shown} is neither true nor false.", name)

    def day(self, name: str) -> date | None:
        said = self.text(name)
        if not said:
            return None
        ticks = _TICKS.fullmatch(said)
        found = _of_ticks(int(ticks[1]), said) if ticks else values.day(said)
        if found is None or found in _NO_DAYS:
            return None
        if found.year < _FIRST_YEAR:
            raise values.unreadable("{shown} is before there was this parliament.", f"{name} {found.isoformat()}")
        return found


def rows(files: Iterable[tuple[str, bytes]], telling: Telling) -> dict[str, list[Row]]:
    """By entity, in their order. Raises NotARegister; what cannot be used is told."""
    found: dict[str, list[Row]] = {entity: [] for entity in ENTITIES}
    more: set[tuple[str, str]] = set()
    whole: set[tuple[str, str]] = set()
    for name, content in _unpacked(files):
        read, has_more = _read(name, content, telling)
        for entity, row in read:
            found[entity].append(row)
        (more if has_more else whole).update({(entity, row.language) for entity, row in read})
    for entity, language in sorted(more - whole):
        telling.add(0, _cut_short(entity, language))
    for listed in found.values():
        listed.sort(key=attrgetter("order"))
    return found


def _cut_short(entity: str, language: str) -> Sentence:
    return Sentence(
        "{entity} {language} goes on in another file, which is not here; its last page is missing.",
        entity=entity,
        language=language,
    )


def _unpacked(files: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, bytes]]:
    for name, content in files:
        if archive.is_zip(content):
            yield from archive.files(content, ".json")
        else:
            yield name, content


def _read(name: str, content: bytes, telling: Telling) -> tuple[list[tuple[str, Row]], bool]:
    """Entity and row of each entry, and whether the list goes on elsewhere."""
    found, others, has_more = [], Counter[str](), False
    for item in _items(name, content):
        if item.name not in _LISTS:
            has_more |= item.name in _NEXT and bool(item.value)
            continue
        entry = Entry(telling, item.line, name)
        if not isinstance(item.value, dict):
            entry.tell(Sentence("This entry is no object."))
            continue
        entity = _entity(item.value)
        if entity in ENTITIES:
            found.append((entity, Row(entry, item.value)))
        else:
            others[entity] += 1
    for entity, count in others.items():
        telling.add(0, _not_needed(entity, count), name)
    return found, has_more


def _not_needed(entity: str, count: int) -> Sentence:
    shown = values.shorten(entity.encode(errors="replace").decode()) or "something else"
    return Sentence("Entries of {entity}, which is not read, left out: {count}.", count=count, entity=shown)


def _items(name: str, content: bytes) -> Iterator[Item]:
    try:
        yield from json_entries.entries(content, {"d"})
    except NotARegister as problem:
        # A part of the export that is missing would look like members who left.
        raise NotARegister(why=f"“{values.shorten(name)}”: {problem}") from None


def _entity(said: dict[str, Any]) -> str:
    """As its metadata call it; a history is more of the same."""
    metadata = said.get("__metadata")
    kind = metadata.get("type") if isinstance(metadata, dict) else None
    if isinstance(kind, str) and kind:
        return kind.rpartition(".")[2].removesuffix(_HISTORY)
    return next((entity for entity, signs in _SIGNS if signs <= said.keys()), "")


def _of_ticks(milliseconds: int, shown: str) -> date:
    """The day in Switzerland."""
    try:
        return (_EPOCH + timedelta(milliseconds=milliseconds)).astimezone(_SWISS).date()
    except (OverflowError, ValueError):
        raise values.unreadable("“{shown}” is not a day of the calendar.", shown) from None


def first(listed: Sequence[Row], *names: str) -> str:
    """What the first language says that says anything, of the first name that it has. Raises Unreadable."""
    return next((said for name in names for row in listed if (said := row.text(name))), "")

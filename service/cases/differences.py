"""What one person of a list and our record of the same person do not agree on. Nothing here touches the database."""

from collections.abc import Iterator
from typing import Any

import msgspec

from service.cases import names
from service.cases.sources import values
from service.cases.sources.found import Found, Whereabouts
from service.cases.tables import ChangeKind, State

DATES = ("born", "arrested_on", "verdict_on")
PLAIN = ("name_be", "name_ru", "name_latin", "gender", *DATES)
TEXTS = ("sentence", "biography")
# What the organisation itself says: nobody else can have written it.
OF_THE_SOURCE = ("designation", "since", "link")

DEATH = "A death. Please make sure of it before anybody is told."
TO_COME = "This date is still to come."
OURS = "This was written here, not taken from a list."
NO_PLACE = "The list names a place that none of our facilities is called."
NOT_FREE = "The list does not know that this person is free."
SOMEBODY_ELSE = "Another name and another birthday: this may be somebody else."
NOT_DEAD = "The list does not know that this person died."
# Other spellings of one name are above this.
_ALIKE = 0.7
# A place is one of the two, and has the source of that one.
_WITH = {"facility": "whereabouts"}


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """Our record of somebody, as far as lists speak of it. `sources`: field → {"organisation": …}."""

    prisoner: int
    external_id: str
    name_be: str
    name_ru: str
    name_latin: str
    born: str
    gender: str
    state: str
    arrested_on: str
    verdict_on: str
    released_on: str
    died_on: str
    articles: list[str]
    sentence: dict[str, str]
    biography: dict[str, str]
    facility: int | None
    whereabouts: str
    sources: dict[str, dict[str, str]]
    designation: str
    since: str
    link: str

    @property
    def name(self) -> str:
        return self.name_latin or self.name_ru or self.name_be


class Difference(msgspec.Struct, frozen=True):
    """See tables.CaseChange. `old` and `new`: as JSON can hold them."""

    kind: str
    field: str
    old: Any
    new: Any
    held: str = ""


def between(found: Found, known: Known, organisation: str) -> list[Difference]:
    """One for each field that the list gives otherwise than the record; what the list does not say is none."""
    all_of_them = [*_of_the_state(found, known, organisation), *_Fields(found, known, organisation).differences()]
    if not _is_somebody_else(found, known):
        return all_of_them
    return [msgspec.structs.replace(one, held=one.held or SOMEBODY_ELSE) for one in all_of_them]


def _is_somebody_else(found: Found, known: Known) -> bool:
    """Born on another day and called otherwise: each of the two alone is a correction, or a marriage."""
    if not found.born or found.born.startswith(known.born) or known.born.startswith(found.born):
        return False
    listed = [name for name in (found.name_latin, found.name_ru, found.name_be) if name]
    ours = [name for name in (known.name_latin, known.name_ru, known.name_be) if name]
    return bool(listed and ours) and max(names.likeness(new, old) for new in listed for old in ours) < _ALIKE


def of_somebody_new(found: Found) -> Difference:
    held = DEATH if found.died else ""
    if not held and any(map(values.is_to_come, _dates_of(found))):
        held = TO_COME
    return Difference(ChangeKind.NEW, "", None, msgspec.to_builtins(found), held)


def _dates_of(found: Found) -> tuple[str, ...]:
    return found.born, found.arrested_on, found.verdict_on, found.released_on, found.died_on


def is_free(state: str) -> bool:
    return state != State.DETAINED


def _ends(found: Found, known: Known) -> bool:
    """Whether the list tells of a death or a release that we do not know of."""
    return known.state != State.DIED if found.died else found.released and known.state == State.DETAINED


def _of_the_state(found: Found, known: Known, organisation: str) -> Iterator[Difference]:
    """A death, a release, their days, or the contrary of what we know."""
    if found.died and known.state != State.DIED:
        yield _ended(ChangeKind.DIED, "died_on", found, known, DEATH)
    elif found.died:
        yield from _day("died_on", found.died_on, known, organisation)
    elif found.released and known.state == State.DETAINED:
        yield _ended(ChangeKind.RELEASED, "released_on", found, known, "")
    elif found.released:
        yield from _day("released_on", found.released_on, known, organisation)
    elif is_free(known.state) and found.place.kind in (Whereabouts.FACILITY, Whereabouts.UNMATCHED):
        held = NOT_DEAD if known.state == State.DIED else NOT_FREE
        yield Difference(ChangeKind.CHANGED, "state", known.state, State.DETAINED, held)
    elif found.released_on and found.released_on != known.released_on:
        yield Difference(ChangeKind.CHANGED, "released_on", known.released_on, found.released_on, TO_COME)


def _ended(kind: ChangeKind, field: str, found: Found, known: Known, held: str) -> Difference:
    """With what the organisation calls this person from then on, so that one decision settles both."""
    day = found.died_on if kind == ChangeKind.DIED else found.released_on
    if values.is_to_come(day):
        held = TO_COME
    old = {field: getattr(known, field), "designation": known.designation}
    return Difference(kind, field, old, {field: day, "designation": found.designation or known.designation}, held)


def _day(field: str, new: str, known: Known, organisation: str) -> Iterator[Difference]:
    old = getattr(known, field)
    if new and not old.startswith(new):
        held = (
            TO_COME if values.is_to_come(new) else "" if new.startswith(old) else conflict(known, field, organisation)
        )
        yield Difference(ChangeKind.CHANGED, field, old, new, held)


def conflict(known: Known, field: str, organisation: str) -> str:
    """Why a source may not simply replace what we have; empty where it gave us that itself."""
    said_by = (known.sources.get(field) or known.sources.get(_WITH.get(field, ""), {})).get("organisation", "")
    if said_by == organisation:
        return ""
    return f"{said_by[:80]} says otherwise." if said_by else OURS


class _Fields:
    def __init__(self, found: Found, known: Known, organisation: str) -> None:
        self._found = found
        self._known = known
        self._organisation = organisation
        # A difference of the state carries the designation already.
        self._ends = _ends(found, known)

    def differences(self) -> Iterator[Difference]:
        for field in PLAIN:
            yield from self._plain(field)
        if self._found.articles and self._found.articles != self._known.articles:
            yield self._changed("articles", self._known.articles, self._found.articles)
        for field in TEXTS:
            yield from self._text(field)
        yield from self._place()
        for field in OF_THE_SOURCE:
            yield from self._of_the_source(field)

    def _plain(self, field: str) -> Iterator[Difference]:
        old, new = getattr(self._known, field), getattr(self._found, field)
        # A source that knows less than we do, 1984 for 1984-06-02, says nothing else.
        if not new or new == old or (field in DATES and old.startswith(new)):
            return
        change = self._changed(field, old, new)
        if field in DATES and values.is_to_come(new):
            change = msgspec.structs.replace(change, held=TO_COME)
        elif field in DATES and new.startswith(old):
            change = msgspec.structs.replace(change, held="")
        yield change

    def _text(self, field: str) -> Iterator[Difference]:
        old, new = getattr(self._known, field), getattr(self._found, field)
        other = {language: said for language, said in new.items() if old.get(language) != said}
        if other:
            contradicted = any(old.get(language) for language in other)
            change = self._changed(field, old, {**old, **other})
            yield change if contradicted else msgspec.structs.replace(change, held="")

    def _place(self) -> Iterator[Difference]:
        """Where somebody is held; the free are held nowhere."""
        place = self._found.place
        told = (Whereabouts.FACILITY, Whereabouts.UNMATCHED, Whereabouts.AT_LIBERTY)
        free = self._found.died or self._found.released or is_free(self._known.state)
        if free or place.kind not in told:
            return
        old = {"facility": self._known.facility, "whereabouts": self._known.whereabouts}
        new = {"facility": place.facility, "whereabouts": place.text}
        if old == new:
            return
        change = self._changed("facility", old, new) if any(old.values()) else self._changed("facility", "", new)
        if place.kind == Whereabouts.UNMATCHED and self._known.facility:
            change = msgspec.structs.replace(change, held=NO_PLACE)
        yield msgspec.structs.replace(change, old=old)

    def _of_the_source(self, field: str) -> Iterator[Difference]:
        old, new = getattr(self._known, field), getattr(self._found, field)
        if new and new != old and not (field == "designation" and self._ends):
            yield Difference(ChangeKind.CHANGED, field, old, new, "")

    def _changed(self, field: str, old: Any, new: Any) -> Difference:
        held = conflict(self._known, field, self._organisation) if old else ""
        return Difference(ChangeKind.CHANGED, field, old, new, held)

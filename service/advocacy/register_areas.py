"""The areas, committees and places of a file compared with the register. Pure; nothing is changed here."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from service.advocacy import places, register_mandates
from service.advocacy.register import found
from service.advocacy.register.found import Found
from service.advocacy.register_difference import Difference, Question, called, doubt, plain
from service.advocacy.register_known import Area, AreaKey, CommitteeKey, Known, Lying


def compare(file: Found, known: Known, asked: Question) -> list[Difference]:
    comparing = _Comparing(file, known, asked)
    return [*comparing.areas(), *comparing.committees(), *comparing.places()]


class _Comparing:
    def __init__(self, file: Found, known: Known, asked: Question) -> None:
        self._file = file
        self._known = known
        self._asked = asked
        self._on = asked.as_of

    def areas(self) -> Iterator[Difference]:
        kept: dict[AreaKey, list[Area]] = defaultdict(list)
        for one in self._known.areas:
            kept[one.country, one.kind, one.code].append(one)
        for area in self._file.areas:
            if register_mandates.is_over(area.valid_until, self._on):
                continue
            same = _same_area(area, kept[area.country, area.kind, area.code])
            if same is None:
                yield Difference(subject="area", kind="new", label=called(area.names, area.code), after=plain(area))
                continue
            names = _renamed(same.names, area.names)
            until = area.valid_until or same.valid_until
            if (names, until) != (same.names, same.valid_until):
                yield Difference(
                    subject="area",
                    kind="changed",
                    label=called(same.names, same.code),
                    before={"id": same.id, "names": same.names, "valid_until": plain(same.valid_until)},
                    after={"names": names, "valid_until": plain(until)},
                )

    def committees(self) -> Iterator[Difference]:
        said: dict[CommitteeKey, dict[str, str]] = defaultdict(dict)
        for member in self._file.members:
            for seat in member.seats:
                if not register_mandates.is_over(seat.until, self._on):
                    said[seat.parliament, seat.code] |= seat.names
        for (parliament, code), names in sorted(said.items()):
            what = {"parliament": parliament, "code": code}
            kept = self._known.committees.get((parliament, code))
            if kept is None:
                yield Difference(
                    subject="committee", kind="new", label=called(names, code), after=what | {"names": names}
                )
            elif (then := _renamed(kept, names)) != kept:
                yield Difference(
                    subject="committee",
                    kind="changed",
                    label=called(kept, code),
                    before=what | {"names": kept},
                    after={"names": then},
                )

    def places(self) -> Iterator[Difference]:
        said: dict[AreaKey, set[Lying]] = defaultdict(set)
        for place in self._file.places:
            if not register_mandates.is_over(place.valid_until, self._on):
                said[place.country, place.kind, place.area].add(self._lying(place))
        names = {(area.country, area.kind, area.code): area.names for area in self._file.areas}
        names |= {(area.country, area.kind, area.code): area.names for area in self._known.areas}
        for key, there in sorted(said.items()):
            kept = self._known.places.get(key, set())
            gone = sorted(kept - there, key=str) if self._asked.whole else []
            added = sorted(there - kept, key=str)
            if gone or added:
                country, kind, code = key
                yield Difference(
                    subject="places",
                    kind="changed" if kept else "new",
                    label=called(names.get(key, {}), code),
                    before={"country": country, "kind": kind, "code": code, "count": len(kept)},
                    after={"added": plain(added), "gone": plain(gone)},
                    twice=doubt(len(gone), len(kept), bool(self._file.unread)),
                )

    def _lying(self, place: found.Place) -> Lying:
        """Since when is kept only where that is still to come."""
        since = place.valid_from if place.valid_from and place.valid_from > self._on else None
        return places.compact(place.postcode), place.town, since, place.valid_until


def _same_area(area: found.Area, kept: Sequence[Area]) -> Area | None:
    """Of the same first day, or else one of the same name that is valid at the same time."""
    exactly = next((one for one in kept if one.valid_from == area.valid_from), None)
    return exactly or next(
        (one for one in kept if called(one.names, "") == called(area.names, "") and _overlap(one, area)), None
    )


def _overlap(one: Area, other: found.Area) -> bool:
    starts = max(one.valid_from or date.min, other.valid_from or date.min)
    return starts <= min(one.valid_until or date.max, other.valid_until or date.max)


def _renamed(kept: Mapping[str, str], said: Mapping[str, str]) -> dict[str, str]:
    """A name of no language says nothing new about what has names in languages."""
    known = dict(kept)
    new = {language: name for language, name in said.items() if language or not any(known)}
    return known | new

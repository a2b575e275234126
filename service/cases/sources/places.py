"""From a source's words about a place to one of our facilities, or to released, unknown, at liberty."""

import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from service.cases import names
from service.cases.records import Facility
from service.cases.sources import values
from service.cases.sources.found import Place, Whereabouts

LONGEST = 400
_AT_LIBERTY = re.compile(r"(at liberty|at large|на свобод|на вол[іе])")
_RELEASED = re.compile(r"(released|freed|освобо[жд]|вызвал|вышел|вышла|выйшаў|выйшла)")
_UNKNOWN = re.compile(r"(unknown|not known|no data|неизвестн|невядом|нет данных|няма звестак|[-–—?]*\Z)")
_POSTCODE = re.compile(r"(?<!\d)(2\d{5})(?!\d)")
_NUMBER_SIGN = re.compile(r"\bna\s*(?=\d)")


class Places:
    """Our facilities, by all that a source may call them."""

    def __init__(self, facilities: Iterable[Facility], today: date) -> None:
        self._called: dict[str, set[int]] = defaultdict(set)
        self._at: dict[str, set[int]] = defaultdict(set)
        self._streets: dict[int, str] = {}
        self._seen: dict[str, Place] = {}
        for facility in facilities:
            if facility.valid_until is None or facility.valid_until >= today:
                self._add(facility)

    def of(self, words: str) -> Place:
        """`words`: “facility⏎address”, “facility; address;”, or what it says instead of one."""
        if words not in self._seen:
            self._seen[words] = self._found(values.text(words))
        return self._seen[words]

    def _add(self, facility: Facility) -> None:
        for name in (facility.name, facility.latin, *facility.aliases):
            for key in (_key(name), _squashed(name)):
                self._called[key].add(facility.id)
        if facility.postcode:
            self._at[facility.postcode].add(facility.id)
        self._streets[facility.id] = _key(facility.street)

    def _found(self, words: str) -> Place:
        plain = words.lower().strip(" ;.\n")
        if not plain or _UNKNOWN.match(plain):
            return Place(Whereabouts.UNKNOWN if plain else Whereabouts.NOTHING)
        if _AT_LIBERTY.match(plain):
            return Place(Whereabouts.AT_LIBERTY, text=words[:LONGEST])
        if _RELEASED.match(plain):
            return Place(Whereabouts.RELEASED)
        facility = self._facility(words)
        if facility is None:
            return Place(Whereabouts.UNMATCHED, text=values.line(words.strip(" ;\n").replace("\n", ", "))[:LONGEST])
        return Place(Whereabouts.FACILITY, facility=facility)

    def _facility(self, words: str) -> int | None:
        head = re.split(r"[\n;]", words.strip(" ;\n"))[0]
        called = self._called.get(_key(head), set()) | self._called.get(_key(words), set())
        if len(called) == 1:
            return next(iter(called))
        there: set[int] = set()
        for postcode in _POSTCODE.findall(words):
            there |= self._at.get(postcode, set())
        if called and there:
            there &= called
        return self._one_of(there, words)

    def _one_of(self, there: set[int], words: str) -> int | None:
        """At one postcode there may be several; then the street has to stand in the words, too."""
        key = _key(words)
        if len(there) > 1:
            there = {id for id in there if self._streets[id] and self._streets[id] in key}
        return next(iter(there)) if len(there) == 1 else None


def _key(text: str) -> str:
    return _squashed(names.folded(text))


def _squashed(folded: str) -> str:
    """“ИК №4”, “ИК-4” and “ИК 4” are one."""
    return _NUMBER_SIGN.sub("", folded).replace(" ", "")

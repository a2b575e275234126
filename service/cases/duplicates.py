"""Whether somebody of a list is, by all appearance, one of those whom we know from elsewhere already."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

import msgspec

from service.cases import names
from service.cases.sources.found import Found

# How alike names have to be, and how alike where both births are known and agree.
SURE, LIKELY = 0.86, 0.75
# A word that more people share than this tells nobody from another.
MOST_SHARING = 60


class Somebody(msgspec.Struct, frozen=True, gc=False):
    """One of our records, in all its names. `organisations`: who lists this person."""

    id: int
    names: tuple[str, ...]
    born: str
    organisations: str

    @property
    def called(self) -> str:
        known = self.names[0] if self.names else f"record {self.id}"
        return f"{known} ({self.organisations or 'no list'})"


class Known:
    """Those of whom the list that is compared does not speak."""

    def __init__(self, people: Iterable[Somebody]) -> None:
        self._by_birth: dict[str, list[Somebody]] = defaultdict(list)
        self._by_word: dict[str, list[Somebody]] = defaultdict(list)
        for one in people:
            if len(one.born) == 10:
                self._by_birth[one.born].append(one)
            for word in {word for name in one.names for word in names.folded(name).split()}:
                self._by_word[word].append(one)

    def likely(self, found: Found) -> Somebody | None:
        """The one who is most alike, if alike enough: in name, and in the birth as far as both are known."""
        best, how_much = None, 0.0
        for one in self._near(found):
            alike = _alike(found, one)
            if alike > how_much:
                best, how_much = one, alike
        return best if how_much > 0 else None

    def _near(self, found: Found) -> Iterator[Somebody]:
        """Whoever shares the day of birth, a word of the name that few share, or two words that many share."""
        words = {word for name in _names(found) for word in names.folded(name).split()}
        groups = [self._by_birth.get(found.born, []), *(self._by_word.get(word, []) for word in words)]
        near = {one.id: one for group in groups if len(group) <= MOST_SHARING for one in group}
        often = Counter(one.id for group in groups if len(group) > MOST_SHARING for one in group)
        near |= {one.id: one for group in groups for one in group if often[one.id] > 1}
        return iter(near.values())


def _alike(found: Found, one: Somebody) -> float:
    """0 for another person."""
    if not may_be_born_alike(found.born, one.born):
        return 0.0
    alike = max((names.likeness(a, b) for a in _names(found) for b in one.names), default=0.0)
    enough = LIKELY if found.born and one.born else SURE
    return alike if alike >= enough else 0.0


def may_be_born_alike(one: str, other: str) -> bool:
    """As far as both partial dates are known."""
    return one.startswith(other) or other.startswith(one)


def _names(found: Found) -> list[str]:
    return [name for name in (found.name_latin, found.name_ru, found.name_be) if name]

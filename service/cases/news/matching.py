"""Whom a piece of news seems to be about: whose first and last name stand beside each other in it, in any script."""

import re
from collections import defaultdict
from collections.abc import Iterable

import msgspec

from service.cases import names

MOST = 20
_WORD = re.compile(r"[^\W\d_]+(?:['’ʼ`][^\W\d_]+)*")
# What declension leaves at the end of a folded name: Kavalchuk, Kavalchuka, Kavalchukom; Maryna, Maryny, Marynaj.
_ENDING = re.compile(r"[aiuvhmjy]{0,3}\Z")
_SHORTEST = 3
_BUCKET = 3
# A patronymic may stand between the two.
_FAR = 2


class Named(msgspec.Struct, frozen=True, gc=False):
    """A prisoner's names in folded words: the last words of each name, and the others with all their forms."""

    id: int
    surnames: tuple[str, ...]
    given: tuple[str, ...]


def named(id: int, be: str, ru: str, latin: str, others: Iterable[str] = ()) -> Named:
    written = [name for name in (be, ru, latin, *others) if len(name.split()) > 1]
    surnames = {names.folded(name.split()[-1]) for name in written}
    words = set(names.search_text(be, ru, latin, others).split()) - surnames
    return Named(id, tuple(word for word in surnames if word), tuple(words))


class Matcher:
    def __init__(self, people: Iterable[Named]) -> None:
        self._by_surname: dict[str, list[tuple[str, Named]]] = defaultdict(list)
        for one in people:
            for surname in one.surnames:
                self._by_surname[surname[:_BUCKET]].append((surname, one))

    def about(self, text: str) -> list[int]:
        """At most MOST, in the order of the text."""
        words = [names.folded(word) if word[0].isupper() else "" for word in _WORD.findall(text)]
        found: dict[int, None] = {}
        for place, word in enumerate(words):
            near = words[max(0, place - _FAR) : place] + words[place + 1 : place + 1 + _FAR]
            for surname, one in self._by_surname.get(word[:_BUCKET], ()):
                if same(word, surname) and any(same(other, given) for other in near for given in one.given):
                    found[one.id] = None
        return list(found)[:MOST]


def same(word: str, name: str) -> bool:
    """Whether `word` is `name`, maybe declined."""
    if word == name:
        return len(word) >= _SHORTEST
    alike = 0
    for a, b in zip(word, name, strict=False):
        if a != b:
            break
        alike += 1
    return alike >= _SHORTEST and bool(_ENDING.match(word[alike:]) and _ENDING.match(name[alike:]))

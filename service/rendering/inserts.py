"""Lists inside a mail: their pieces are made once for a mailing, joined for each reader, and taken out one by one."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

import msgspec
from markupsafe import Markup

# The key of what stands in a list in which nobody stands any more.
NOBODY = 0
# Keys of people are between that and this one, those of posts of the wall below zero. From here on: areas by their
# id, of which a reader has one at most, and what stands there for whoever named none; …
AREAS = 2**40
NOWHERE = AREAS
# … actions that can be taken part in; and those that somebody is thanked for, which may be over.
ACTIONS = 2**41
THANKS = 2**42
# Our own layout's variable: the way from the page of an action to the members of the reader's area.
OWN_AREA = "own_area"
BETWEEN = "\n\n"
NAME = re.compile(r"list_(\d+)_(html|text)")
# Spreads neighbouring numbers (2³² divided by the golden ratio).
_SPREAD = 2654435769


class Insert(msgspec.Struct, frozen=True):
    """A piece of the list at `place`, which stands in the sources as `{{ list_0_html }}` and `{{ list_0_text }}`.

    A `personal` list shows each reader the keys of their own; another one shows all its pieces by `position`.
    The piece with the key NOBODY or NOWHERE is shown where there is no other.
    `about`: the key of who or what else is named in it.
    """

    place: int
    personal: bool
    key: int
    position: int
    html: str
    text: str
    about: int = 0


class Pool:
    """The people of a personal list who are still there."""

    def __init__(self, inserts: Sequence[Insert]) -> None:
        self._known = {insert.key for insert in inserts if insert.personal and NOBODY < insert.key < AREAS}
        self._keys = sorted(self._known)

    def __bool__(self) -> bool:
        return bool(self._keys)

    def shown(self, given: Sequence[int], chance: int) -> list[int]:
        """The people `given`, with others in the place of those that were taken out.

        With the same `chance` always the same.
        """
        given = [key for key in given if key < AREAS]
        kept = [key for key in given if key in self._known]
        if missing := len(given) - len(kept):
            kept += islice((key for key in self._from(chance) if key not in given), missing)
        return kept

    def _from(self, chance: int) -> Iterator[int]:
        start = chance * _SPREAD % (len(self._keys) or 1)
        yield from self._keys[start:]
        yield from self._keys[:start]


def pieces(inserts: Sequence[Insert], place: int, kind: str) -> dict[int, str]:
    """By key, in their order; `kind`: html or text."""
    here = sorted((insert for insert in inserts if insert.place == place), key=lambda insert: insert.position)
    return {insert.key: getattr(insert, kind) for insert in here}


def others(found: Mapping[int, object]) -> list[int]:
    """The keys of a list that all readers share: everybody, else what stands there for nobody."""
    return [key for key in found if key != NOBODY] or list(found)


def own(found: Mapping[int, object], keys: Sequence[int]) -> list[int]:
    """What a personal list shows a reader with these `keys`."""
    return [key for key in keys if key in found] or [key for key in (NOBODY, NOWHERE) if key in found]


def areas(keys: Sequence[int]) -> list[int]:
    """Those of `keys` that are of an area: one, or none."""
    return [key for key in keys if AREAS < key < ACTIONS]


def area_path(keys: Sequence[int]) -> str:
    """OWN_AREA for a reader with these `keys`: "/members?area=12", or nothing."""
    return "".join(f"/members?area={key - AREAS}" for key in areas(keys))


def actions(inserts: Sequence[Insert]) -> set[int]:
    """The ids of the actions that one has to be able to take part in where these stand."""
    named = {key for insert in inserts for key in (insert.key, insert.about)}
    return {key - ACTIONS for key in named if ACTIONS < key < THANKS}


def values(inserts: Sequence[Insert], keys: Sequence[int]) -> dict[str, str]:
    """What stands in the place of each list for a reader with these `keys`."""
    found: dict[str, str] = {}
    for place in {insert.place for insert in inserts}:
        here = pieces(inserts, place, "html")
        personal = any(insert.personal for insert in inserts if insert.place == place)
        shown = own(here, keys) if personal else others(here)
        text = pieces(inserts, place, "text")
        found[f"list_{place}_html"] = Markup("").join(Markup(here[key]) for key in shown)  # noqa: S704 - our template's
        found[f"list_{place}_text"] = BETWEEN.join(text[key] for key in shown)
    return found

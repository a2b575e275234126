"""Lists inside a mail: their pieces are made once for a mailing, joined for each reader, and taken out one by one."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

import msgspec
from markupsafe import Markup

# The key of what stands in a list in which nobody stands any more.
NOBODY = 0
BETWEEN = "\n\n"
NAME = re.compile(r"list_(\d+)_(html|text)")
# Spreads neighbouring numbers (2³² divided by the golden ratio).
_SPREAD = 2654435769


class Insert(msgspec.Struct, frozen=True):
    """A piece of the list at `place`, which stands in the sources as `{{ list_0_html }}` and `{{ list_0_text }}`.

    A `personal` list shows each reader the keys of their own; another one shows all its pieces by `position`.
    The piece with the key NOBODY is shown where there is no other. `about`: the key of who else is named in it.
    """

    place: int
    personal: bool
    key: int
    position: int
    html: str
    text: str
    about: int = 0


class Pool:
    """The keys of a personal list that are still there."""

    def __init__(self, inserts: Sequence[Insert]) -> None:
        self._known = {insert.key for insert in inserts if insert.personal and insert.key != NOBODY}
        self._keys = sorted(self._known)

    def __bool__(self) -> bool:
        return bool(self._keys)

    def shown(self, given: Sequence[int], chance: int) -> list[int]:
        """`given`, with others in the place of those that were taken out; with the same `chance` always the same."""
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


def values(inserts: Sequence[Insert], keys: Sequence[int]) -> dict[str, str]:
    """What stands in the place of each list for a reader with these `keys`."""
    found: dict[str, str] = {}
    for place in {insert.place for insert in inserts}:
        here = pieces(inserts, place, "html")
        personal = any(insert.personal for insert in inserts if insert.place == place)
        shown = [key for key in keys if key in here] or [key for key in here if key == NOBODY]
        shown = shown if personal else others(here)
        text = pieces(inserts, place, "text")
        found[f"list_{place}_html"] = Markup("").join(Markup(here[key]) for key in shown)  # noqa: S704 - our template's
        found[f"list_{place}_text"] = BETWEEN.join(text[key] for key in shown)
    return found

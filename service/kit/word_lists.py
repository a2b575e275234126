"""Lists of words that staff keep: how they are written, and where a text has one of them."""

import re
from collections.abc import Collection
from functools import lru_cache

from service.kit import lookalikes
from service.kit.errors import Invalid
from service.kit.i18n import Sentence

LONGEST = 80
MOST = 2000
SHORTEST = 2


def given(lines: str) -> list[str]:
    """Words or phrases, one a line, in small letters and in order. Raises Invalid for `words`."""
    words = sorted({" ".join(line.split()).casefold() for line in lines.splitlines() if line.strip()})
    problem = None
    if not words:
        problem = Sentence("Write at least one word.")
    elif len(words) > MOST:
        problem = Sentence("That is too much at once. Add at most {most} lines.", most=MOST)
    elif short := [line for line in words if len(line) < SHORTEST]:
        problem = Sentence("“{words}” is so short that it would be found everywhere.", words=short[0])
    elif long := [line for line in words if len(line) > LONGEST]:
        problem = Sentence("“{words}…” is too long. At most {most} characters.", words=long[0][:30], most=LONGEST)
    if problem:
        raise Invalid({"words": problem})
    return words


def found(text: str, words: Collection[str]) -> list[str]:
    """Those of `words` that the text has, each once; where a word begins: “shop” is in “shops”, not in “bishop”."""
    known = {lookalikes.plain(word): word for word in sorted(words)}
    pattern = _pattern(frozenset(known))
    if not pattern:
        return []
    return [known[look] for look in dict.fromkeys(pattern.findall(" ".join(lookalikes.plain(text).split())))]


@lru_cache(maxsize=4)
def _pattern(words: frozenset[str]) -> re.Pattern[str] | None:
    longest_first = sorted(words, key=lambda each: (-len(each), each))
    return re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, longest_first)) + ")") if words else None

"""The rule list: it notices and orders the queue. It publishes nothing, rejects nothing and hides nothing."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

import msgspec

from service.auth import audit
from service.kit import clock, db, word_lists

_LINK = re.compile(
    r"https?:|www\.|\bt\.me/|\b[\w-]{2,}\.(?:com|net|org|info|biz|shop|xyz|top|click|online|site|link|io|me|ru|by|ch|de|fr)\b",
    re.IGNORECASE,
)
_CONTACT = re.compile(r"[\w.+-]+@[\w-]+\.\w|(?<!\w)@\w{3,}|\+?\d(?:[ ()/-]{0,2}\d){7,}")
_SIGN = re.compile(r"(.)\1{5,}", re.DOTALL)


class Rule(msgspec.Struct, frozen=True):
    id: int
    words: str


class Finding(msgspec.Struct, frozen=True):
    """`weight`: the more, the later a post comes in the queue; `sentence`: for staff."""

    weight: int
    sentence: str


def findings(texts: Mapping[str, str], words: Collection[str], copies: int) -> list[Finding]:
    """What is noticed in the texts of a post, by what they are; `copies`: how many others say the same sentence."""
    return [*_words(texts, words), *_signs(texts), *_copies(copies)]


async def look(posts: Sequence[int]) -> None:
    """Notes on each of `posts` what the rules notice now, and gives it its place in the queue."""
    if not posts:
        return
    words = [rule.words for rule in await listing()]
    noted = []
    for row in await db.fetch(_TEXTS, list(posts)):
        found = findings({name: row[name] for name in ("sentence", "name", "role", "town")}, words, row["copies"])
        noted.append((row["id"], -sum(each.weight for each in found), [each.sentence[:200] for each in found]))
    await db.execute_many("UPDATE wall_post SET rank = $2, noticed = $3 WHERE id = $1", noted)


async def listing() -> list[Rule]:
    """All words that staff want to notice, in order."""
    return [Rule(**row) for row in await db.fetch("SELECT id, words FROM wall_rule ORDER BY lower(words), id")]


async def add(lines: str, by: int) -> int:
    """Words or phrases, one a line; returns how many were new. Raises Invalid for `words`."""
    given = word_lists.given(lines)
    async with db.transaction():
        new = await db.fetch(
            "INSERT INTO wall_rule (words, added_by, added_at) SELECT unnest($1::text[]), $2, $3"
            " ON CONFLICT (words) DO NOTHING RETURNING id",
            given,
            by,
            clock.now(),
        )
        if new:
            await audit.record(by, "wall.words_added", detail={"words": len(new)})
            await look_again()
    return len(new)


async def remove(rule: int, by: int) -> None:
    """Nothing happens when it is gone already."""
    async with db.transaction():
        if await db.execute("DELETE FROM wall_rule WHERE id = $1", rule):
            await audit.record(by, "wall.words_removed", detail={"words": 1})
            await look_again()


async def look_again() -> None:
    """At all that waits: the words have changed."""
    rows = await db.fetch("SELECT id FROM wall_post WHERE state IN ('waiting', 'reported') ORDER BY id")
    await look([row["id"] for row in rows])


def _words(texts: Mapping[str, str], words: Collection[str]) -> Iterator[Finding]:
    for name, text in texts.items():
        for found in word_lists.found(text, words):
            yield Finding(2, f"A word of your list in the {name}: “{found}”.")


def _signs(texts: Mapping[str, str]) -> Iterator[Finding]:
    for name, text in texts.items():
        if _LINK.search(text):
            yield Finding(3, f"A link in the {name}.")
        if _CONTACT.search(text):
            yield Finding(2, f"An address or a number to call in the {name}.")
        if _SIGN.search(text):
            yield Finding(1, f"The same sign over and over in the {name}.")
    letters = [sign for sign in texts.get("sentence", "") if sign.isalpha()]
    if len(letters) > 20 and sum(sign.isupper() for sign in letters) > len(letters) * 0.7:
        yield Finding(1, "The sentence is written in capitals.")


def _copies(copies: int) -> Iterator[Finding]:
    if copies:
        others = "Another post says" if copies == 1 else f"{copies} other posts say"
        yield Finding(2, f"{others} the same sentence.")


_TEXTS = """
    SELECT w.id, w.sentence, w.name, w.role, w.town, count(other.id) AS copies
      FROM wall_post w
      LEFT JOIN wall_post other ON lower(other.sentence) = lower(w.sentence) AND other.id <> w.id
           AND other.sentence <> '' AND other.state IN ('waiting', 'published', 'reported', 'rejected')
     WHERE w.id = ANY($1) GROUP BY w.id ORDER BY w.id
"""

"""Words that staff want to notice in letters: they hold a letter until somebody has looked, and decide nothing."""

import msgspec

from service.auth import audit
from service.kit import clock, db, word_lists


class Entry(msgspec.Struct, frozen=True):
    id: int
    words: str


async def listing() -> list[Entry]:
    """In order."""
    return [Entry(**row) for row in await db.fetch("SELECT id, words FROM advocacy_word ORDER BY words, id")]


async def found(text: str) -> list[str]:
    """Those that a text has."""
    return word_lists.found(text, [entry.words for entry in await listing()])


async def add(lines: str, by: int) -> int:
    """Words or phrases, one a line; returns how many were new. Raises Invalid for `words`."""
    async with db.transaction():
        new = await db.fetch(
            "INSERT INTO advocacy_word (words, added_by, added_at) SELECT unnest($1::text[]), $2, $3"
            " ON CONFLICT (words) DO NOTHING RETURNING id",
            word_lists.given(lines),
            by,
            clock.now(),
        )
        if new:
            await audit.record(by, "advocacy.words_added", detail={"words": len(new)})
    return len(new)


async def remove(entry: int, by: int) -> None:
    """Nothing happens when it is gone already."""
    async with db.transaction():
        if await db.execute("DELETE FROM advocacy_word WHERE id = $1", entry):
            await audit.record(by, "advocacy.words_removed", detail={"words": 1})

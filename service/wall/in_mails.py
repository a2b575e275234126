"""Who of the wall stands in mails: those alone who agreed to it."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from service.kit import db
from service.wall import showing
from service.wall.showing import IN_MAILS, NEWEST, PUBLISHED, Face

# Whoever stands by somebody who is free by now stands on the wall, and in a mail only if they were chosen for it.
_LATEST = f"""
    AND {IN_MAILS} AND ($1::timestamptz IS NULL OR w.published_at >= $1)
    AND (w.prisoner IS NULL OR EXISTS (SELECT FROM prisoner p WHERE p.id = w.prisoner AND p.state = 'detained'))
    {NEWEST} LIMIT $2
"""
_COUNTS = (
    "SELECT count(*) AS people, count(*) FILTER (WHERE w.published_at >= $1) AS new"  # noqa: S608
    f" FROM wall_post w WHERE {PUBLISHED}"
)
# In the mailing $1, of posts as they were read ($2: their keys in mails, $3: their versions): `key` and `reason` of
# those that are not so any more.
CHANGED = f"""
    SELECT i.key, CASE WHEN w.id IS NULL THEN 'withdrawn' WHEN NOT {PUBLISHED} THEN w.state::text
                       WHEN NOT w.in_mails THEN 'hidden' ELSE 'changed' END AS reason
      FROM (SELECT DISTINCT key FROM mailing_insert WHERE mailing = $1 AND key < 0) i
      LEFT JOIN wall_post w ON w.id = -i.key
      LEFT JOIN unnest($2::bigint[], $3::text[]) AS seen (key, version) ON seen.key = i.key
     WHERE ({IN_MAILS} AND seen.version = w.version::text) IS NOT TRUE
"""  # noqa: S608


class Counts(msgspec.Struct, frozen=True):
    """How many people stand on the wall, and how many of them are new."""

    people: int
    new: int


async def latest(language: str, since: datetime | None, most: int) -> list[Face]:
    """The newest first; with `since` those alone that came from then on."""
    return await showing.faces(language, _LATEST, since, most)


async def chosen(language: str, keys: Sequence[str]) -> list[Face]:
    """Those of `keys` who may be shown, in that order."""
    found = {face.key: face for face in await showing.faces(language, f"AND {IN_MAILS} AND w.key = ANY($1)", keys)}
    return [found[key] for key in keys if key in found]


async def still(language: str, posts: Sequence[int]) -> list[Face]:
    """Those of the ids `posts` who may be shown where a mail that was sent is read on the web, in that order."""
    where = f"AND {IN_MAILS} AND NOT w.noindex AND w.id = ANY($1)"
    found = {face.id: face for face in await showing.faces(language, where, posts)}
    return [found[id] for id in posts if id in found]


async def like(words: str, language: str, most: int) -> list[Face]:
    """Whose sentence, name or town has these words in it, the newest first; without words everybody."""
    said = f"AND {IN_MAILS} AND position(lower($1) IN lower(concat_ws(' ', w.sentence, w.name, w.town))) > 0"
    return await showing.faces(language, f"{said} {NEWEST} LIMIT $2", words, most)


async def counts(since: datetime) -> Counts:
    """New from `since` on; also of those who do not stand in mails."""
    row = await db.fetch_one(_COUNTS, since)
    assert row
    return Counts(**row)

"""Reading feeds in turn, each at most once an hour; the row of the feed says whose turn it is."""

import asyncio
from datetime import timedelta

from service.cases.news import fetching, matching, reading
from service.cases.news.fetching import Net, Unfetched
from service.cases.news.matching import Matcher
from service.cases.news.reading import Entry
from service.kit import clock, db

EVERY = timedelta(minutes=55)
KEPT = timedelta(days=180)

_CLAIM = """
    UPDATE news_feed SET fetched_at = $1
     WHERE id = (SELECT id FROM news_feed WHERE fetched_at IS NULL OR fetched_at < $2
                  ORDER BY fetched_at NULLS FIRST, id LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING id, url, etag, last_modified
"""
_ADD = """
    INSERT INTO news_item (feed, guid, url, title, summary, prisoners, published_at, seen_at)
    SELECT $1, $2, $3, $4, $5, $6, $7, $8 WHERE EXISTS (SELECT FROM news_feed WHERE id = $1)
    ON CONFLICT (feed, guid) DO NOTHING
"""


async def take_due(net: Net | None = None) -> int:
    """Reads every feed whose turn it is; how many there were."""
    taken = 0
    while await _take_one(net):
        taken += 1
    await db.execute("DELETE FROM news_item WHERE seen_at < $1", clock.now() - KEPT)
    return taken


async def _take_one(net: Net | None) -> bool:
    feed = await db.fetch_one(_CLAIM, clock.now(), clock.now() - EVERY)
    if feed is None:
        return False
    try:
        fetched = await fetching.fetch(feed["url"], feed["etag"], feed["last_modified"], net)
        entries = await asyncio.to_thread(reading.entries, fetched.content) if fetched.content is not None else []
        await _keep(feed["id"], entries)
        await _note(feed["id"], "", fetched.etag, fetched.last_modified)
    except Unfetched as problem:
        await _note(feed["id"], str(problem)[:300], "", "")
    return True


async def _keep(feed: int, entries: list[Entry]) -> None:
    rows = await db.fetch(
        "SELECT guid FROM news_item WHERE feed = $1 AND guid = ANY($2)", feed, [one.guid for one in entries]
    )
    known = {row["guid"] for row in rows}
    new = [one for one in entries if one.guid not in known and one.published_at > clock.now() - KEPT]
    if not new:
        return
    matcher = await asyncio.to_thread(Matcher, await _everybody())
    for one in new:
        about = matcher.about(f"{one.title}. {one.summary}")
        await db.execute(_ADD, feed, one.guid, one.url, one.title, one.summary, about, one.published_at, clock.now())


async def _everybody() -> list[matching.Named]:
    rows = await db.fetch("SELECT id, name_be, name_ru, name_latin, other_names FROM prisoner")
    return await asyncio.to_thread(lambda: [matching.named(*row) for row in rows])


async def _note(feed: int, trouble: str, etag: str, last_modified: str) -> None:
    await db.execute(
        "UPDATE news_feed SET trouble = $2, etag = $3, last_modified = $4 WHERE id = $1",
        feed,
        trouble,
        etag,
        last_modified,
    )

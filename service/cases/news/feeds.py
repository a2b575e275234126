"""The feeds whose news are read, and what staff do with a piece of news."""

import asyncpg

from service.auth import audit
from service.cases import events
from service.cases.news import fetching
from service.cases.tables import EventKind
from service.kit import clock, db, jobs
from service.kit.errors import Invalid, NotFound, Problem
from service.kit.i18n import Sentence

READ = "cases.read_news"
MOST = 50


async def add(name: str, organisation: str, url: str, by: int | None) -> int:
    """Raises Invalid."""
    _must_be_possible(name, organisation, url)
    async with db.transaction():
        try:
            async with db.savepoint():
                made: int | None = await db.fetch_value(
                    "INSERT INTO news_feed (name, organisation, url, etag, last_modified, trouble)"
                    " SELECT $1, $2, $3, '', '', '' WHERE (SELECT count(*) FROM news_feed) < $4 RETURNING id",
                    name[:120],
                    organisation[:80],
                    url,
                    MOST,
                )
        except asyncpg.UniqueViolationError:
            raise Invalid({"url": Sentence("This feed is read already.")}) from None
        if made is None:
            raise Invalid({"url": Sentence("There are 50 feeds already; please remove one first.")})
        await audit.record(by, "news_feed.added", f"feed {made}", {"name": name[:120]})
        jobs.enqueue(READ)
    return made


async def remove(feed: int, by: int | None) -> None:
    """With its news. Raises NotFound."""
    async with db.transaction():
        name = await db.fetch_value("DELETE FROM news_feed WHERE id = $1 RETURNING name", feed)
        if name is None:
            raise NotFound
        await audit.record(by, "news_feed.removed", f"feed {feed}", {"name": name})


async def read_again(feed: int) -> None:
    """At the next turn, which is now. Raises NotFound."""
    async with db.transaction():
        if not await db.execute("UPDATE news_feed SET fetched_at = NULL WHERE id = $1", feed):
            raise NotFound
        jobs.enqueue(READ)


async def settle(item: int, done: bool) -> None:
    """Done with, or not yet after all. Raises NotFound."""
    if not await db.execute("UPDATE news_item SET done_at = $2 WHERE id = $1", item, clock.now() if done else None):
        raise NotFound


async def begin_event(item: int, prisoner: int, kind: str, happened_on: str, by: int | None) -> None:
    """Puts the news into the history of somebody whom it is about. Raises Invalid, NotFound."""
    row = await db.fetch_one(
        "SELECT i.url, i.prisoners, f.organisation FROM news_item i JOIN news_feed f ON f.id = i.feed"
        " WHERE i.id = $1",
        item,
    )
    if row is None or prisoner not in row["prisoners"]:
        raise NotFound
    values = {"kind": kind if kind in set(EventKind) else "", "happened_on": happened_on, "texts": {}}
    await events.add(prisoner, {**values, "organisation": row["organisation"], "link": row["url"]}, by)


def _must_be_possible(name: str, organisation: str, url: str) -> None:
    wrong: dict[str, Sentence] = {}
    if not name:
        wrong["name"] = Sentence("Please give the feed a name.")
    if not organisation:
        wrong["organisation"] = Sentence("Please say whose news these are.")
    try:
        fetching.checked(url)
    except Problem as problem:
        wrong["url"] = problem.told
    if wrong:
        raise Invalid(wrong)

"""Reads of feeds and their news."""

from datetime import datetime

import msgspec

from service.cases import publication
from service.kit import db

PAGE = 30


class Feed(msgspec.Struct, frozen=True):
    id: int
    name: str
    organisation: str
    url: str
    fetched_at: datetime | None
    trouble: str
    waiting: int


class Item(msgspec.Struct, frozen=True):
    """`people`: id and name of those whom it seems to be about."""

    id: int
    feed: str
    url: str
    title: str
    summary: str
    published_at: datetime
    done_at: datetime | None
    people: list[tuple[int, str]]


async def feeds() -> list[Feed]:
    rows = await db.fetch(
        "SELECT id, name, organisation, url, fetched_at, trouble, (SELECT count(*) FROM news_item i"
        " WHERE i.feed = f.id AND i.done_at IS NULL) AS waiting FROM news_feed f ORDER BY name, id"
    )
    return [Feed(**row) for row in rows]


async def items(done: bool, about: bool, page: int) -> list[Item]:
    """One more than a page, the newest first. `about`: only those that seem to be about one of our people."""
    rows = await db.fetch(
        f"""
        SELECT i.id, f.name AS feed, i.url, i.title, i.summary, i.published_at, i.done_at,
               (SELECT coalesce(jsonb_agg(jsonb_build_array(p.id, {publication.NAME})
                                ORDER BY array_position(i.prisoners, p.id)), '[]')
                  FROM prisoner p WHERE p.id = ANY(i.prisoners)) AS people
          FROM news_item i JOIN news_feed f ON f.id = i.feed
         WHERE (i.done_at IS NOT NULL) = $1 AND (NOT $2 OR cardinality(i.prisoners) > 0)
         ORDER BY i.published_at DESC, i.id DESC LIMIT $3 OFFSET $4
        """,  # noqa: S608
        done,
        about,
        PAGE + 1,
        (page - 1) * PAGE,
    )
    return [Item(**{**row, "people": msgspec.json.decode(row["people"], type=list[tuple[int, str]])}) for row in rows]


async def counts() -> tuple[int, int, int]:
    """News that wait and seem to be about somebody, all that wait, and those that are done."""
    row = await db.fetch_one(
        "SELECT count(*) FILTER (WHERE done_at IS NULL AND cardinality(prisoners) > 0) AS about,"
        " count(*) FILTER (WHERE done_at IS NULL) AS waiting, count(done_at) AS done FROM news_item"
    )
    assert row
    return row["about"], row["waiting"], row["done"]

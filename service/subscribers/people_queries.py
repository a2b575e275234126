"""What staff see of all subscribers: counts, and everybody one after the other."""

from collections.abc import AsyncIterator, Iterable, Mapping

import msgspec

from service.kit import db, sealing

_PAGE = 2000


class Selection(msgspec.Struct, frozen=True):
    """Who is meant; an empty value leaves that open."""

    mailing_list: int = 0
    topic: str = ""
    language: str = ""


class Figures(msgspec.Struct, frozen=True):
    """How many people, by state; and of those who get mail, by language and by topic."""

    states: Mapping[str, int]
    languages: Mapping[str, int]
    topics: Mapping[str, int]


class Exported(msgspec.Struct, frozen=True):
    """One person for a file, opened."""

    email: str
    first_name: str
    last_name: str
    language: str
    topics: str
    lists: str
    confirmed_at: str


async def figures() -> Figures:
    return Figures(
        await by_state(),
        await by_language(),
        await _counted(
            "SELECT topic AS key, count(*) AS people FROM subscriber, unnest(topics) AS topic"
            " WHERE state = 'confirmed' GROUP BY 1"
        ),
    )


async def by_state() -> Mapping[str, int]:
    return await _counted("SELECT state AS key, count(*) AS people FROM subscriber GROUP BY 1")


async def by_language() -> Mapping[str, int]:
    """Those who get mail, the most frequent language first."""
    return await _counted(
        "SELECT language AS key, count(*) AS people FROM subscriber WHERE state = 'confirmed' GROUP BY 1"
        " ORDER BY 2 DESC, 1"
    )


_SELECTED = (
    " FROM subscriber s WHERE s.state = 'confirmed' AND ($1::bigint = 0 OR EXISTS (SELECT FROM list_member m"
    " WHERE m.subscriber = s.id AND m.mailing_list = $1)) AND ($2::text = '' OR $2 = ANY(s.topics))"
    " AND ($3::text = '' OR s.language = $3)"
)


async def count(selection: Selection) -> int:
    found: int = await db.fetch_value(f"SELECT count(*){_SELECTED}", *msgspec.structs.astuple(selection))
    return found


async def everybody(selection: Selection) -> AsyncIterator[list[Exported]]:
    """Those of the selection who get mail, in pages, so that no number of them fills the memory."""
    last = 0
    while rows := await db.fetch(
        "SELECT s.id, s.address, s.first_name, s.last_name, s.language, s.topics, s.confirmed_at,"  # noqa: S608
        " ARRAY(SELECT l.name FROM list_member m JOIN mailing_list l ON l.id = m.mailing_list"
        " WHERE m.subscriber = s.id ORDER BY l.name) AS lists"
        f"{_SELECTED} AND s.id > $4 ORDER BY s.id LIMIT {_PAGE}",
        *msgspec.structs.astuple(selection),
        last,
    ):
        last = rows[-1]["id"]
        yield [_opened(row) for row in rows]


async def mails_to(subscriber: int) -> Mapping[str, int]:
    """How many mails there are to somebody, by their state."""
    return await _counted(
        "SELECT state AS key, count(*) AS people FROM delivery WHERE subscriber = $1 GROUP BY 1", subscriber
    )


async def names_of_sources(sources: Iterable[str]) -> Mapping[str, str]:
    """For those of “import 1” and “mailing 3” that are still known: which file, which campaign."""
    rows = await db.fetch(
        "SELECT 'import ' || id AS source, 'Import of ' || name AS name FROM subscriber_import"
        " WHERE 'import ' || id = ANY($1) UNION ALL"
        " SELECT 'mailing ' || mailing, 'Link in the campaign “' || name || '”' FROM campaign"
        " WHERE 'mailing ' || mailing = ANY($1)",
        list(sources),
    )
    return {row["source"]: row["name"] for row in rows}


async def _counted(sql: str, *args: object) -> Mapping[str, int]:
    return {row["key"]: row["people"] for row in await db.fetch(sql, *args)}


def _opened(row: db.Record) -> Exported:
    return Exported(
        email=sealing.unseal_address(row["address"]),
        first_name=sealing.unseal("first_name", row["first_name"]) if row["first_name"] else "",
        last_name=sealing.unseal("last_name", row["last_name"]) if row["last_name"] else "",
        language=row["language"],
        topics=",".join(row["topics"]),
        lists=",".join(row["lists"]),
        confirmed_at=row["confirmed_at"].isoformat(timespec="seconds") if row["confirmed_at"] else "",
    )

"""Who stands in the lists of a mailing's texts, and taking somebody out of what has not left.

A row keeps the keys that it was given. In the place of one that is gone its letter shows another when it is written
(rendering/inserts.py), so that taking somebody out touches no row, and no worker has to wait for it.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta

import msgspec

from service.kit import clock, db
from service.rendering.email import CompiledEdition
from service.rendering.inserts import NOBODY, Insert

KEPT_FOR = timedelta(days=7)
EMPTIED = (
    "Nobody is left in one of this mail’s lists: whoever stood there has been released or taken out since. "
    "Look at it; let it go on without them, or cancel it."
)


class Taken(msgspec.Struct, frozen=True):
    """`mails`: how many unsent ones showed the key. `leaves_a_gap`: a list that all readers share is empty now.

    `nobody_left`: the languages in which no reader's own list has anybody to show.
    """

    mails: int
    leaves_a_gap: bool
    nobody_left: list[str]


async def keep(mailing: int, editions: Mapping[str, CompiledEdition]) -> None:
    async with db.connection() as connection:
        await connection.copy_records_to_table(
            "mailing_insert",
            columns=["mailing", "language", *Insert.__struct_fields__],
            records=[
                (mailing, language, *msgspec.structs.astuple(insert))
                for language, edition in editions.items()
                for insert in edition.inserts
            ],
        )


async def editions(mailing: int) -> dict[str, CompiledEdition]:
    """The frozen texts by language, with who is still in them."""
    found: dict[str, list[Insert]] = {}
    for language, *piece in await db.fetch(
        f"SELECT language, {_PIECE} FROM mailing_insert WHERE mailing = $1",  # noqa: S608
        mailing,
    ):
        found.setdefault(language, []).append(Insert(*piece))
    rows = await db.fetch("SELECT language, subject, html, text FROM mailing_edition WHERE mailing = $1", mailing)
    return {
        row["language"]: CompiledEdition(
            row["subject"], row["html"], row["text"], tuple(found.get(row["language"], ()))
        )
        for row in rows
    }


async def unfinished_with(keys: Sequence[int]) -> list[int]:
    """The mailings of which something that names one of `keys` can still leave."""
    return [row["mailing"] for row in await db.fetch(_UNFINISHED, keys)]


async def take_out(mailing: int, key: int, reason: str) -> Taken:
    """Whatever names `key`. What a worker has read of the mailing before is worth nothing from now on."""
    await db.execute("UPDATE mailing SET revision = revision + 1 WHERE id = $1", mailing)
    removed = await db.fetch(
        "DELETE FROM mailing_insert WHERE mailing = $1 AND (key = $2 OR about = $2)"
        " RETURNING language, place, $2::bigint AS key, personal",
        mailing,
        key,
    )
    mails = await _unsent_with(mailing, removed)
    await db.execute(
        "INSERT INTO mailing_withdrawal (mailing, key, reason, mails, at) VALUES ($1, $2, $3, $4, $5)",
        mailing,
        key,
        reason,
        mails,
        clock.now(),
    )
    rows = await db.fetch(
        "SELECT DISTINCT language, place FROM mailing_insert WHERE mailing = $1 AND key <> $2", mailing, NOBODY
    )
    left = {(row["language"], row["place"]) for row in rows}
    emptied = [row for row in removed if (row["language"], row["place"]) not in left]
    return Taken(
        mails,
        leaves_a_gap=any(not row["personal"] for row in emptied),
        nobody_left=[row["language"] for row in emptied if row["personal"]],
    )


async def showing(keys: Sequence[int]) -> int:
    """In how many unsent mails these stand now, once for each of them; what `take_out` would stop."""
    mails = 0
    for mailing in await unfinished_with(keys):
        pieces = await db.fetch(
            "SELECT language, CASE WHEN key = ANY($2) THEN key ELSE about END AS key, personal"
            " FROM mailing_insert WHERE mailing = $1 AND (key = ANY($2) OR about = ANY($2))",
            mailing,
            keys,
        )
        mails += await _unsent_with(mailing, pieces)
    return mails


async def _unsent_with(mailing: int, pieces: Sequence[db.Record]) -> int:
    """`pieces`: language, key and personal of each."""
    columns = [[piece[name] for piece in pieces] for name in ("language", "key", "personal")]
    mails: int = await db.fetch_value(_UNSENT_WITH, mailing, *columns)
    return mails


async def rows_with(mailing: int, languages: Sequence[str]) -> list[int]:
    """Those in these languages that were given somebody."""
    rows = await db.fetch(
        "SELECT id FROM delivery WHERE mailing = $1 AND state IN ('queued', 'later', 'unknown')"
        " AND inserts <> '{}' AND language = ANY($2::varchar[])",
        mailing,
        languages,
    )
    return [row["id"] for row in rows]


async def empty(key: int) -> None:
    """What mails that have left said of `key`, which is taken out of all others; that it stood there stays known."""
    await db.execute(
        "UPDATE mailing_insert SET html = '', text = '' WHERE key = $1 OR (about <> 0 AND about = $1)", key
    )


async def forget() -> None:
    """Once a mailing is over for good: what its lists said, and who could have stood in readers' own ones."""
    before = clock.now() - KEPT_FOR
    await db.execute(f"DELETE FROM mailing_insert i USING mailing m WHERE i.personal AND {_OVER}", before)  # noqa: S608
    await db.execute(
        f"UPDATE mailing_insert i SET html = '', text = '' FROM mailing m WHERE i.html <> '' AND {_OVER}",  # noqa: S608
        before,
    )


# For good, since $1.
_OVER = """
    m.id = i.mailing AND m.state IN ('sent', 'cancelled') AND m.finished_at < $1
    AND NOT EXISTS (SELECT FROM delivery d WHERE d.mailing = m.id AND d.state = 'unknown' AND d.due_at < 'infinity')
"""
_PIECE = ", ".join(Insert.__struct_fields__)
# What nobody knows the fate of may be sent again.
_UNFINISHED = """
    SELECT DISTINCT i.mailing FROM mailing_insert i JOIN mailing m ON m.id = i.mailing
     WHERE (i.key = ANY($1::bigint[]) OR (i.about <> 0 AND i.about = ANY($1::bigint[])))
           AND (m.state IN ('freezing', 'sending', 'paused') OR (m.state = 'sent' AND EXISTS (
                SELECT FROM delivery d WHERE d.mailing = m.id AND d.state = 'unknown' AND d.due_at < 'infinity')))
     ORDER BY 1
"""
# By language: how many of the keys all readers are shown, and which of them those alone who were given them.
_UNSENT_WITH = """
    WITH here AS MATERIALIZED (
        SELECT language, count(*) FILTER (WHERE NOT own) AS shared, array_agg(key) FILTER (WHERE own) AS own
          FROM (SELECT language, key, bool_and(personal) AS own
                  FROM unnest($2::varchar[], $3::bigint[], $4::boolean[]) AS piece (language, key, personal)
                 GROUP BY 1, 2) each
         GROUP BY 1)
    SELECT coalesce(sum(here.shared + (SELECT count(*) FROM unnest(d.inserts) key WHERE key = ANY(here.own))), 0)::int
      FROM delivery d JOIN here ON here.language = d.language AND (here.shared > 0 OR d.inserts && here.own)
     WHERE d.mailing = $1 AND d.state IN ('queued', 'later')
           AND d.id NOT IN (SELECT unnest(under_way) FROM delivery_run)
"""

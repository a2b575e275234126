"""How one mailing fares in detail: where it went, what is tried again, what came back. No row names a person."""

from datetime import datetime

import msgspec

from service.kit import db, sealing
from service.rendering import email
from service.rendering.email import CompiledEdition

# Below it a domain may be one person's own, so it is only counted among the smaller ones.
SMALLEST = 10
MOST_DOMAINS = 20


class Place(msgspec.Struct, frozen=True):
    """How the mails by one server or to one domain fared; `name` is empty for all the smaller domains together."""

    name: str
    sent: int = 0
    refused: int = 0
    later: int = 0
    unknown: int = 0
    came_back: int = 0

    @property
    def tried(self) -> int:
        return self.sent + self.refused + self.later + self.unknown


class Places(msgspec.Struct, frozen=True):
    """The largest first."""

    domains: list[Place]
    servers: list[Place]


class Retry(msgspec.Struct, frozen=True):
    """`count` rows that were tried `attempts` times and put off for `reason`; `example` is a redacted reply."""

    reason: str
    attempts: int
    count: int
    next_at: datetime
    example: str


async def subject(mailing: int, language: str) -> str:
    """By what a reader knows the mailing, in `language` where there is such an edition; an ellipsis for a name."""
    written = await db.fetch_value(
        "SELECT subject FROM mailing_edition WHERE mailing = $1 ORDER BY language <> $2, id LIMIT 1",
        mailing,
        language,
    )
    if not written:
        return f"Mailing {mailing}"
    nobody = dict.fromkeys(email.READER, "…")
    return email.fill(CompiledEdition(subject=written, html="", text=""), nobody).subject


async def places(mailing: int) -> Places:
    """Counted from the index alone: some 300 ms for a million rows to 50,000 domains."""
    rows = await db.fetch(PLACES, mailing, SMALLEST, MOST_DOMAINS)
    return Places(
        domains=[_place(row, _domain(row["name"])) for row in rows if not row["is_server"]],
        servers=[_place(row, row["label"]) for row in rows if row["is_server"] and row["label"]],
    )


async def retries(mailing: int) -> list[Retry]:
    """What is to be tried again, the soonest first."""
    rows = await db.fetch(
        "SELECT reason, attempts, count(*) AS count, min(due_at) AS next_at,"
        " max(reply) AS example FROM delivery WHERE mailing = $1 AND state = 'later'"
        " GROUP BY reason, attempts ORDER BY next_at, reason",
        mailing,
    )
    return [Retry(**row) for row in rows]


async def came_back(mailing: int) -> dict[str, int]:
    """How many reports of each kind there are (see tables.BounceKind)."""
    rows = await db.fetch(
        "SELECT kind, count(*) AS count FROM bounce WHERE mailing = $1 AND source <> 'refused' GROUP BY kind", mailing
    )
    return {row["kind"]: row["count"] for row in rows}


async def names_of_domains(mailing: int) -> dict[int, str]:
    """Those with enough rows of this mailing to be named."""
    rows = await db.fetch(
        "SELECT d.id, d.name FROM mail_domain d JOIN (SELECT domain FROM delivery WHERE mailing = $1"
        " GROUP BY domain HAVING count(*) >= $2) large ON large.domain = d.id",
        mailing,
        SMALLEST,
    )
    return {row["id"]: _domain(row["name"]) for row in rows}


def _place(row: db.Record, name: str) -> Place:
    return Place(name, *(row[column] for column in Place.__struct_fields__[1:]))


def _domain(sealed: bytes | None) -> str:
    return sealing.unseal_address(sealed) if sealed else ""


# One pass over the index for both tables; sums over the pairs are cheap.
PLACES = """
    WITH pair AS MATERIALIZED (
        SELECT domain, server, 'sent' AS state, count(*) AS n FROM delivery
         WHERE mailing = $1 AND state = 'sent' GROUP BY domain, server
        UNION ALL
        SELECT domain, server, state, count(*) FROM delivery
         WHERE mailing = $1 AND state IN ('refused', 'later', 'unknown') GROUP BY domain, server, state
        UNION ALL
        SELECT b.domain, d.server, 'back', count(DISTINCT b.delivery)
          FROM bounce b JOIN delivery d ON d.id = b.delivery
         WHERE b.mailing = $1 AND b.source <> 'refused' GROUP BY b.domain, d.server
    ), large AS (
        SELECT domain FROM pair WHERE domain IS NOT NULL AND state <> 'back'
         GROUP BY domain HAVING sum(n) >= $2 ORDER BY sum(n) DESC, domain LIMIT $3
    ), place AS (
        SELECT false AS is_server, large.domain AS id, state, n FROM pair LEFT JOIN large USING (domain)
        UNION ALL
        SELECT true, server, state, n FROM pair
    ), counted AS (
        SELECT is_server, id,
               coalesce(sum(n) FILTER (WHERE state = 'sent'), 0)::int AS sent,
               coalesce(sum(n) FILTER (WHERE state = 'refused'), 0)::int AS refused,
               coalesce(sum(n) FILTER (WHERE state = 'later'), 0)::int AS later,
               coalesce(sum(n) FILTER (WHERE state = 'unknown'), 0)::int AS unknown,
               coalesce(sum(n) FILTER (WHERE state = 'back'), 0)::int AS came_back,
               sum(n) FILTER (WHERE state <> 'back') AS tried
          FROM place GROUP BY is_server, id
    )
    SELECT c.*, d.name, s.label FROM counted c
      LEFT JOIN mail_domain d ON NOT c.is_server AND d.id = c.id
      LEFT JOIN mail_server s ON c.is_server AND s.id = c.id
     ORDER BY c.is_server, c.id IS NULL, c.tried DESC
"""

"""How delivery goes over all mailings: what is under way, by which servers, what waits, what came back."""

from datetime import datetime, timedelta

import msgspec

from service.delivery import bounds, mailing_queries, queries, quota, servers
from service.delivery.mailing_queries import SMALLEST
from service.delivery.queries import Progress
from service.delivery.servers import BadSmtpUrl, Server
from service.kit import clock, db, sealing
from service.kit.settings import settings
from service.organisation import queries as organisations

# Nobody should wait longer for a confirmation.
PATIENCE = timedelta(minutes=1)
LATELY = timedelta(days=7)


class UnderWay(msgspec.Struct, frozen=True):
    """A mailing that is not over. `subject`: as its readers know it."""

    id: int
    subject: str
    progress: Progress


class Outgoing(msgspec.Struct, frozen=True):
    """A server of SMTP_URL; `used` mails in the last 24 hours, counted where there is a bound for a day."""

    server: Server
    used: int
    rests_until: datetime | None
    rests_because: str


class Slowed(msgspec.Struct, frozen=True):
    """A recipient's domain that asked us to be slower; what it bears now, None where that is not bounded."""

    name: str
    per_second: float | None
    connections: int | None
    slowed_at: datetime | None
    words: str


class Letters(msgspec.Struct, frozen=True):
    """Mails to one person, such as confirmations: `late` ones have been due for longer than PATIENCE."""

    waiting: int
    late: int
    unknown: int
    oldest_at: datetime | None


async def under_way(language: str) -> list[UnderWay]:
    """Those being sent or paused, the oldest first."""
    rows = await db.fetch("SELECT id FROM mailing WHERE state IN ('sending', 'paused') ORDER BY id LIMIT 20")
    found = []
    for row in rows:
        if progress := await queries.progress(row["id"]):
            found.append(UnderWay(row["id"], await mailing_queries.subject(row["id"], language), progress))
    return found


async def mailings() -> dict[str, int]:
    """How many that are not over there are, by state."""
    rows = await db.fetch("SELECT state, count(*) AS count FROM mailing WHERE finished_at IS NULL GROUP BY state")
    return {row["state"]: row["count"] for row in rows}


async def unfinished() -> dict[str, int]:
    """The mails of mailings that are not over, by state."""
    rows = await db.fetch(
        "SELECT d.state, count(*) AS count FROM mailing m JOIN delivery d ON d.mailing = m.id"
        " WHERE m.finished_at IS NULL GROUP BY d.state"
    )
    return {row["state"]: row["count"] for row in rows}


async def settled_lately() -> int:
    """Mails of mailings that were sent or refused within queries.WINDOW."""
    found: int = await db.fetch_value(
        "SELECT count(*) FROM mailing m JOIN delivery d ON d.mailing = m.id AND d.state IN ('sent', 'refused')"
        " AND d.settled_at > $1 WHERE m.finished_at IS NULL OR m.finished_at > $1",
        clock.now() - queries.WINDOW,
    )
    return found


async def outgoing() -> list[Outgoing]:
    """In the order of SMTP_URL; what cannot be read there is left out."""
    named = [server for url in settings().smtp_urls if (server := _readable(url))]
    rows = await db.fetch(
        "SELECT label, rests_until, rests_because FROM mail_server WHERE label = ANY($1) AND rests_until > $2",
        [server.label for server in named],
        clock.now(),
    )
    resting = {row["label"]: (row["rests_until"], row["rests_because"]) for row in rows}
    return [
        Outgoing(
            server,
            await quota.used(server.quota_name) if server.daily else 0,
            *resting.get(server.label, (None, "")),
        )
        for server in named
    ]


async def slowed() -> tuple[list[Slowed], int]:
    """The domains that are bounded now, the latest first; and how many smaller ones there are besides."""
    rows = await db.fetch(_SLOWED, SMALLEST, clock.now() - LATELY)
    large = [row for row in rows if row["large"]]
    return [
        Slowed(
            sealing.unseal_address(row["name"]),
            row["per_second"],
            row["connections"],
            row["slowed_at"],
            row["slowed_by"],
        )
        for row in large
    ], len(rows) - len(large)


async def letters() -> Letters:
    row = await db.fetch_one(
        "SELECT count(*) FILTER (WHERE state <> 'unknown') AS waiting,"  # noqa: S608
        f" count(*) FILTER (WHERE state <> 'unknown' AND due_at < $1 AND {_ALLOWED}) AS late,"
        " count(*) FILTER (WHERE state = 'unknown' AND settled_at > $2) AS unknown,"
        " min(due_at) FILTER (WHERE state <> 'unknown') AS oldest_at"
        " FROM delivery WHERE mailing IS NULL AND state IN ('queued', 'later', 'unknown')",
        clock.now() - PATIENCE,
        clock.now() - LATELY,
    )
    assert row
    return Letters(**row)


async def workers() -> int:
    """Runs of workers that live."""
    return sum(await bounds.runs())


async def unattended() -> bool:
    """Whether mail has been due for longer than PATIENCE and nobody is at work."""
    if await workers() or await organisations.is_stopped():
        return False
    found: bool = await db.fetch_value(
        "SELECT EXISTS (SELECT FROM delivery WHERE mailing IS NULL AND state IN ('queued', 'later')"  # noqa: S608
        f" AND due_at < $1 AND {_ALLOWED})"
        " OR EXISTS (SELECT FROM mailing m WHERE state = 'sending' AND EXISTS (SELECT FROM delivery d"
        " WHERE d.mailing = m.id AND d.state IN ('queued', 'later') AND d.due_at < $1))",
        clock.now() - PATIENCE,
    )
    return found


async def came_back(since: datetime) -> dict[str, int]:
    """Reports by kind (see tables.BounceKind)."""
    rows = await db.fetch(
        "SELECT kind, count(*) AS count FROM bounce WHERE at > $1 AND source <> 'refused' GROUP BY kind", since
    )
    return {row["kind"]: row["count"] for row in rows}


def _readable(url: str) -> Server | None:
    try:
        return servers.server(url)
    except BadSmtpUrl:
        return None


# By what went there lately: a domain of few may be one person's own.
# One that is put off until its hours come waits for nobody.
_ALLOWED = "(until IS NULL OR until > $1)"
_SLOWED = """
    WITH slow AS (SELECT * FROM mail_domain WHERE per_second IS NOT NULL OR connections IS NOT NULL)
    SELECT s.*, coalesce(c.count, 0) >= $1 AS large FROM slow s LEFT JOIN (
        SELECT d.domain, count(*) AS count FROM mailing m JOIN delivery d ON d.mailing = m.id
         WHERE (m.finished_at IS NULL OR m.finished_at > $2) AND d.state IN ('sent', 'refused', 'later', 'unknown')
           AND d.domain IN (SELECT id FROM slow)
         GROUP BY d.domain) c ON c.domain = s.id
     ORDER BY s.slowed_at DESC NULLS LAST
"""

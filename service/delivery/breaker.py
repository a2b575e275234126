"""A circuit breaker: bounces that look like one bad filter pause their mailing and are held, until staff decide.

The most common error of newsletter tools is to take one block by a large provider for thousands of dead addresses.
"""

from datetime import datetime, timedelta
from math import ceil

import msgspec

from service.auth import audit
from service.delivery import alerts, bounces
from service.delivery.tables import HoldDecision
from service.kit import clock, db, jobs, sealing
from service.kit.errors import NotFound, Problem
from service.kit.i18n import Sentence

WINDOW = timedelta(minutes=15)
# So many reports within the window with nearly the same words, and so large a part of what was sent there.
IN_A_DOMAIN = (10, 0.4)
OVER_ALL = (25, 0.15)
_SENT_WITHIN = timedelta(hours=1)
_LOCK = 0xB0C
# What is held at a domain pauses a mailing only where the domain has so many of its mails, or so large a part of
# them: a few addresses at one's own domain must not stop every campaign.
MATTERS = (100, 0.02)


class AlreadyDecided(Problem):
    code = "hold_decided"
    status = 409
    sentence = Sentence("Somebody else has decided about these bounces meanwhile. Nothing was changed.")


class Suspicion(msgspec.Struct, frozen=True):
    """Reports of one mailing that say nearly the same; `domain` None: wherever they came from."""

    mailing: int
    domain: int | None
    pattern: str
    count: int
    words: str
    first: datetime


class Hold(msgspec.Struct, frozen=True):
    """What staff decide about. `hard` of the `count` reports say that the address is gone; `domain` may be ""."""

    id: int
    mailing: int
    domain: str
    words: str
    count: int
    hard: int
    held_at: datetime
    decision: str
    decided_at: datetime | None


async def watch() -> None:
    """Looks at what came back lately; holds it and pauses its mailing where it looks like a filter."""
    async with db.transaction():
        if not await db.fetch_value("SELECT pg_try_advisory_xact_lock($1)", _LOCK):
            return
        since = clock.now() - WINDOW
        await db.execute(_HOLD, None)
        for look, (enough, share) in ((_IN_DOMAINS, IN_A_DOMAIN), (_ANYWHERE, OVER_ALL)):
            for row in await db.fetch(look, since, enough):
                found = Suspicion(**row)
                if found.count >= share * await _sent(found, ceil(found.count / share) + 1):
                    await _trip(found)


async def decide(hold: int, decision: HoldDecision, staff: int) -> None:
    """The addresses are GONE and suppressed after all, or it was a FILTER and nobody is. Raises AlreadyDecided."""
    async with db.transaction():
        mailing = await db.fetch_value(
            "UPDATE bounce_hold SET decision = $2, decided_at = $3 WHERE id = $1 AND decision = '' RETURNING mailing",
            hold,
            decision.value,
            clock.now(),
        )
        if mailing is None:
            raise AlreadyDecided if await known(hold) else NotFound
        if decision is HoldDecision.FILTER:
            await db.execute(
                "UPDATE bounce SET acted_at = $2 WHERE hold = $1 AND acted_at IS NULL", hold, clock.now()
            )
        await audit.record(staff, f"bounces.{decision.value}", subject=f"mailing {mailing}")
        jobs.enqueue("subscribers.take_bounces")


async def holds(most: int = 50) -> list[Hold]:
    """Those that wait for a decision first, then the newest."""
    rows = await db.fetch(_HOLDS, most)
    return [Hold(**{**row, "domain": _opened(row["domain"])}) for row in rows]


async def open_holds(mailing: int | None = None) -> int:
    """How many wait for a decision: of `mailing`, or of all."""
    found: int = await db.fetch_value(
        "SELECT count(*) FROM bounce_hold WHERE decision = '' AND ($1::bigint IS NULL OR mailing = $1)", mailing
    )
    return found


async def known(hold: int) -> bool:
    found: bool = await db.fetch_value("SELECT EXISTS (SELECT FROM bounce_hold WHERE id = $1)", hold)
    return found


async def _trip(found: Suspicion) -> None:
    hold = await db.fetch_value(
        "INSERT INTO bounce_hold (mailing, domain, pattern, words, held_at, decision) VALUES ($1, $2, $3, $4, $5, '')"
        " ON CONFLICT DO NOTHING RETURNING id",
        found.mailing,
        found.domain,
        found.pattern,
        found.words,
        clock.now(),
    )
    if hold is not None:
        await db.execute(_HOLD, hold)
        if await _matters(found):
            await _pause(found)


async def _matters(found: Suspicion) -> bool:
    """Whether it is a part of the mailing that is worth stopping it for; held it is in any case."""
    if found.domain is None:
        return True
    enough, share = MATTERS
    audience = await db.fetch_value("SELECT audience FROM mailing WHERE id = $1", found.mailing)
    return await _tried(found.mailing, enough, found.domain) >= min(enough, share * audience)


async def _pause(found: Suspicion) -> None:
    where = f" to {await _domain_name(found.domain)}" if found.domain else ""
    await alerts.paused(
        found.mailing,
        f"{found.count} mails{where} came back within a short while with nearly the same words. That looks like a"
        " filter, not like addresses that are gone, so nobody was taken off. Please look at the bounces that are"
        f" held. One of them says: “{bounces.quotable(found.words)}”",
    )


async def _sent(found: Suspicion, most: int) -> int:
    """How many were tried there lately, or else at all; not counted further than `most`."""
    lately = await _tried(found.mailing, most, found.domain, found.first - _SENT_WITHIN)
    return lately or await _tried(found.mailing, most, found.domain)


async def _tried(mailing: int, most: int, domain: int | None, since: datetime | None = None) -> int:
    found: int = await db.fetch_value(
        "SELECT count(*) FROM (SELECT FROM delivery WHERE mailing = $1 AND state IN ('sent', 'refused')"
        " AND ($3::int IS NULL OR domain = $3) AND ($4::timestamptz IS NULL OR settled_at > $4) LIMIT $2) s",
        mailing,
        most,
        domain,
        since,
    )
    return found


async def _domain_name(domain: int) -> str:
    return _opened(await db.fetch_value("SELECT name FROM mail_domain WHERE id = $1", domain)) or "one domain"


def _opened(name: bytes | None) -> str:
    try:
        return sealing.unseal_address(name) if name else ""
    except sealing.Unsealable:
        return ""


# Hard ones that nobody has acted upon count however old they are: the workers may have been away.
# What staff have called gone before is not held again; what they called a filter may be another block of that filter.
_LOOK = """
    SELECT mailing, {domain} AS domain, pattern, count(*) AS count, max(words) AS words, min(at) AS first
    FROM bounce b
    WHERE kind IN ('hard', 'blocked') AND hold IS NULL AND (at > $1 OR kind = 'hard' AND acted_at IS NULL)
          AND mailing IS NOT NULL AND {of}
          AND NOT EXISTS (SELECT FROM bounce_hold h WHERE h.decision = 'gone' AND {held_by})
    GROUP BY {by} HAVING count(*) >= $2 ORDER BY mailing, pattern
"""
_IN_DOMAINS = _LOOK.format(
    domain="domain", of="domain IS NOT NULL", by="mailing, pattern, domain", held_by=bounces.HELD_BY
)
_ANYWHERE = _LOOK.format(domain="NULL::int", of="true", by="mailing, pattern", held_by=bounces.HELD_BY)
# For one hold, or (null) for all: late ones of what is held already.
_HOLD = f"""
    UPDATE bounce b SET hold = h.id FROM bounce_hold h
    WHERE h.decision = '' AND ($1::bigint IS NULL OR h.id = $1) AND b.hold IS NULL AND {bounces.HELD_BY}
          AND (b.kind = 'hard' AND b.acted_at IS NULL OR b.kind = 'blocked')
"""  # noqa: S608
_HOLDS = """
    SELECT h.id, h.mailing, d.name AS domain, h.words, h.held_at, h.decision, h.decided_at,
           count(b.id) AS count, count(b.id) FILTER (WHERE b.kind = 'hard') AS hard
    FROM bounce_hold h LEFT JOIN mail_domain d ON d.id = h.domain LEFT JOIN bounce b ON b.hold = h.id
    GROUP BY h.id, d.name ORDER BY h.decision <> '', h.held_at DESC LIMIT $1
"""

"""How much a recipient's domain can bear, learned from its answers and shared by all workers.

An answer that asks us to be slower halves what was just observed; each quiet while gives some of it back, until the
domain is as free as it was before.
"""

from datetime import timedelta

import msgspec

from service.delivery.strain import Strain
from service.kit import clock, db

# The answers of one burst count once.
BURST = timedelta(seconds=5)
QUIET = timedelta(minutes=10)
STEP = 1.5
FORGOTTEN = timedelta(hours=2)
# Three mails a minute; and what a domain is taken to have borne of which not much is known yet.
LOWEST = 0.05
FIRST = 2.0


class Limit(msgspec.Struct, frozen=True):
    """What a domain bears: mails a second and conversations at a time, over all workers; None for no bound."""

    per_second: float | None = None
    connections: int | None = None


async def slow_down(domain: int, less: Strain, seen: Limit, words: str) -> bool:
    """`seen` is what all workers did when the domain said `words` (redacted); False when that is known already."""
    changed = await db.execute(
        _SLOW_DOWN,
        domain,
        less is Strain.RATE,
        max(FIRST, seen.per_second or 0.0),
        seen.connections or 1,
        words[:300],
        clock.now(),
        clock.now() - BURST,
    )
    return bool(changed)


async def ease() -> None:
    """Lets domains that were quiet for a while have a step more."""
    now = clock.now()
    await db.execute(_EASE, now, now - QUIET, now - FORGOTTEN, now + BURST)


async def limits() -> dict[int, Limit]:
    """All domains that are bounded, by mail_domain.id."""
    rows = await db.fetch(
        "SELECT id, per_second, connections FROM mail_domain WHERE per_second IS NOT NULL OR connections IS NOT NULL"
    )
    return {row["id"]: Limit(row["per_second"], row["connections"]) for row in rows}


_SLOW_DOWN = f"""
    UPDATE mail_domain SET slowed_at = $6, eased_at = NULL, slowed_by = $5,
        per_second = CASE WHEN $2 OR connections = 1
            THEN greatest({LOWEST}, least(per_second, $3::real) / 2) ELSE per_second END,
        connections = CASE WHEN $2 THEN connections ELSE greatest(1, least(connections, $4::int) / 2) END
    WHERE id = $1 AND (slowed_at IS NULL OR slowed_at < $7 OR slowed_at > $6)
"""  # noqa: S608
# A clock that went back must not keep a bound for longer than it was meant: what lies ahead is forgotten too.
_EASE = f"""
    UPDATE mail_domain SET eased_at = $1,
        per_second = CASE WHEN slowed_at BETWEEN $3 AND $4 THEN per_second * {STEP} END,
        connections = CASE WHEN slowed_at BETWEEN $3 AND $4 THEN ceil(connections * {STEP}) END
    WHERE (per_second IS NOT NULL OR connections IS NOT NULL)
          AND (coalesce(eased_at, slowed_at) < $2 OR slowed_at > $4)
"""  # noqa: S608

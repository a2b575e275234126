"""What bounds this process just now and is shared with the others, as it stood in PostgreSQL a second ago."""

from datetime import datetime

import msgspec

from service.delivery import claims, domains, slowing, warmup
from service.kit import db


class Bounds(msgspec.Struct, frozen=True):
    """`runs` of all workers: over mailings, and over transactional mails; `warming`: sender's domain → began at."""

    runs: int = 1
    transactional: int = 1
    warming: dict[str, datetime] = {}


async def read() -> Bounds:
    """Also tells this process what the domains have been learned to bear."""
    domains.everywhere.bound(await slowing.limits())
    return Bounds(*await runs(), await warmup.under_way())


async def runs() -> tuple[int, int]:
    """Those whose workers live, by the locks that they hold: over mailings, and over transactional mails."""
    row = await db.fetch_one(_RUNS, claims.RUN_CLASS)
    assert row
    return row["mailings"], row["transactional"]


_RUNS = """
    SELECT count(r.mailing) AS mailings, count(*) - count(r.mailing) AS transactional
    FROM pg_locks l
    JOIN pg_database here ON l.database = here.oid
    JOIN delivery_run r ON r.id::bigint = l.objid::bigint
    WHERE locktype = 'advisory' AND objsubid = 2 AND classid = $1::bigint::oid AND here.datname = current_database()
"""

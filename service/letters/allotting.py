"""Who is given to whom to write to: those with the fewest letters first. What is kept says how many, never who."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from random import Random

import asyncpg

from service.cases import allocation, publication
from service.cases.allocation import Candidate
from service.delivery import outbox
from service.kit import clock, db
from service.kit.errors import Problem
from service.kit.i18n import lazy as _
from service.letters import routes
from service.organisation import queries as organisations
from service.rendering.inserts import AREAS

RECENT = timedelta(days=90)
RESERVED_FOR = timedelta(days=21)
# Who only looks at the page keeps nobody from their letters for long, …
RESERVED_BY_A_PAGE_FOR = timedelta(days=3)
# … and all who look together hold back no more than this many letters for each prisoner.
HELD_BY_PAGES = 3
# Of whoever has a birthday while a letter of today is under way.
WEIGHT_OF_A_BIRTHDAY = 2
_LOCK = 0x0A110
_PATIENCE = "4s"

# $1: since when letters are recent; $2: now; $3: today.
_CANDIDATES = rf"""
    SELECT p.id, coalesce(posted.letters, 0) + coalesce(coming.letters, 0) AS load,
           p.weight + CASE WHEN p.born ~ '-\d\d-\d\d$' AND replace(right(p.born, 5), '02-29', '02-28') IN
             (SELECT to_char($3::date + n, 'MM-DD') FROM generate_series(0, {routes.USUAL_DAYS}) n)
             THEN {WEIGHT_OF_A_BIRTHDAY} ELSE 0 END AS weight
      FROM prisoner p JOIN facility f ON f.id = p.facility
      LEFT JOIN (SELECT prisoner, sum(letters) AS letters FROM letters_posted
                  WHERE day >= $1 GROUP BY prisoner) posted
        ON posted.prisoner = p.id
      LEFT JOIN (SELECT prisoner, sum(greatest(reserved - posted, 0)) AS letters FROM allotment
                  WHERE expires_at > $2 GROUP BY prisoner) coming
        ON coming.prisoner = p.id
     WHERE {publication.writable("$2")}
"""  # noqa: S608
# A reader's own list of people; those of an area have greater keys.
_PERSONAL = f"personal AND key < {AREAS}"
# Whoever is in every personal list of mailing $4, in every language.
_IN_THE_MAILING = f"""
       AND p.id IN (SELECT key FROM mailing_insert WHERE mailing = $4 AND {_PERSONAL} GROUP BY key HAVING count(*) =
         (SELECT count(DISTINCT (language, place)) FROM mailing_insert WHERE mailing = $4 AND {_PERSONAL}))
"""  # noqa: S608
# Whose language has a personal list.
_READERS = f"""
    SELECT id FROM delivery WHERE mailing = $1 AND state = 'queued'
       AND language IN (SELECT language FROM mailing_insert WHERE mailing = $1 AND {_PERSONAL}) ORDER BY id
"""  # noqa: S608


class NobodyToWriteTo(Problem):
    code = "nobody_to_write_to"
    status = 409
    sentence = _("Right now there is nobody whose address we know. Please look in again in a few days.")


class Busy(Problem):
    code = "allotting_busy"
    status = 503
    sentence = _("Many letters are being shared out at this moment. Please try again in a minute.")


async def candidates() -> list[Candidate]:
    """Everybody who can be written to; `load`: letters of the last 90 days and those reserved."""
    return await _candidates("")


async def for_mailing(mailing: int, per_reader: int) -> None:
    """Gives each of its readers that many people, of those who stand in its personal lists.

    Belongs into the transaction that freezes, after the audience is frozen. Raises NobodyToWriteTo.
    """
    async with db.transaction():
        await _one_at_a_time()
        pool = await _candidates(_IN_THE_MAILING, mailing)
        rows = await db.fetch(_READERS, mailing)
        keys = await _allot(f"mailing {mailing}", pool, len(rows), per_reader, clock.now() + RESERVED_FOR)
        await outbox.give(mailing, [row["id"] for row in rows], keys)


async def take_back(mailing: int) -> None:
    """Before it is cancelled: whoever stands in the mails that have not left is free for other writers."""
    await db.execute(
        "UPDATE allotment a SET reserved = greatest(a.reserved - unsent.letters, a.posted)"
        " FROM (SELECT prisoner, count(*) AS letters FROM delivery d, unnest(d.inserts) AS prisoner"
        "        WHERE d.mailing = $1 AND d.state IN ('queued', 'later') GROUP BY prisoner) unsent"
        " WHERE a.batch = $2 AND a.prisoner = unsent.prisoner",
        mailing,
        f"mailing {mailing}",
    )


async def for_page(count: int) -> tuple[str, list[int]]:
    """The batch and the people for a visitor who asks for `count`. Raises NobodyToWriteTo or Busy."""
    batch = f"page {(await organisations.today()).isoformat()}"
    async with db.transaction():
        await _one_at_a_time(_PATIENCE)
        pool = await candidates()
        held = await _held_by_pages()
        until = clock.now() + RESERVED_BY_A_PAGE_FOR if held < HELD_BY_PAGES * len(pool) else None
        [given] = await _allot(batch, pool, 1, count, until)
    return batch, list(given)


async def for_evening(evening: int, cards: int, day: date) -> list[int]:
    """That many different people, or all there are, reserved from `day` on. Raises NobodyToWriteTo."""
    after = max(datetime.combine(day, time(), UTC), clock.now())
    async with db.transaction():
        await _one_at_a_time()
        pool = await candidates()
        [given] = await _allot(f"evening {evening}", pool, 1, cards, after + RESERVED_FOR)
    return list(given)


async def _allot(
    batch: str, pool: Sequence[Candidate], writers: int, each: int, until: datetime | None
) -> list[tuple[int, ...]]:
    """`until`: None reserves nothing."""
    if not pool:
        raise NobodyToWriteTo
    chance = Random(clock.random_bytes(32))
    given = await asyncio.to_thread(allocation.allot, pool, writers, each, chance)
    if until:
        await _reserve(batch, given, until)
    return given


async def _reserve(batch: str, given: Sequence[tuple[int, ...]], until: datetime) -> None:
    await db.execute(
        "INSERT INTO allotment (batch, prisoner, reserved, posted, made_at, expires_at)"
        " SELECT $1, prisoner, count(*), 0, $3, $4 FROM unnest($2::bigint[]) AS given (prisoner) GROUP BY prisoner"
        " ORDER BY prisoner ON CONFLICT (batch, prisoner)"
        " DO UPDATE SET reserved = allotment.reserved + excluded.reserved,"
        " expires_at = greatest(allotment.expires_at, excluded.expires_at)",
        batch,
        [id for row in given for id in row],
        clock.now(),
        until,
    )


async def _one_at_a_time(patience: str = "0") -> None:
    """Until the end of the transaction nobody else reads the loads, so no two take the same least written-to."""
    try:
        async with db.savepoint():
            await db.execute("SELECT set_config('lock_timeout', $1, true)", patience)
            await db.execute("SELECT pg_advisory_xact_lock($1)", _LOCK)
    except asyncpg.LockNotAvailableError:
        raise Busy from None


async def _candidates(further: str, *args: int) -> list[Candidate]:
    now = clock.now()
    today = await organisations.today()
    rows = await db.fetch(_CANDIDATES + further, today - RECENT, now, today, *args)
    return [Candidate(row["id"], row["load"], row["weight"]) for row in rows]


async def _held_by_pages() -> int:
    held: int = await db.fetch_value(
        "SELECT coalesce(sum(greatest(reserved - posted, 0)), 0) FROM allotment"
        " WHERE batch LIKE 'page %' AND expires_at > $1",
        clock.now(),
    )
    return held

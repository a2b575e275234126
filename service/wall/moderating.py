"""What moderators decide about posts. Everything goes through states.move; a decision is about what was looked at."""

from collections.abc import Mapping, Sequence

import msgspec

from service.auth import audit
from service.cases import editing
from service.kit import clock, db
from service.kit.errors import Invalid, NotFound, Problem
from service.kit.i18n import Sentence
from service.wall import states
from service.wall.reasons import Reason
from service.wall.tables import PostState


class NothingToUndo(Problem):
    code = "nothing_to_undo"
    status = 409
    sentence = Sentence(
        "There is no decision of yours from the last ten minutes to take back. Older ones can be changed on the "
        "page of the post."
    )


class Outcome(msgspec.Struct, frozen=True):
    """`left`: how many were not touched: changed by their author or decided by somebody else meanwhile."""

    decided: list[int]
    left: int


async def approve(seen: Mapping[int, int], by: int) -> Outcome:
    """Publishes posts: id → the version that was looked at. Without its photo none is published."""
    return await _decide(seen, PostState.PUBLISHED, by)


async def reject(seen: Mapping[int, int], by: int, reason: str) -> Outcome:
    """Raises Invalid for `reason`."""
    if reason not in set(Reason):
        raise Invalid({"reason": Sentence("Please choose a reason: the author is told it in kind words.")})
    return await _decide(seen, PostState.REJECTED, by, reason)


async def to_queue(seen: Mapping[int, int], by: int) -> Outcome:
    """Back among those that wait, not shown."""
    return await _decide(seen, PostState.WAITING, by)


async def undo(by: int) -> list[int]:
    """Takes back what this account decided last, for one post or many at once. Raises NothingToUndo.

    Their authors hear nothing of either.
    """
    async with db.transaction():
        rows = await db.fetch(LAST_DECIDED.format(lock="FOR UPDATE"), by, clock.now() - states.UNTOLD)
        if not rows:
            raise NothingToUndo
        for to in sorted({_back(row) for row in rows}):
            await states.move([row["id"] for row in rows if _back(row) == to], to, by)
        ids = [row["id"] for row in rows]
        await db.execute("UPDATE wall_post SET before = '' WHERE id = ANY($1)", ids)
        await _never_shown([row for row in rows if row["is_first"]])
        await _report_again([row for row in rows if row["before"] == PostState.REPORTED])
    return ids


async def pin(post: int, on: bool, by: int) -> None:
    """First on the wall, or no more. Raises NotFound for what is not published."""
    async with db.transaction():
        if not await db.execute(
            "UPDATE wall_post SET pinned_at = $2, version = version + 1 WHERE id = $1 AND state = 'published'",
            post,
            clock.now() if on else None,
        ):
            raise NotFound
        await states.renew_mark()
        await audit.record(by, "wall.pinned" if on else "wall.unpinned", f"post {post}")


async def ambassador(post: int, on: bool, by: int) -> None:
    """Whether its author speaks for many. Raises NotFound for what was withdrawn."""
    async with db.transaction():
        if not await db.execute(
            "UPDATE wall_post SET ambassador = $2, version = version + 1 WHERE id = $1 AND state <> 'withdrawn'",
            post,
            on,
        ):
            raise NotFound
        await states.renew_mark()
        await audit.record(by, "wall.ambassador" if on else "wall.no_ambassador", f"post {post}")


async def _decide(seen: Mapping[int, int], to: PostState, by: int, reason: str = "") -> Outcome:
    async with db.transaction():
        rows = await db.fetch(_AS_SEEN, list(seen), list(seen.values()), to == PostState.PUBLISHED)
        moved = await states.move([row["id"] for row in rows], to, by, reason)
        await db.execute(_LOOKED_AT, moved)
    return Outcome(moved, len(seen) - len(moved))


def _back(row: db.Record) -> PostState:
    """Where a decision came from; the queue, where nobody sees it, when that way is closed."""
    before = PostState(row["before"])
    return before if row["state"] in states.FROM[before] and before != PostState.REJECTED else PostState.WAITING


async def _never_shown(rows: Sequence[db.Record]) -> None:
    """A first publication that was taken back at once counts for nobody."""
    await db.execute("UPDATE wall_post SET published_at = NULL WHERE id = ANY($1)", [row["id"] for row in rows])
    for row in rows:
        if row["prisoner"]:
            await editing.stand_by({row["prisoner"]: -1})


async def _report_again(rows: Sequence[db.Record]) -> None:
    """The reports that the decision had settled are open once more."""
    for row in rows:
        await db.execute(
            "UPDATE wall_report SET seen_at = NULL WHERE post = $1 AND seen_at = $2", row["id"], row["decided_at"]
        )
    await db.execute(_COUNT_REPORTS, [row["id"] for row in rows])


# The version changes with every edit: nobody publishes what they have not seen, nor what was never confirmed.
_AS_SEEN = """
    SELECT w.id FROM wall_post w
      JOIN unnest($1::bigint[], $2::int[]) AS seen (id, version) ON seen.id = w.id AND seen.version = w.version
      JOIN wall_photo o ON o.id = w.photo
     WHERE (o.state = 'ready' OR NOT $3) AND w.state <> 'unconfirmed' ORDER BY w.id FOR UPDATE OF w
"""
_LOOKED_AT = """
    UPDATE wall_report r SET seen_at = w.decided_at FROM wall_post w
     WHERE w.id = r.post AND w.id = ANY($1) AND r.seen_at IS NULL
"""
_COUNT_REPORTS = """
    UPDATE wall_post w SET reports = (
        SELECT count(*) FROM wall_report r WHERE r.post = w.id AND r.seen_at IS NULL
    ) WHERE id = ANY($1)
"""
# The last decision of account $1 after $2 that nobody was told of; many posts decided at once share its moment.
LAST_DECIDED = """
    SELECT w.id, w.state, w.before, w.prisoner, w.decided_at,
           w.state = 'published' AND w.published_at = w.decided_at AS is_first
      FROM wall_post w
     WHERE w.decided_by = $1 AND w.before <> '' AND w.state IN ('published', 'rejected') AND w.tell_at IS NOT NULL
       AND w.decided_at = (SELECT max(decided_at) FROM wall_post l WHERE l.decided_by = $1 AND l.decided_at > $2
                              AND l.before <> '' AND l.state IN ('published', 'rejected') AND l.tell_at IS NOT NULL)
     ORDER BY w.id {lock}
"""

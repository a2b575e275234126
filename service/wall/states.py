"""The one way from one state of a post to another, with all that has to happen beside it."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

from service.auth import audit
from service.cases import editing
from service.delivery import outbox
from service.kit import clock, db
from service.wall import rules
from service.wall.tables import PostState

# So long a decision can be undone before its author hears of it.
UNTOLD = timedelta(minutes=10)
# Where each state may be reached from.
FROM = {
    PostState.WAITING: (PostState.UNCONFIRMED, PostState.PUBLISHED, PostState.REPORTED, PostState.REJECTED),
    PostState.PUBLISHED: (PostState.WAITING, PostState.REPORTED, PostState.REJECTED),
    PostState.REPORTED: (PostState.PUBLISHED,),
    PostState.REJECTED: (PostState.WAITING, PostState.PUBLISHED, PostState.REPORTED),
    PostState.WITHDRAWN: tuple(state for state in PostState if state != PostState.WITHDRAWN),
}


async def move(posts: Sequence[int], to: PostState, by: int | None = None, reason: str = "") -> list[int]:
    """Those of `posts` that could be moved, in order.

    `by`: the account that decided; None for a supporter or a visitor. What is published for the first time counts as
    an act for its prisoner; what is not shown any more leaves every mail that has not left.
    """
    now = clock.now()
    async with db.transaction():
        rows = await db.fetch(_MOVE, list(posts), to, list(FROM[to]), now, by, reason, now + UNTOLD)
        moved = sorted(row["id"] for row in rows)
        if to == PostState.WAITING:
            await rules.look(moved)
        if to == PostState.PUBLISHED:
            await editing.stand_by(Counter(row["prisoner"] for row in rows if row["is_first"] and row["prisoner"]))
        if to == PostState.PUBLISHED or any(row["before"] == PostState.PUBLISHED for row in rows):
            await renew_mark()
        for row in rows:
            if row["before"] == PostState.PUBLISHED and row["in_mails"]:
                await outbox.withdraw_key(mail_key(row["id"]), str(to))
            if by is not None:
                await audit.record(by, f"wall.{to}", f"post {row['id']}", {"reason": reason} if reason else None)
    return moved


async def renew_mark() -> None:
    """In the transaction that changes what anybody may see of the wall."""
    await db.execute(
        "INSERT INTO wall_mark (id, mark) VALUES (1, gen_random_uuid())"
        " ON CONFLICT (id) DO UPDATE SET mark = excluded.mark"
    )


def mail_key(post: int) -> int:
    """By which a mail knows a post: prisoners have the numbers above zero."""
    return -post


# $1 posts, $2 where to, $3 where from, $4 now, $5 who, $6 why, $7 when its author is told. Who edits or takes down
# hears nothing new, nor does whose post is reported; after an edit the next decision is new in any case.
_MOVE = """
    WITH before AS (
        SELECT id, state, published_at FROM wall_post WHERE id = ANY($1) AND state = ANY($3) ORDER BY id FOR UPDATE
    )
    UPDATE wall_post w
       SET state = $2::text, before = before.state, reason = $6, version = version + 1,
           decided_at = $4::timestamptz, decided_by = $5::bigint,
           reports = CASE WHEN $2 = 'reported' THEN w.reports ELSE 0 END,
           confirmed_at = coalesce(w.confirmed_at, CASE WHEN $2 = 'waiting' THEN $4 END),
           published_at = coalesce(w.published_at, CASE WHEN $2 = 'published' THEN $4 END),
           told = CASE WHEN $2 = 'waiting' AND $5 IS NULL AND before.state <> 'unconfirmed' THEN 'waiting'
                       ELSE w.told END,
           tell_at = CASE WHEN $5 IS NOT NULL AND $2 IN ('published', 'rejected') THEN $7::timestamptz END
      FROM before WHERE w.id = before.id
    RETURNING w.id, w.prisoner, w.in_mails, before.state AS before, before.published_at IS NULL AS is_first
"""

"""What is erased when its time is over: templates/public/site/privacy.html promises these times."""

from datetime import timedelta

from service.kit import clock, db
from service.wall import links, mail, own, photos

# So long the same visitor cannot report the same post again.
REPORTS_FOR = timedelta(days=30)
_AT_ONCE = 200


async def erase_due() -> None:
    """Posts that nobody confirmed, posts that nobody mended, and reports, unless they wait to be looked at."""
    while await _erase_unconfirmed() == _AT_ONCE:
        pass
    last = 0
    while post := await _erase_next(last):
        last = post
    await db.execute(_FORGET, clock.now() - REPORTS_FOR)


async def _erase_unconfirmed() -> int:
    async with db.transaction():
        rows = await db.fetch(_UNCONFIRMED, clock.now() - links.CONFIRM_FOR, _AT_ONCE)
        await db.execute("DELETE FROM wall_post WHERE id = ANY($1)", [row["id"] for row in rows])
        for row in rows:
            await photos.destroy(row["photo"])
    return len(rows)


async def _erase_next(last: int) -> int | None:
    async with db.transaction():
        post: int | None = await db.fetch_value(_DUE, clock.now() - mail.REJECTED_FOR, last)
        if post:
            await own.take_down(post)
            # It was staff who took it off the wall; its address goes on to say nothing.
            await db.execute("UPDATE wall_post SET published_at = NULL WHERE id = $1", post)
    return post


_UNCONFIRMED = """
    SELECT id, photo FROM wall_post WHERE state = 'unconfirmed' AND created_at < $1 ORDER BY id LIMIT $2
       FOR UPDATE SKIP LOCKED
"""
# Rejected ones, and those whose author chose another photo that cannot be shown: nobody can decide about these.
_DUE = """
    SELECT w.id FROM wall_post w JOIN wall_photo o ON o.id = w.photo
     WHERE (w.state = 'rejected' OR w.state = 'waiting' AND o.state = 'refused') AND w.decided_at < $1 AND w.id > $2
     ORDER BY w.id LIMIT 1 FOR UPDATE OF w SKIP LOCKED
"""
_FORGET = "DELETE FROM wall_report r USING wall_post w WHERE w.id = r.post AND r.at < $1 AND w.state <> 'reported'"

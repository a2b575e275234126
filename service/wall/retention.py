"""What becomes of rejected posts and of reports: templates/public/site/privacy.html promises these times."""

from datetime import timedelta

from service.kit import clock, db
from service.wall import mail, own

# So long the same visitor cannot report the same post again.
REPORTS_FOR = timedelta(days=30)


async def erase_due() -> None:
    """Posts that nobody mended, one after the other; then reports, unless they wait to be looked at."""
    last = 0
    while post := await _erase_next(last):
        last = post
    await db.execute(_FORGET, clock.now() - REPORTS_FOR)


async def _erase_next(last: int) -> int | None:
    async with db.transaction():
        post: int | None = await db.fetch_value(_DUE, clock.now() - mail.REJECTED_FOR, last)
        if post:
            await own.take_down(post)
            # It was staff who took it off the wall; its address goes on to say nothing.
            await db.execute("UPDATE wall_post SET published_at = NULL WHERE id = $1", post)
    return post


# Rejected ones, and those whose author chose another photo that cannot be shown: nobody can decide about these.
_DUE = """
    SELECT w.id FROM wall_post w JOIN wall_photo o ON o.id = w.photo
     WHERE (w.state = 'rejected' OR w.state = 'waiting' AND o.state = 'refused') AND w.decided_at < $1 AND w.id > $2
     ORDER BY w.id LIMIT 1 FOR UPDATE OF w SKIP LOCKED
"""
_FORGET = "DELETE FROM wall_report r USING wall_post w WHERE w.id = r.post AND r.at < $1 AND w.state <> 'reported'"

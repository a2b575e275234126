"""What nobody confirmed is erased, as the privacy page promises."""

from service.kit import clock, db
from service.wall import links, photos

_AT_ONCE = 200


async def forget_due() -> None:
    """Posts whose link has run out, in batches."""
    while await _forget_some() == _AT_ONCE:
        pass


async def _forget_some() -> int:
    async with db.transaction():
        rows = await db.fetch(_DUE, clock.now() - links.CONFIRM_FOR, _AT_ONCE)
        await db.execute("DELETE FROM wall_post WHERE id = ANY($1)", [row["id"] for row in rows])
        for row in rows:
            await photos.destroy(row["photo"])
    return len(rows)


_DUE = """
    SELECT id, photo FROM wall_post WHERE state = 'unconfirmed' AND created_at < $1 ORDER BY id LIMIT $2
       FOR UPDATE SKIP LOCKED
"""

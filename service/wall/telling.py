"""What an author hears of a decision: once, and only when it can no longer be taken back unnoticed."""

from service.kit import clock, db, sealing
from service.wall import mail, reasons
from service.wall.tables import PostState

_AT_ONCE = 50


async def tell_due() -> None:
    """All whose time has come, in batches."""
    while await _tell_some() == _AT_ONCE:
        pass


async def _tell_some() -> int:
    async with db.transaction():
        rows = await db.fetch(_DUE, clock.now(), _AT_ONCE)
        for row in rows:
            # Back where it was when its author heard of it last: there is nothing new to say.
            if row["state"] != row["told"] and (address := _address(row)):
                await _tell(row, address)
        await db.execute(
            "UPDATE wall_post SET tell_at = NULL, told = state WHERE id = ANY($1)", [row["id"] for row in rows]
        )
    return len(rows)


async def _tell(row: db.Record, address: str) -> None:
    if row["state"] == PostState.PUBLISHED:
        await mail.published(
            row["id"], row["key"], row["language"], address, changed=row["told"] == PostState.WAITING
        )
    elif row["state"] == PostState.REJECTED:
        reply = reasons.reply(row["reason"])
        await mail.rejected(row["id"], row["language"], address, reply, was_shown=row["published_at"] is not None)


def _address(row: db.Record) -> str:
    """Empty when there is none any more, and when its key is gone: the others are told all the same."""
    try:
        return sealing.unseal_address(row["address"]) if row["address"] else ""
    except sealing.Unsealable:
        return ""


_DUE = """
    SELECT id, key, state, told, reason, language, address, published_at FROM wall_post
     WHERE tell_at <= $1 ORDER BY tell_at, id LIMIT $2 FOR UPDATE SKIP LOCKED
"""

"""What is stored of photos and must not be any more: originals, drafts that nobody sent, what was taken down."""

from datetime import timedelta

from service.kit import clock, db, files
from service.wall.intake import KEPT, original

# Longer than the promise of the form.
_DRAFTS = KEPT + timedelta(minutes=10)


async def sweep() -> None:
    await db.execute(_FORGOTTEN, clock.now() - _DRAFTS)
    for row in await db.fetch("SELECT id, folder, state FROM wall_photo WHERE to_delete ORDER BY id LIMIT 1000"):
        await _delete(row["folder"], row["state"])
        await db.execute(_DELETED, row["id"], row["state"], clock.now())
    await db.execute(_NOBODYS)


async def _delete(folder: str, state: str) -> None:
    names = [original(folder)] if state == "ready" else await files.inside(f"wall/{folder}")
    await files.delete(*names)


_FORGOTTEN = """
    UPDATE wall_photo SET state = 'gone', to_delete = true WHERE state = 'draft' AND uploaded_at <= $1
"""
# A job that still makes the variants of what is gone may store some after us: once more when its time is over.
_DELETED = """
    UPDATE wall_photo SET to_delete = coalesce(state = 'gone' AND lease_until > $3, false)
     WHERE id = $1 AND state = $2
"""
_NOBODYS = """
    DELETE FROM wall_photo o
     WHERE state = 'gone' AND NOT to_delete AND NOT EXISTS (SELECT FROM wall_post w WHERE w.photo = o.id)
"""

"""The published schedule of what is forgotten of letters: templates/public/site/privacy.html promises these times."""

from datetime import timedelta

from service.delivery import links
from service.kit import clock, db

# As long as a link can still be used for them, and a slip of an evening be corrected.
ALLOTMENTS_FOR = links.POSTED_FOR + timedelta(days=30)


async def forget_due() -> None:
    """Marks of used links, and who was given out in old batches; how many letters each got stays, by day."""
    now = clock.now()
    await db.execute("DELETE FROM posted_once WHERE expires_at < $1", now)
    await db.execute("DELETE FROM allotment WHERE made_at < $1 AND expires_at < $2", now - ALLOTMENTS_FOR, now)

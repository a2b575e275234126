"""What nobody was ever shown, or is not shown now, on the day on which the service ends."""

from service.kit import db
from service.wall import own, sweeping


async def drop_unshown() -> int:
    """Posts that do not stand on the wall, and photos of no post yet; of how many posts. Raises files.Unreachable."""
    posts = await db.fetch("SELECT id FROM wall_post WHERE state NOT IN ('published', 'withdrawn') ORDER BY id")
    for post in posts:
        await own.take_down(post["id"])
    await db.execute("UPDATE wall_photo SET state = 'gone', to_delete = true WHERE state = 'draft'")
    for _thousand in range(1 + await db.fetch_value("SELECT count(*) FROM wall_photo WHERE to_delete") // 1000):
        await sweeping.sweep()
    return len(posts)

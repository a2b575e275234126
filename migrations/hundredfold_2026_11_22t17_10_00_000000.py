"""The few posts that stand in front of all others are found without looking at all others."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.table import Table

ID = "2026-11-22T17:10:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "the pinned posts of the photo wall"

_PINNED = """
    CREATE INDEX wall_post_pinned ON wall_post (pinned_at DESC, id)
    WHERE state = 'published' AND pinned_at IS NOT NULL
"""


class Raw(Table):
    """Carries the raw statements."""


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="hundredfold", description=DESCRIPTION)

    async def run():
        await Raw.raw(_PINNED)

    manager.add_raw(run)
    return manager

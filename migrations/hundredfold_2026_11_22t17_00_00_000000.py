"""How the wall is walked through, newest first, whatever it is filtered by; and how its queue is."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.table import Table

ID = "2026-11-22T17:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "the orders of the photo wall"

_SHOWN = "(published_at DESC, id DESC) WHERE state = 'published'"
FORWARDS = [
    f"CREATE INDEX wall_post_shown ON wall_post {_SHOWN}",
    *(
        f"CREATE INDEX wall_post_shown_by_{column} ON wall_post {_SHOWN.replace('(', f'({column}, ', 1)}"
        for column in ("prisoner", "language", "country")
    ),
    "CREATE INDEX wall_post_said ON wall_post USING gin (to_tsvector('simple', sentence)) WHERE state = 'published'",
    "CREATE INDEX wall_post_prisoner ON wall_post (prisoner)",
    "CREATE INDEX wall_post_queue ON wall_post (rank DESC, confirmed_at, id) WHERE state IN ('waiting', 'reported')",
    "CREATE INDEX wall_post_address ON wall_post (address) WHERE address IS NOT NULL",
    "CREATE INDEX wall_post_tell ON wall_post (tell_at) WHERE tell_at IS NOT NULL",
    "CREATE UNIQUE INDEX wall_report_once ON wall_report (post, reporter)",
    "CREATE INDEX wall_photo_waiting ON wall_photo (uploaded_at) WHERE state IN ('draft', 'uploaded')",
]


class Raw(Table):
    """Carries the raw statements."""


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="hundredfold", description=DESCRIPTION)

    async def run():
        for statement in FORWARDS:
            await Raw.raw(statement)

    manager.add_raw(run)
    return manager

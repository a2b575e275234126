"""What moderators ask for at each post: their own last decision, and what was done with it."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.table import Table

ID = "2026-11-22T17:45:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "decisions about posts, and the audit of one thing, are found at once"

FORWARDS = [
    "CREATE INDEX wall_post_decided ON wall_post (decided_by, decided_at) WHERE decided_by IS NOT NULL",
    "CREATE INDEX wall_post_rejected ON wall_post (decided_at) WHERE state = 'rejected'",
    "CREATE INDEX audit_subject ON audit (subject, id) WHERE subject <> ''",
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

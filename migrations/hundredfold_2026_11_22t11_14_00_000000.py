"""What the pages of progress count, they find in the index alone: by server, by domain and by reason."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.table import Table

ID = "2026-11-22T11:14:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "indexes of the pages of progress"

FORWARDS = [
    "DROP INDEX IF EXISTS delivery_state",
    "CREATE INDEX delivery_state ON delivery (mailing, state, settled_at) INCLUDE (server, domain, reason)",
    "CREATE INDEX bounce_at ON bounce (at)",
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

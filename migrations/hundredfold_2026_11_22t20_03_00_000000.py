"""What is told of one representative about one prisoner waits once."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.table import Table

ID = "2026-11-22T20:03:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "what is told of a promise waits once"

FORWARDS = [
    """CREATE UNIQUE INDEX promise_told_once ON promise (representative, coalesce(prisoner, 0), kind)
       WHERE confirmed_at IS NULL AND rejected_at IS NULL""",
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

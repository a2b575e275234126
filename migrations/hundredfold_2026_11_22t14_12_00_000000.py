"""The list of prisoners that the public sees is sorted and counted in an index of its own."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.table import Table

ID = "2026-11-22T14:12:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "the list of prisoners by state and by who stands by them"

FORWARDS = [
    "CREATE INDEX prisoner_listed ON prisoner (state, standing) INCLUDE (key, publication)"
    " WHERE publication <> 'hidden' AND vetoed_at IS NULL",
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

"""A claim stands in the row of its run: what was claimed the old way is settled, and the indexes say less."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.table import Table

ID = "2026-11-22T10:58:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "claims stand in runs"

FORWARDS = [
    "UPDATE delivery SET state = 'queued' WHERE state = 'claimed'",
    "UPDATE delivery SET state = 'unknown', reason = 'interrupted', settled_at = now() WHERE state = 'handing_over'",
    "DROP INDEX delivery_leased",
    "DROP INDEX delivery_state",
    "DROP INDEX delivery_settled",
    "CREATE INDEX delivery_state ON delivery (mailing, state, settled_at)",
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

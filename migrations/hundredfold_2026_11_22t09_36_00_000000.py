"""Indexes for what pages count again and again; one goes that nothing reads."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.table import Table

ID = "2026-11-22T09:36:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "indexes of the pages that count"

FORWARDS = [
    "CREATE INDEX delivery_settled ON delivery (mailing, settled_at) WHERE settled_at IS NOT NULL",
    "CREATE INDEX consent_left ON consent (source) WHERE act IN ('unsubscribed', 'undone')",
    "DROP INDEX subscriber_changed",
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

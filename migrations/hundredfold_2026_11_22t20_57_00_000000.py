"""Where readers vote is found without looking at those who did not say."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.table import Table

ID = "2026-11-22T20:57:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "who votes where"

FORWARDS = [
    "CREATE INDEX subscriber_area ON subscriber (area) WHERE area IS NOT NULL",
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

"""Somebody may sit for two areas at once."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.table import Table

ID = "2026-11-22T20:06:30:000000"
VERSION = "1.38.0"
DESCRIPTION = "mandates for several areas"

FORWARDS = [
    "DROP INDEX membership_once",
    "CREATE UNIQUE INDEX membership_once ON membership"
    " (representative, parliament, coalesce(area, 0), coalesce(since, '-infinity'))",
    "CREATE INDEX representative_external ON representative USING gin (external)",
    "CREATE INDEX register_import_coming ON register_import (as_of) WHERE is_election AND begun_at IS NULL",
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

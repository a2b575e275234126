"""Which pieces of mails name somebody besides: found when that person is taken out."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.table import Table

ID = "2026-11-22T17:04:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "the pieces of mails that name somebody besides"

FORWARDS = ["CREATE INDEX mailing_insert_about ON mailing_insert (about) WHERE about <> 0"]


class Raw(Table):
    """Carries the raw statements."""


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="hundredfold", description=DESCRIPTION)

    async def run():
        for statement in FORWARDS:
            await Raw.raw(statement)

    manager.add_raw(run)
    return manager

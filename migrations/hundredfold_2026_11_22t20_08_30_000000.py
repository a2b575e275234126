"""How letters of which nobody knows whether they arrived, and those that still say who wrote, are found."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.table import Table

ID = "2026-11-22T20:08:30:000000"
VERSION = "1.38.0"
DESCRIPTION = "the ends of letters"

FORWARDS = [
    "CREATE INDEX advocacy_letter_unknown ON advocacy_letter (action, id) WHERE state = 'unknown'",
    "CREATE INDEX advocacy_letter_writer ON advocacy_letter (action) WHERE octet_length(writer) = 32",
    "CREATE INDEX advocacy_letter_trial ON advocacy_letter (action) WHERE is_test AND state = 'ready'",
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

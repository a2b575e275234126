"""What Piccolo cannot say of bounces that are kept back: one open hold for a pattern, and what the breaker counts."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.table import Table

ID = "2026-11-22T11:02:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "indexes of bounces that are kept back"

FORWARDS = [
    "CREATE UNIQUE INDEX bounce_hold_open ON bounce_hold (mailing, coalesce(domain, 0), pattern) WHERE decision = ''",
    "CREATE INDEX bounce_held ON bounce (hold) WHERE hold IS NOT NULL",
    "CREATE INDEX bounce_recent ON bounce (at, mailing) WHERE kind IN ('hard', 'blocked') AND hold IS NULL",
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

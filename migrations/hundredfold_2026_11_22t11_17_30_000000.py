"""Which domains are bounded is read every second: an index of those alone."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.table import Table

ID = "2026-11-22T11:17:30:000000"
VERSION = "1.38.0"
DESCRIPTION = "index of the domains that are bounded"

FORWARDS = [
    "CREATE INDEX mail_domain_bounded ON mail_domain (id) WHERE per_second IS NOT NULL OR connections IS NOT NULL",
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

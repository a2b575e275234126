"""What Piccolo cannot say of throttling, signing and bounces: pairs that are unique, and what the sweeps look for."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.table import Table

ID = "2026-11-22T10:51:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "indexes of throttling, signing and bounces"

FORWARDS = [
    "CREATE UNIQUE INDEX mail_quota_hour ON mail_quota (name, hour)",
    "CREATE UNIQUE INDEX dkim_key_selector ON dkim_key (domain, selector)",
    "CREATE UNIQUE INDEX bounce_once ON bounce (delivery, kind)",
    "CREATE INDEX bounce_waiting ON bounce (id) WHERE acted_at IS NULL",
    "ALTER TABLE heartbeat ADD CONSTRAINT heartbeat_is_one CHECK (id = 1)",
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

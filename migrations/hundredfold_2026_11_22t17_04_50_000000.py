"""How blobs that must not be there any more are found."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.table import Table

ID = "2026-11-22T17:04:50:000000"
VERSION = "1.38.0"
DESCRIPTION = "the few photos of which something is to be deleted"


class Raw(Table):
    """Carries the raw statements."""


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="hundredfold", description=DESCRIPTION)

    async def run():
        await Raw.raw("CREATE INDEX wall_photo_to_delete ON wall_photo (id) WHERE to_delete")

    manager.add_raw(run)
    return manager

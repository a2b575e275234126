"""Every table and the one history of migrations."""

from contextlib import redirect_stdout
from io import StringIO

from piccolo.apps.migrations.commands.forwards import ForwardsMigrationManager
from piccolo.conf.apps import AppConfig, table_finder

from service.advocacy import default_register
from service.kit import db, paths
from service.organisation import setup

APP_CONFIG = AppConfig(
    app_name="hundredfold",
    migrations_folder_path=str(paths.ROOT / "migrations"),
    table_classes=table_finder(
        modules=[
            "service.organisation.tables",
            "service.auth.tables",
            "service.delivery.tables",
            "service.subscribers.tables",
            "service.cases.tables",
            "service.letters.tables",
            "service.wall.tables",
            "service.advocacy.tables",
            "service.advocacy.held_tables",
            "service.campaigns.tables",
        ]
    ),
)


async def migrate() -> int:
    """Brings the database to the newest migration; how many were applied.

    A new one also gets its organisation, and the places that come with the service.
    """
    before = await _applied()
    with redirect_stdout(StringIO()):
        await ForwardsMigrationManager(app_name="hundredfold", migration_id="all").run()
    await setup.ensure()
    await default_register.ensure()
    return await _applied() - before


async def _applied() -> int:
    if await db.fetch_value("SELECT to_regclass('migration')") is None:
        return 0
    found: int = await db.fetch_value("SELECT count(*) FROM migration")
    return found

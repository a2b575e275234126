from piccolo.apps.migrations.auto.migration_manager import MigrationManager

ID = "2026-11-22T20:35:54:309697"
VERSION = "1.38.0"
DESCRIPTION = "when a letter leaves is counted and not written down"


async def forwards():
    manager = MigrationManager(
        migration_id=ID, app_name="hundredfold", description=DESCRIPTION
    )

    manager.drop_column(
        table_class_name="AdvocacyLetter",
        tablename="advocacy_letter",
        column_name="due_at",
        db_column_name="due_at",
        schema=None,
    )

    return manager

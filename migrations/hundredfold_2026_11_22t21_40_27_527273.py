from piccolo.apps.migrations.auto.migration_manager import MigrationManager

ID = "2026-11-22T21:40:27:527273"
VERSION = "1.38.0"
DESCRIPTION = "of who wrote in another way no area is kept"


async def forwards():
    manager = MigrationManager(
        migration_id=ID, app_name="hundredfold", description=DESCRIPTION
    )

    manager.drop_column(
        table_class_name="OwnWay",
        tablename="own_way",
        column_name="area",
        db_column_name="area",
        schema=None,
    )

    return manager

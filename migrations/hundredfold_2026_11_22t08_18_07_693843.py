from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Varchar
from piccolo.columns.indexes import IndexMethod

ID = "2026-11-22T08:18:07:693843"
VERSION = "1.38.0"
DESCRIPTION = "imports say where the consent comes from"


async def forwards():
    manager = MigrationManager(
        migration_id=ID, app_name="hundredfold", description=DESCRIPTION
    )

    manager.add_column(
        table_class_name="Import",
        tablename="subscriber_import",
        column_name="consent",
        db_column_name="consent",
        column_class_name="Varchar",
        column_class=Varchar,
        params={
            "length": 500,
            "default": "",
            "null": False,
            "primary_key": False,
            "unique": False,
            "index": False,
            "index_method": IndexMethod.btree,
            "choices": None,
            "db_column_name": None,
            "secret": False,
        },
        schema=None,
    )

    return manager

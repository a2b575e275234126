from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Varchar
from piccolo.columns.indexes import IndexMethod

ID = "2026-11-22T08:14:25:519105"
VERSION = "1.38.0"
DESCRIPTION = "the language in which a consent was shown"


async def forwards():
    manager = MigrationManager(
        migration_id=ID, app_name="hundredfold", description=DESCRIPTION
    )

    manager.add_column(
        table_class_name="SignupRequest",
        tablename="signup_request",
        column_name="shown_in",
        db_column_name="shown_in",
        column_class_name="Varchar",
        column_class=Varchar,
        params={
            "length": 2,
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

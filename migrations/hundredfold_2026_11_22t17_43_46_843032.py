from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from enum import Enum
from piccolo.columns.column_types import Varchar

ID = "2026-11-22T17:43:46:843032"
VERSION = "1.38.0"
DESCRIPTION = "an automation tells how the wall grew"


async def forwards():
    manager = MigrationManager(
        migration_id=ID, app_name="hundredfold", description=DESCRIPTION
    )

    manager.alter_column(
        table_class_name="Automation",
        tablename="automation",
        column_name="kind",
        db_column_name="kind",
        params={
            "choices": Enum(
                "AutomationKind",
                {
                    "NEW_CASES": "new_cases",
                    "BIRTHDAYS": "birthdays",
                    "BIRTHDAY_REMINDER": "birthday_reminder",
                    "WALL_GREW": "wall_grew",
                },
            )
        },
        old_params={
            "choices": Enum(
                "AutomationKind",
                {
                    "NEW_CASES": "new_cases",
                    "BIRTHDAYS": "birthdays",
                    "BIRTHDAY_REMINDER": "birthday_reminder",
                },
            )
        },
        column_class=Varchar,
        old_column_class=Varchar,
        schema=None,
    )

    return manager

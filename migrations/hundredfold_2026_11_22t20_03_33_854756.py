from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from enum import Enum
from piccolo.columns.column_types import BigInt
from piccolo.columns.column_types import Varchar
from piccolo.columns.indexes import IndexMethod

ID = "2026-11-22T20:03:33:854756"
VERSION = "1.38.0"
DESCRIPTION = "the action of a campaign"


async def forwards():
    manager = MigrationManager(
        migration_id=ID, app_name="hundredfold", description=DESCRIPTION
    )

    manager.add_column(
        table_class_name="Campaign",
        tablename="campaign",
        column_name="action",
        db_column_name="action",
        column_class_name="BigInt",
        column_class=BigInt,
        params={
            "default": None,
            "null": True,
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
                    "ACTION_OPENED": "action_opened",
                    "ACTION_REMINDER": "action_reminder",
                    "ACTION_THANKS": "action_thanks",
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
                    "WALL_GREW": "wall_grew",
                },
            )
        },
        column_class=Varchar,
        old_column_class=Varchar,
        schema=None,
    )

    return manager

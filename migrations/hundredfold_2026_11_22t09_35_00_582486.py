from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from enum import Enum
from piccolo.columns.column_types import Varchar

ID = "2026-11-22T09:35:00:582486"
VERSION = "1.38.0"
DESCRIPTION = "columns that nobody reads"


async def forwards():
    manager = MigrationManager(
        migration_id=ID, app_name="hundredfold", description=DESCRIPTION
    )

    manager.drop_column(
        table_class_name="Import",
        tablename="subscriber_import",
        column_name="account",
        db_column_name="account",
        schema=None,
    )

    manager.drop_column(
        table_class_name="Campaign",
        tablename="campaign",
        column_name="created_by",
        db_column_name="created_by",
        schema=None,
    )

    manager.drop_column(
        table_class_name="Picture",
        tablename="picture",
        column_name="height",
        db_column_name="height",
        schema=None,
    )

    manager.drop_column(
        table_class_name="Picture",
        tablename="picture",
        column_name="name",
        db_column_name="name",
        schema=None,
    )

    manager.drop_column(
        table_class_name="Picture",
        tablename="picture",
        column_name="width",
        db_column_name="width",
        schema=None,
    )

    manager.alter_column(
        table_class_name="Campaign",
        tablename="campaign",
        column_name="state",
        db_column_name="state",
        params={
            "choices": Enum(
                "CampaignState",
                {
                    "DRAFT": "draft",
                    "SCHEDULED": "scheduled",
                    "STARTED": "started",
                },
            )
        },
        old_params={
            "choices": Enum(
                "CampaignState",
                {
                    "DRAFT": "draft",
                    "SCHEDULED": "scheduled",
                    "STARTED": "started",
                    "CANCELLED": "cancelled",
                },
            )
        },
        column_class=Varchar,
        old_column_class=Varchar,
        schema=None,
    )

    return manager

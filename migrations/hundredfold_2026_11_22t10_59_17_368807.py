from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from enum import Enum
from piccolo.columns.column_types import Varchar

ID = "2026-11-22T10:59:17:368807"
VERSION = "1.38.0"
DESCRIPTION = "claims stand in runs"


async def forwards():
    manager = MigrationManager(
        migration_id=ID, app_name="hundredfold", description=DESCRIPTION
    )

    manager.drop_column(
        table_class_name="Delivery",
        tablename="delivery",
        column_name="claim",
        db_column_name="claim",
        schema=None,
    )

    manager.drop_column(
        table_class_name="Delivery",
        tablename="delivery",
        column_name="lease_until",
        db_column_name="lease_until",
        schema=None,
    )

    manager.alter_column(
        table_class_name="Delivery",
        tablename="delivery",
        column_name="state",
        db_column_name="state",
        params={
            "choices": Enum(
                "DeliveryState",
                {
                    "QUEUED": "queued",
                    "LATER": "later",
                    "SENT": "sent",
                    "REFUSED": "refused",
                    "UNKNOWN": "unknown",
                    "SKIPPED": "skipped",
                },
            )
        },
        old_params={
            "choices": Enum(
                "DeliveryState",
                {
                    "QUEUED": "queued",
                    "CLAIMED": "claimed",
                    "HANDING_OVER": "handing_over",
                    "LATER": "later",
                    "SENT": "sent",
                    "REFUSED": "refused",
                    "UNKNOWN": "unknown",
                    "SKIPPED": "skipped",
                },
            )
        },
        column_class=Varchar,
        old_column_class=Varchar,
        schema=None,
    )

    return manager

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

ID = "2026-11-22T15:18:08:448951"
VERSION = "1.38.0"
DESCRIPTION = "nothing read these columns"


async def forwards():
    manager = MigrationManager(
        migration_id=ID, app_name="hundredfold", description=DESCRIPTION
    )

    manager.drop_column(
        table_class_name="CaseEvent",
        tablename="case_event",
        column_name="noted_at",
        db_column_name="noted_at",
        schema=None,
    )

    manager.drop_column(
        table_class_name="NewsFeed",
        tablename="news_feed",
        column_name="created_at",
        db_column_name="created_at",
        schema=None,
    )

    manager.drop_column(
        table_class_name="LetterEvening",
        tablename="letter_evening",
        column_name="by",
        db_column_name="by",
        schema=None,
    )

    manager.drop_column(
        table_class_name="LetterEvening",
        tablename="letter_evening",
        column_name="created_at",
        db_column_name="created_at",
        schema=None,
    )

    manager.drop_column(
        table_class_name="Automation",
        tablename="automation",
        column_name="created_at",
        db_column_name="created_at",
        schema=None,
    )

    manager.drop_column(
        table_class_name="Rehearsal",
        tablename="rehearsal",
        column_name="by",
        db_column_name="by",
        schema=None,
    )

    return manager

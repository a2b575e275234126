"""Tables: the migrations are current, and what is binary is sealed or a hash."""

from piccolo.apps.migrations.commands.new import AutoMigrationManager
from piccolo.columns import Bytea

from service import piccolo_app


async def test_the_migrations_say_what_the_tables_say() -> None:
    changes = await AutoMigrationManager().get_alter_statements(piccolo_app.APP_CONFIG)
    assert [line for change in changes for line in change.statements] == []


def test_every_binary_column_says_whether_it_is_sealed_or_a_hash() -> None:
    for table in piccolo_app.APP_CONFIG.table_classes:
        for column in table._meta.columns:
            if isinstance(column, Bytea):
                said = column._meta.help_text or ""
                assert said == "hash" or said.startswith("sealed: "), f"{table.__name__}.{column._meta.name}"


def test_no_column_is_a_clear_address_or_name_of_a_subscriber() -> None:
    clear = {
        f"{table._meta.tablename}.{column._meta.name}"
        for table in piccolo_app.APP_CONFIG.table_classes
        for column in table._meta.columns
        if column._meta.name in ("address", "email", "first_name", "last_name") and not isinstance(column, Bytea)
    }
    # Of a member of parliament, as the parliament publishes it.
    assert clear == {"representative.email"}

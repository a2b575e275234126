"""What Piccolo cannot say: pairs that are unique, and the tables' few indexes of their own."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.table import Table

ID = "2026-11-22T14:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "unique pairs of cases, letters and inserts"

FORWARDS = [
    "CREATE UNIQUE INDEX prisoner_status_one ON prisoner_status (prisoner, organisation)",
    "CREATE UNIQUE INDEX prisoner_status_external ON prisoner_status (organisation, external_id)",
    "CREATE UNIQUE INDEX allotment_one ON allotment (batch, prisoner)",
    "CREATE UNIQUE INDEX letters_posted_one ON letters_posted (prisoner, day, said_by)",
    "CREATE UNIQUE INDEX news_item_one ON news_item (feed, guid)",
    "CREATE UNIQUE INDEX mailing_insert_one ON mailing_insert (mailing, language, place, key)",
    "CREATE INDEX mailing_insert_key ON mailing_insert (key)",
    "CREATE INDEX case_change_open ON case_change (organisation, external_id) WHERE decision = ''",
]


class Raw(Table):
    """Carries the raw statements."""


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="hundredfold", description=DESCRIPTION)

    async def run():
        for statement in FORWARDS:
            await Raw.raw(statement)

    manager.add_raw(run)
    return manager

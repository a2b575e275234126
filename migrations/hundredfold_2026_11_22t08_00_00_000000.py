"""What Piccolo cannot say: partial and composite indexes, and the one row of the organisation."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.table import Table

ID = "2026-11-22T08:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "indexes"

FORWARDS = [
    "CREATE UNIQUE INDEX delivery_once ON delivery (subscriber, mailing)",
    "CREATE INDEX delivery_due ON delivery (mailing, due_at, id) WHERE state IN ('queued', 'later')",
    "CREATE INDEX delivery_leased ON delivery (lease_until) WHERE state IN ('claimed', 'handing_over')",
    "CREATE INDEX delivery_state ON delivery (mailing, state)",
    "CREATE UNIQUE INDEX mailing_edition_language ON mailing_edition (mailing, language)",
    "CREATE UNIQUE INDEX campaign_edition_language ON campaign_edition (campaign, language)",
    "CREATE UNIQUE INDEX list_member_once ON list_member (mailing_list, subscriber)",
    "CREATE INDEX subscriber_changed ON subscriber (changed_at)",
    "CREATE INDEX campaign_due ON campaign (send_at) WHERE state = 'scheduled'",
    "ALTER TABLE organisation ADD CONSTRAINT organisation_is_one CHECK (id = 1)",
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

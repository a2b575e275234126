"""What is there once, and how waiting letters are found."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.table import Table

ID = "2026-11-22T19:54:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "the orders of advocacy"

FORWARDS = [
    "CREATE UNIQUE INDEX area_once ON area (country, kind, code, coalesce(valid_from, '-infinity'))",
    "CREATE UNIQUE INDEX place_once ON place (country, postcode, town, area)",
    "CREATE UNIQUE INDEX membership_once ON membership (representative, parliament, coalesce(since, '-infinity'))",
    "CREATE UNIQUE INDEX committee_once ON committee (parliament, code)",
    "CREATE UNIQUE INDEX committee_seat_once ON committee_seat (committee, representative)",
    "CREATE UNIQUE INDEX action_edition_once ON action_edition (action, language)",
    "CREATE UNIQUE INDEX advocacy_letter_once ON advocacy_letter (writer)",
    "CREATE INDEX advocacy_letter_action ON advocacy_letter (action, state)",
    "CREATE INDEX advocacy_letter_ready ON advocacy_letter (representative, confirmed_at, id) WHERE state = 'ready'",
    "CREATE INDEX advocacy_letter_left ON advocacy_letter (representative, left_at DESC) WHERE left_at IS NOT NULL",
    "CREATE INDEX advocacy_letter_leaving ON advocacy_letter (id) WHERE state = 'leaving'",
    "CREATE INDEX advocacy_letter_unconfirmed ON advocacy_letter (created_at) WHERE state = 'unconfirmed'",
    "CREATE INDEX advocacy_letter_held ON advocacy_letter (confirmed_at) WHERE state = 'held'",
    "CREATE INDEX advocacy_letter_ask ON advocacy_letter (sent_at) WHERE state = 'sent' AND address IS NOT NULL",
    "CREATE INDEX advocacy_letter_scrub ON advocacy_letter (scrub_at) WHERE scrub_at IS NOT NULL",
    "CREATE INDEX advocacy_letter_likeness ON advocacy_letter USING gin (likeness)",
    "CREATE UNIQUE INDEX took_part_once ON took_part (action, address)",
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

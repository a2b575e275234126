from piccolo.columns import JSONB, Bytea, SmallInt, Timestamptz, Varchar
from piccolo.table import Table


class Organisation(Table, tablename="organisation"):
    """The one organisation that this installation serves; exactly one row, id 1."""

    id = SmallInt(primary_key=True, default=1)
    name = Varchar(120)
    postal_address = Varchar(300, default="")
    website = Varchar(200, default="")
    timezone = Varchar(60, default="Europe/Zurich")
    languages = JSONB(default='["en"]')
    fallback_language = Varchar(2, default="en")
    sender_name = Varchar(120)
    sender_address = Varchar(200)
    reply_to = Varchar(200, default="")
    contact_address = Varchar(200, default="")
    # Keys the suppression hashes; sealed, so that `rekey` can change the secret without losing them.
    pepper = Bytea(help_text="sealed: pepper")
    # Since when nothing is sent and only owners reach the console.
    frozen_at = Timestamptz(null=True, default=None)
    # Since when nothing that was sealed can be read by anybody.
    destroyed_at = Timestamptz(null=True, default=None)

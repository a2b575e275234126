from enum import StrEnum

from piccolo.columns import (
    JSONB,
    BigInt,
    BigSerial,
    Boolean,
    Bytea,
    ForeignKey,
    Integer,
    SmallInt,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.columns.base import OnDelete
from piccolo.table import Table


class MailingState(StrEnum):
    FREEZING = "freezing"
    SENDING = "sending"
    PAUSED = "paused"
    CANCELLED = "cancelled"
    SENT = "sent"


class DeliveryState(StrEnum):
    QUEUED = "queued"
    CLAIMED = "claimed"
    HANDING_OVER = "handing_over"
    LATER = "later"
    SENT = "sent"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    SKIPPED = "skipped"


class Mailing(Table, tablename="mailing"):
    """A campaign as the delivery machine sees it: who it comes from, and whether it may be sent."""

    id = BigSerial(primary_key=True)
    state = Varchar(10, default=MailingState.FREEZING, choices=MailingState)
    # Why it paused itself, as a sentence for staff.
    pause_reason = Varchar(500, default="")
    sender_name = Varchar(120)
    sender_address = Varchar(200)
    reply_to = Varchar(200, default="")
    list_name = Varchar(120)
    list_label = Varchar(60)
    # Plain values that are the same for everybody: organisation, archive_url, ...
    shared = JSONB(default="{}")
    audience = Integer(default=0)
    created_at = Timestamptz()
    started_at = Timestamptz(null=True, default=None)
    finished_at = Timestamptz(null=True, default=None)
    # Whether its rows have forgotten whom they went to.
    nameless = Boolean(default=False)
    # Who left because of it and has been erased since: their own records of it are gone.
    leavers = Integer(default=0)


class MailingEdition(Table, tablename="mailing_edition"):
    """The frozen text in one language: Jinja sources with only the recipient's variables left."""

    id = BigSerial(primary_key=True)
    mailing = ForeignKey(Mailing, on_delete=OnDelete.cascade, null=False, index=True)
    language = Varchar(2)
    subject = Text()
    html = Text()
    text = Text()


class Delivery(Table, tablename="delivery"):
    """One mail to one person: of a mailing, or (mailing null) a transactional mail with its template and context.

    Personal columns are sealed copies and are emptied when the row is settled for good.
    """

    id = BigSerial(primary_key=True)
    mailing = ForeignKey(Mailing, on_delete=OnDelete.cascade, null=True, index=False)
    subscriber = BigInt(null=True, default=None)
    state = Varchar(12, default=DeliveryState.QUEUED, choices=DeliveryState)
    language = Varchar(2)
    address = Bytea(null=True, default=None, help_text="sealed: address")
    first_name = Bytea(null=True, default=None, help_text="sealed: first_name")
    last_name = Bytea(null=True, default=None, help_text="sealed: last_name")
    template = Varchar(60, null=True, default=None)
    context = Bytea(null=True, default=None, help_text="sealed: context")
    attempts = SmallInt(default=0)
    # When a queued or later row may be claimed.
    due_at = Timestamptz()
    lease_until = Timestamptz(null=True, default=None)
    # Random, of the claim: only who holds it may mark the row.
    claim = BigInt(null=True, default=None)
    settled_at = Timestamptz(null=True, default=None)
    # Why it was refused, skipped or put off: a code and the server's words with addresses redacted.
    reason = Varchar(40, default="")
    reply = Varchar(300, default="")

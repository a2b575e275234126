from enum import StrEnum

from piccolo.columns import (
    JSONB,
    Array,
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


class Topic(StrEnum):
    CASES = "cases"
    BIRTHDAYS = "birthdays"
    ACTIONS = "actions"
    NEWSLETTER = "newsletter"


class SubscriberState(StrEnum):
    UNCONFIRMED = "unconfirmed"
    CONFIRMED = "confirmed"
    UNSUBSCRIBED = "unsubscribed"


class SuppressionReason(StrEnum):
    UNSUBSCRIBED = "unsubscribed"
    ERASED = "erased"
    COMPLAINT = "complaint"
    BOUNCED = "bounced"
    STAFF = "staff"


class Subscriber(Table, tablename="subscriber"):
    """Somebody who gets mail or asked for it. Address and names are sealed."""

    id = BigSerial(primary_key=True)
    address = Bytea(unique=True, help_text="sealed: address")
    first_name = Bytea(null=True, default=None, help_text="sealed: first_name")
    last_name = Bytea(null=True, default=None, help_text="sealed: last_name")
    language = Varchar(2)
    state = Varchar(12, choices=SubscriberState)
    topics = Array(base_column=Varchar(12))
    # Where they post letters from, if they said so: reminders leave early enough for the post from there.
    country = Varchar(2, default="")
    # Where they vote, if they said so: an area of the register of representatives, by its id.
    area = BigInt(null=True, default=None)
    created_at = Timestamptz()
    changed_at = Timestamptz()
    confirmed_at = Timestamptz(null=True, default=None)
    # At most one confirmation mail a day and three ever.
    confirmations = SmallInt(default=0)
    confirmation_sent_at = Timestamptz(null=True, default=None)


class SignupRequest(Table, tablename="signup_request"):
    """What a visitor typed, before anybody looked whether the address is known: the page answers the same to all."""

    id = BigSerial(primary_key=True)
    # signup | preferences | from_a_mail: what the visitor asked for.
    kind = Varchar(12)
    address = Bytea(help_text="sealed: address")
    language = Varchar(2)
    topics = Array(base_column=Varchar(12))
    # The language of the page, and so of the wording; `language` is the one chosen for the mail.
    shown_in = Varchar(2, default="")
    wording = Text(default="")
    created_at = Timestamptz()


class MailingList(Table, tablename="mailing_list"):
    id = BigSerial(primary_key=True)
    name = Varchar(120, unique=True)
    # The stable label of the List-Id header.
    label = Varchar(60, unique=True)
    description = Varchar(300, default="")
    created_at = Timestamptz()
    archived_at = Timestamptz(null=True, default=None)


class ListMember(Table, tablename="list_member"):
    """Who is on which list; the pair is unique (see migrations)."""

    id = BigSerial(primary_key=True)
    mailing_list = ForeignKey(MailingList, on_delete=OnDelete.cascade, null=False, index=False)
    subscriber = ForeignKey(Subscriber, on_delete=OnDelete.cascade, null=False, index=True)
    added_at = Timestamptz()


class Consent(Table, tablename="consent"):
    """What somebody agreed to or withdrew, with the exact wording and language that was shown."""

    id = BigSerial(primary_key=True)
    subscriber = ForeignKey(Subscriber, on_delete=OnDelete.cascade, null=False, index=True)
    # asked, confirmed, changed, unsubscribed, undone, imported
    act = Varchar(12)
    source = Varchar(40, default="")
    wording = Text(default="")
    language = Varchar(2)
    at = Timestamptz()


class Suppression(Table, tablename="suppression"):
    """Who must not be written to: a keyed hash of the address and nothing else."""

    hash = Bytea(primary_key=True, help_text="hash")
    reason = Varchar(12, choices=SuppressionReason)
    at = Timestamptz()


class AskedBefore(Table, tablename="asked_before"):
    """How many confirmation mails went to an address that was erased: a keyed hash, so that three ever stay three."""

    hash = Bytea(primary_key=True, help_text="hash")
    confirmations = SmallInt()


class ExportState(StrEnum):
    ASKED = "asked"
    ALLOWED = "allowed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    TAKEN = "taken"


class ExportRequest(Table, tablename="export_request"):
    """One owner asks for a file of people, another one decides; an empty selection means everybody."""

    id = BigSerial(primary_key=True)
    state = Varchar(10, default=ExportState.ASKED, choices=ExportState)
    mailing_list = BigInt(default=0)
    topic = Varchar(12, default="")
    language = Varchar(2, default="")
    # What the file is for, in the words of whoever asks.
    reason = Varchar(300)
    # How many people that were when it was asked for.
    people = Integer()
    asked_by = BigInt()
    asked_at = Timestamptz()
    # Who allowed or declined it, or took it back, and when.
    decided_by = BigInt(null=True, default=None)
    decided_at = Timestamptz(null=True, default=None)
    taken_at = Timestamptz(null=True, default=None)


class ImportState(StrEnum):
    UPLOADED = "uploaded"
    QUEUED = "queued"
    RUNNING = "running"
    CANCELLED = "cancelled"
    FINISHED = "finished"
    FAILED = "failed"


class Import(Table, tablename="subscriber_import"):
    """One CSV on its way into a list; `position` and `rows` say where a crashed one goes on."""

    id = BigSerial(primary_key=True)
    mailing_list = ForeignKey(MailingList, on_delete=OnDelete.cascade, null=False, index=True)
    file = Varchar(80)
    name = Varchar(200)
    state = Varchar(10, default=ImportState.UPLOADED, choices=ImportState)
    dry_run = Boolean(default=False)
    encoding = Varchar(20, default="")
    delimiter = Varchar(1, default="")
    mapping = JSONB(default="{}")
    language = Varchar(2, default="")
    topics = Array(base_column=Varchar(12))
    # Where the agreement of these people comes from, in the words of staff.
    consent = Varchar(500, default="")
    size = BigInt(default=0)
    position = BigInt(default=0)
    rows = Integer(default=0)
    created = Integer(default=0)
    updated = Integer(default=0)
    unchanged = Integer(default=0)
    suppressed = Integer(default=0)
    bad = Integer(default=0)
    # Of those who are new: how many read a language that we do not write in, and how many chose no topic.
    unspoken = Integer(default=0)
    topicless = Integer(default=0)
    lease_until = Timestamptz(null=True, default=None)
    failure = Varchar(300, default="")
    created_at = Timestamptz()
    finished_at = Timestamptz(null=True, default=None)


class ImportProblem(Table, tablename="import_problem"):
    """A row that was not taken, and why; the row itself is sealed."""

    id = BigSerial(primary_key=True)
    of_import = ForeignKey(Import, on_delete=OnDelete.cascade, null=False, index=True)
    row = Integer()
    reason = Varchar(200)
    content = Bytea(help_text="sealed: import_row")

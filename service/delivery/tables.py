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
    Real,
    Serial,
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
    LATER = "later"
    SENT = "sent"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    SKIPPED = "skipped"


class Mailing(Table, tablename="mailing"):
    """A campaign as the delivery machine sees it: who it comes from, and whether it may be sent."""

    id = BigSerial(primary_key=True)
    state = Varchar(10, default=MailingState.FREEZING, choices=MailingState)
    # Why it paused itself, or waits and goes on by itself, as a sentence for staff.
    pause_reason = Varchar(500, default="")
    # How many refusals speak against the sender or the mail, less what was accepted meanwhile (see strikes.py).
    strikes = Real(default=0.0)
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
    # Counts up when something is taken out of the frozen texts: a run that loaded an older one grants nothing more.
    revision = Integer(default=0)


class MailingEdition(Table, tablename="mailing_edition"):
    """The frozen text in one language: Jinja sources with only the recipient's variables left."""

    id = BigSerial(primary_key=True)
    mailing = ForeignKey(Mailing, on_delete=OnDelete.cascade, null=False, index=True)
    language = Varchar(2)
    subject = Text()
    html = Text()
    text = Text()


class MailingInsert(Table, tablename="mailing_insert"):
    """One of the pieces that stand in a list inside a mail, and can be taken out of it until it has left.

    A piece is known by its `key`, whatever that means to whoever gave it (a prisoner's id).
    (mailing, language, place, key) is unique (see migrations).
    """

    id = BigSerial(primary_key=True)
    mailing = ForeignKey(Mailing, on_delete=OnDelete.cascade, null=False, index=False)
    language = Varchar(2)
    # Which of the lists in the mail; a personal one shows each reader the keys of their own row alone.
    place = SmallInt()
    personal = Boolean(default=False)
    key = BigInt()
    # Who else is named in it, by their key; where they are taken out, it is taken out with them.
    about = BigInt(default=0)
    position = Integer()
    html = Text()
    text = Text()


class MailingWithdrawal(Table, tablename="mailing_withdrawal"):
    """That a key was taken out of a mailing under way, and from how many unsent mails."""

    id = BigSerial(primary_key=True)
    mailing = ForeignKey(Mailing, on_delete=OnDelete.cascade, null=False, index=True)
    key = BigInt()
    reason = Varchar(40)
    mails = Integer()
    at = Timestamptz()


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
    # The keys that the personal list of this mail shows; emptied with the rest.
    inserts = Array(base_column=BigInt(), null=True, default=None)
    template = Varchar(60, null=True, default=None)
    context = Bytea(null=True, default=None, help_text="sealed: context")
    attempts = SmallInt(default=0)
    # When a queued or later row may be claimed.
    due_at = Timestamptz()
    # From when on it is not begun any more until it is allowed again; null for nearly all. See transactional.allow.
    until = Timestamptz(null=True, default=None)
    settled_at = Timestamptz(null=True, default=None)
    # By which server and to which domain it was last handed over, or tried.
    server = Integer(null=True, default=None)
    domain = Integer(null=True, default=None)
    # Why it was refused, skipped or put off: a code and the server's words with addresses redacted.
    reason = Varchar(40, default="")
    reply = Varchar(300, default="")


class Run(Table, tablename="delivery_run"):
    """What one run of a worker holds: its rows stay queued until they are settled, so with the run goes the claim."""

    id = Serial(primary_key=True)
    # Null: transactional mails.
    mailing = BigInt(null=True, default=None)
    held = Array(base_column=BigInt())
    # Those of which nobody could say, if the worker died now, whether they left.
    under_way = Array(base_column=BigInt())
    lease_until = Timestamptz()


class MailServer(Table, tablename="mail_server"):
    """An outgoing server of SMTP_URL, by host and port; its bounds stand in the URL."""

    id = Serial(primary_key=True)
    label = Varchar(200, unique=True)
    # From when on its next mail may go, where messages a second are bounded.
    free_at = Timestamptz(null=True, default=None)
    # Until when a worker lets it rest after trouble, and why, as a sentence for staff.
    rests_until = Timestamptz(null=True, default=None)
    rests_because = Varchar(500, default="")


class MailDomain(Table, tablename="mail_domain"):
    """A domain that was written to. Its name is sealed like an address, so that it can be found and not read."""

    id = Serial(primary_key=True)
    name = Bytea(unique=True, help_text="sealed: address")
    # What it was learned to bear; null for as much as there is.
    per_second = Real(null=True, default=None)
    connections = SmallInt(null=True, default=None)
    free_at = Timestamptz(null=True, default=None)
    # When and with which words (redacted) it last asked us to be slower.
    slowed_at = Timestamptz(null=True, default=None)
    slowed_by = Varchar(300, default="")
    # When it was last allowed a step more.
    eased_at = Timestamptz(null=True, default=None)


class Quota(Table, tablename="mail_quota"):
    """How much of a bound over a day was used up in which hour; (name, hour) is unique (see migrations).

    `name`: "server HOST:PORT" or "domain EXAMPLE.ORG" of the sender.
    """

    id = BigSerial(primary_key=True)
    name = Varchar(260)
    hour = Timestamptz()
    used = Integer(default=0)


class WarmUp(Table, tablename="warm_up"):
    """A sending domain that is new to the world, and sends a little more each day until it is known."""

    id = Serial(primary_key=True)
    domain = Varchar(253, unique=True)
    began_at = Timestamptz()
    ended_at = Timestamptz(null=True, default=None)


class DkimKey(Table, tablename="dkim_key"):
    """A key that signs for a domain; (domain, selector) is unique (see migrations)."""

    id = Serial(primary_key=True)
    domain = Varchar(253)
    selector = Varchar(63)
    # rsa or ed25519
    algorithm = Varchar(8)
    private = Bytea(help_text="sealed: dkim")
    created_at = Timestamptz()
    # From when on, and until when, it signs; its record stays in the DNS a while longer.
    signs_from = Timestamptz(null=True, default=None)
    retired_at = Timestamptz(null=True, default=None)


class Heartbeat(Table, tablename="heartbeat"):
    """That this database is the one that mail was last sent from, and when; one row, id 1."""

    id = SmallInt(primary_key=True, default=1)
    at = Timestamptz()
    # Which PostgreSQL cluster, database and timeline this was: a restored copy differs.
    cluster = Varchar(120)
    beats = BigInt(default=0)
    # What was due before this moment waits for a person.
    broke_at = Timestamptz(null=True, default=None)


class BounceKind(StrEnum):
    HARD = "hard"
    SOFT = "soft"
    # Filtered, blocked, policy: about us or the mail, not about the address.
    BLOCKED = "blocked"
    COMPLAINT = "complaint"


class Bounce(Table, tablename="bounce"):
    """A report that a mail came back, of a valid signed return path; (delivery, kind) is unique (see migrations)."""

    id = BigSerial(primary_key=True)
    delivery = BigInt()
    mailing = BigInt(null=True, default=None, index=True)
    subscriber = BigInt(null=True, default=None, index=True)
    domain = Integer(null=True, default=None)
    kind = Varchar(10, choices=BounceKind)
    # The enhanced status (5.1.1), and the server's words without addresses.
    status = Varchar(12, default="")
    words = Varchar(300, default="")
    # The words without what differs from one report to the next; equal for what one filter says.
    pattern = Varchar(120, default="")
    # Kept back by this hold (see below); null for nearly all.
    hold = BigInt(null=True, default=None)
    # refused (at once, by the server), lmtp, maildir, imap, ses, postmark, mailgun, brevo, sparkpost
    source = Varchar(12)
    at = Timestamptz()
    # When the subscribers' side has drawn its conclusions.
    acted_at = Timestamptz(null=True, default=None)


class HoldDecision(StrEnum):
    """What staff say of bounces that are kept back."""

    OPEN = ""
    GONE = "gone"
    FILTER = "filter"


class BounceHold(Table, tablename="bounce_hold"):
    """Bounces of one mailing that look like one bad filter: nobody is suppressed for them until staff decide.

    One at a time is open for a pattern (see migrations).
    """

    id = BigSerial(primary_key=True)
    mailing = BigInt()
    # Null: they came from many domains.
    domain = Integer(null=True, default=None)
    pattern = Varchar(120)
    # What one of them said, without addresses.
    words = Varchar(300, default="")
    held_at = Timestamptz()
    decision = Varchar(6, default=HoldDecision.OPEN, choices=HoldDecision)
    decided_at = Timestamptz(null=True, default=None)

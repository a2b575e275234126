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

from service.cases.tables import Prisoner


class PostState(StrEnum):
    UNCONFIRMED = "unconfirmed"
    WAITING = "waiting"
    PUBLISHED = "published"
    # Reported twice: not shown until somebody has looked.
    REPORTED = "reported"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class PhotoState(StrEnum):
    UPLOADED = "uploaded"
    READY = "ready"
    REFUSED = "refused"


class Post(Table, tablename="wall_post"):
    """A supporter's photo and sentence. What is withdrawn keeps its row, emptied of everything but its key."""

    id = BigSerial(primary_key=True)
    # Stands in addresses; by chance, so that nobody can guess it.
    key = Varchar(32, unique=True)
    state = Varchar(12, default=PostState.UNCONFIRMED, choices=PostState)
    language = Varchar(2)
    sentence = Text(default="")
    name = Varchar(60, default="")
    role = Varchar(80, default="")
    town = Varchar(80, default="")
    country = Varchar(2, default="")
    # For one prisoner; null: for all of them.
    prisoner = ForeignKey(Prisoner, on_delete=OnDelete.set_null, null=True, default=None, index=True)
    # For the confirmation and what becomes of the post; nothing else is ever sent there.
    address = Bytea(null=True, default=None, help_text="sealed: address")
    # A keyed hash of the address, to see earlier posts of the same person.
    author = Bytea(null=True, default=None, help_text="hash")
    in_mails = Boolean(default=False)
    on_social = Boolean(default=False)
    noindex = Boolean(default=False)
    ambassador = Boolean(default=False)
    pinned_at = Timestamptz(null=True, default=None)
    # What the rule list noticed, for the order of the queue; and the words for staff.
    rank = SmallInt(default=0)
    noticed = Array(base_column=Varchar(200))
    reports = SmallInt(default=0)
    # Why it was rejected: a word for a canned reply.
    reason = Varchar(20, default="")
    created_at = Timestamptz()
    confirmed_at = Timestamptz(null=True, default=None)
    decided_at = Timestamptz(null=True, default=None)
    decided_by = BigInt(null=True, default=None)
    published_at = Timestamptz(null=True, default=None)
    version = Integer(default=1)


class Photo(Table, tablename="wall_photo"):
    """The photo of a post. Its variants are blobs under `folder`, a name by chance that changes with every edit."""

    id = BigSerial(primary_key=True)
    post = ForeignKey(Post, on_delete=OnDelete.cascade, null=False, unique=True)
    folder = Varchar(40, unique=True)
    state = Varchar(10, default=PhotoState.UPLOADED, choices=PhotoState)
    # What was asked for, in parts (0 to 1) of the upright photo: {"crop": [x, y, w, h], "boxes": [[x, y, w, h]]}.
    wishes = JSONB(default="{}")
    width = Integer(default=0)
    height = Integer(default=0)
    # The dominant colour as #rrggbb, until the photo is there.
    colour = Varchar(7, default="")
    # A perceptual hash: similar photos differ in few bits.
    likeness = BigInt(null=True, default=None)
    # Why it cannot be used, as a word for a sentence.
    refusal = Varchar(20, default="")
    uploaded_at = Timestamptz()
    lease_until = Timestamptz(null=True, default=None)


class PostConsent(Table, tablename="wall_consent"):
    """What the supporter agreed to, in the exact words shown."""

    id = BigSerial(primary_key=True)
    post = ForeignKey(Post, on_delete=OnDelete.cascade, null=False, index=True)
    language = Varchar(2)
    wording = Text()
    at = Timestamptz()


class PostReport(Table, tablename="wall_report"):
    """(post, reporter) is unique (see migrations)."""

    id = BigSerial(primary_key=True)
    post = ForeignKey(Post, on_delete=OnDelete.cascade, null=False, index=False)
    # A keyed hash that is good for a day, so that one visitor counts once.
    reporter = Bytea(help_text="hash")
    reason = Varchar(20)
    at = Timestamptz()
    seen_at = Timestamptz(null=True, default=None)

from enum import StrEnum

from piccolo.columns import (
    JSONB,
    UUID,
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


class PhotoState(StrEnum):
    """`draft`: its form was sent back; `uploaded`: waits for its variants; `gone`: its blobs are destroyed."""

    DRAFT = "draft"
    UPLOADED = "uploaded"
    READY = "ready"
    REFUSED = "refused"
    GONE = "gone"


class PostState(StrEnum):
    """`reported`: several visitors reported it, and it is not shown until somebody has looked."""

    UNCONFIRMED = "unconfirmed"
    WAITING = "waiting"
    PUBLISHED = "published"
    REPORTED = "reported"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class Photo(Table, tablename="wall_photo"):
    """A photo as a supporter gave it, until its variants exist; they are blobs under `folder`, a name by chance."""

    id = BigSerial(primary_key=True)
    folder = Varchar(40, unique=True)
    state = Varchar(10, default=PhotoState.DRAFT, choices=PhotoState)
    # What was asked for, in parts (0 to 1) of the upright photo: {"crop": [x, y, w, h], "covers": [[x, y, w, h]]}.
    wishes = JSONB(default="{}")
    # Of the largest variant, in pixels.
    width = Integer(default=0)
    height = Integer(default=0)
    # The dominant colour as #rrggbb, until the photo is there.
    colour = Varchar(7, default="")
    # A perceptual hash: similar photos differ in few of its 64 bits.
    likeness = BigInt(null=True, default=None)
    # Why it cannot be used, as a word for a sentence.
    refusal = Varchar(20, default="")
    uploaded_at = Timestamptz()
    # Until when a job that makes the variants has it to itself.
    lease_until = Timestamptz(null=True, default=None)
    # How many jobs have begun to make the variants.
    tries = SmallInt(default=0)
    # Blobs that must not be there any more wait to be deleted: the original of what is ready, all of what is gone.
    to_delete = Boolean(default=False)


class Post(Table, tablename="wall_post"):
    """A supporter's photo and sentence. What is withdrawn keeps its row, emptied of everything but its key."""

    id = BigSerial(primary_key=True)
    # Stands in addresses; by chance, so that nobody can guess it.
    key = Varchar(32, unique=True)
    state = Varchar(12, default=PostState.UNCONFIRMED, choices=PostState)
    photo = ForeignKey(Photo, on_delete=OnDelete.restrict, null=False, unique=True)
    # In which it was written, and in which its author is answered.
    language = Varchar(2)
    sentence = Text(default="")
    name = Varchar(60, default="")
    role = Varchar(80, default="")
    town = Varchar(80, default="")
    country = Varchar(2, default="")
    # For one prisoner; null: for all of them.
    prisoner = ForeignKey(Prisoner, on_delete=OnDelete.set_null, null=True, default=None, index=False)
    # For the confirmation and what becomes of the post; nothing else is ever sent there.
    address = Bytea(null=True, default=None, help_text="sealed: address")
    in_mails = Boolean(default=False)
    on_social = Boolean(default=False)
    noindex = Boolean(default=False)
    ambassador = Boolean(default=False)
    pinned_at = Timestamptz(null=True, default=None)
    # What the rule list noticed: its weight for the order of the queue, and sentences for staff.
    rank = SmallInt(default=0)
    noticed = Array(base_column=Varchar(200))
    # How many visitors reported it since somebody looked.
    reports = SmallInt(default=0)
    # Why it was rejected: a word for a canned reply.
    reason = Varchar(20, default="")
    # Where it was before the last decision, for the undo.
    before = Varchar(12, default="")
    created_at = Timestamptz()
    confirmed_at = Timestamptz(null=True, default=None)
    decided_at = Timestamptz(null=True, default=None)
    decided_by = BigInt(null=True, default=None)
    # When its author is told of the decision; until then it can be undone unnoticed.
    tell_at = Timestamptz(null=True, default=None)
    # What its author heard last: published or rejected; waiting: nothing since an edit.
    told = Varchar(12, default="")
    # For the first time: an edit does not bring it to the front.
    published_at = Timestamptz(null=True, default=None)
    version = Integer(default=1)


class PostConsent(Table, tablename="wall_consent"):
    """What the supporter agreed to, in the exact words shown."""

    id = BigSerial(primary_key=True)
    post = ForeignKey(Post, on_delete=OnDelete.cascade, null=False, index=True)
    language = Varchar(2)
    wording = Text()
    at = Timestamptz()


class LinksAsked(Table, tablename="wall_links_asked"):
    """An address for which its links were asked for, before anybody looked whether it is known."""

    id = BigSerial(primary_key=True)
    address = Bytea(help_text="sealed: address")
    language = Varchar(2)
    created_at = Timestamptz()


class PostReport(Table, tablename="wall_report"):
    """(post, reporter) is unique (see migrations)."""

    id = BigSerial(primary_key=True)
    post = ForeignKey(Post, on_delete=OnDelete.cascade, null=False, index=False)
    # A keyed hash for this post alone, so that one visitor counts once; forgotten as the privacy page says.
    reporter = Bytea(help_text="hash")
    reason = Varchar(20)
    at = Timestamptz()
    seen_at = Timestamptz(null=True, default=None)


class Rule(Table, tablename="wall_rule"):
    """Words that staff want to notice in a post; they order the queue, and decide nothing."""

    id = BigSerial(primary_key=True)
    words = Varchar(80, unique=True)
    added_by = BigInt(null=True, default=None)
    added_at = Timestamptz()


class Mark(Table, tablename="wall_mark"):
    """One row: another mark whenever what the public sees has changed, in the transaction that changed it."""

    id = SmallInt(primary_key=True, default=1)
    mark = UUID()

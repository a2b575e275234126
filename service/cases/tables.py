"""Partial dates are text: 1984-06-02, 1984-06, 1984, --06-02 (the year is not known), or empty; see partial_dates.py.

Texts by language are objects: {"en": "…", "be": "…"}.
"""

from enum import StrEnum

from piccolo.columns import (
    JSONB,
    Array,
    BigInt,
    BigSerial,
    Boolean,
    Date,
    ForeignKey,
    Integer,
    SmallInt,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.columns.base import OnDelete
from piccolo.table import Table


class FacilityKind(StrEnum):
    COLONY = "colony"
    PRISON = "prison"
    REMAND = "remand"
    OPEN = "open"
    HOSPITAL = "hospital"
    OTHER = "other"


class Parcels(StrEnum):
    UNKNOWN = ""
    NO = "no"
    BEFORE_TRIAL = "before_trial"
    YES = "yes"


class State(StrEnum):
    """What mails and letters go by; what each organisation says stands in PrisonerStatus."""

    DETAINED = "detained"
    RELEASED = "released"
    DIED = "died"


class Publication(StrEnum):
    """What the prisoner or the family agreed to."""

    FULL = "full"
    INITIALS = "initials"
    HIDDEN = "hidden"


class Designation(StrEnum):
    """Whether an organisation counts somebody as a political prisoner."""

    ACTIVE = "active"
    FORMER = "former"
    NONE = "np"


class EventKind(StrEnum):
    DETAINED = "detained"
    CHARGED = "charged"
    SENTENCED = "sentenced"
    TRANSFERRED = "transferred"
    RELEASED = "released"
    DIED = "died"


class Facility(Table, tablename="facility"):
    id = BigSerial(primary_key=True)
    # In Cyrillic, as on an envelope.
    name = Varchar(200)
    # For readers who do not read Cyrillic.
    latin = Varchar(200, default="")
    kind = Varchar(10, default=FacilityKind.OTHER, choices=FacilityKind)
    street = Varchar(200, default="")
    postcode = Varchar(10, default="")
    town = Varchar(120, default="")
    # Whether whoever answers a letter from abroad has been punished for it; null: not known.
    reply_punished = Boolean(null=True, default=None)
    parcels = Varchar(12, default=Parcels.UNKNOWN, choices=Parcels)
    # What else letter writers have to know, by language.
    rules = JSONB(default="{}")
    # How sources write it, folded as in names.py.
    aliases = Array(base_column=Varchar(400))
    valid_from = Date(null=True, default=None)
    valid_until = Date(null=True, default=None)
    checked_on = Date(null=True, default=None)
    source = Varchar(500, default="")
    version = Integer(default=1)
    changed_at = Timestamptz()


class Prisoner(Table, tablename="prisoner"):
    """The public record of one person. Nothing of it is shown but through publication.py."""

    id = BigSerial(primary_key=True)
    # Stands in addresses instead of the name.
    key = Varchar(16, unique=True)
    name_be = Varchar(200, default="")
    name_ru = Varchar(200, default="")
    name_latin = Varchar(200, default="")
    other_names = Array(base_column=Varchar(200))
    # All name forms, folded across scripts and transliterations (names.py); what searches look into.
    search = Text(default="")
    born = Varchar(10, default="")
    gender = Varchar(1, default="")
    state = Varchar(10, default=State.DETAINED, choices=State)
    publication = Varchar(8, default=Publication.FULL, choices=Publication)
    # The relatives' veto: as hidden, whatever else was agreed, until they take it back.
    vetoed_at = Timestamptz(null=True, default=None)
    veto_note = Varchar(300, default="")
    arrested_on = Varchar(10, default="")
    verdict_on = Varchar(10, default="")
    released_on = Varchar(10, default="")
    died_on = Varchar(10, default="")
    articles = Array(base_column=Varchar(30))
    # By language.
    sentence = JSONB(default="{}")
    biography = JSONB(default="{}")
    facility = ForeignKey(Facility, on_delete=OnDelete.restrict, null=True, default=None, index=True)
    # What a source says of the place where it is none of our facilities.
    whereabouts = Varchar(400, default="")
    photo = Varchar(40, default="")
    photo_credit = Varchar(200, default="")
    photo_rights = Varchar(300, default="")
    # How much more than others this person needs mail, 1 to 5.
    weight = SmallInt(default=1)
    # How many acts of the public there were for this person: letters said to be posted, faces on the wall.
    standing = Integer(default=0)
    # Where each fact comes from: {"born": {"organisation": "Viasna", "link": "https://…", "seen_on": "2026-11-22"}}.
    sources = JSONB(default="{}")
    published_at = Timestamptz()
    changed_at = Timestamptz()
    version = Integer(default=1)


class PrisonerMerged(Table, tablename="prisoner_merged"):
    """A record that turned out to be of somebody whom we have already: its address leads to that one from then on."""

    key = Varchar(16, primary_key=True)
    was = BigInt(unique=True)
    prisoner = ForeignKey(Prisoner, on_delete=OnDelete.cascade, null=False, index=True)


class PrisonersApart(Table, tablename="prisoners_apart"):
    """Two people who look like one, and whom staff have told apart; `one` is the smaller id."""

    id = BigSerial(primary_key=True)
    one = ForeignKey(Prisoner, on_delete=OnDelete.cascade, null=False, index=True)
    other = ForeignKey(Prisoner, on_delete=OnDelete.cascade, null=False, index=True)


class PrisonerStatus(Table, tablename="prisoner_status"):
    """What one organisation says; unique for (prisoner, organisation) and (organisation, external_id)."""

    id = BigSerial(primary_key=True)
    prisoner = ForeignKey(Prisoner, on_delete=OnDelete.cascade, null=False, index=False)
    organisation = Varchar(80)
    designation = Varchar(6, choices=Designation)
    since = Varchar(10, default="")
    link = Varchar(500, default="")
    seen_on = Date()
    # The person's id in that organisation's list.
    external_id = Varchar(60, null=True, default=None)


class Stay(Table, tablename="prisoner_stay"):
    """Where somebody was and is held, from transfer to transfer."""

    id = BigSerial(primary_key=True)
    prisoner = ForeignKey(Prisoner, on_delete=OnDelete.cascade, null=False, index=True)
    facility = ForeignKey(Facility, on_delete=OnDelete.restrict, null=False, index=False)
    since = Varchar(10, default="")
    until = Varchar(10, default="")
    # When we learned of it: whoever was given this person shortly before wrote to the old address.
    noted_at = Timestamptz()


class CaseEvent(Table, tablename="case_event"):
    id = BigSerial(primary_key=True)
    prisoner = ForeignKey(Prisoner, on_delete=OnDelete.cascade, null=False, index=True)
    kind = Varchar(12, choices=EventKind)
    happened_on = Varchar(10, default="")
    # By language.
    texts = JSONB(default="{}")
    organisation = Varchar(80, default="")
    link = Varchar(500, default="")


class CaseImport(Table, tablename="case_import"):
    """One list of a source, compared with our records; its differences are CaseChange rows."""

    id = BigSerial(primary_key=True)
    organisation = Varchar(80)
    # viasna or own
    form = Varchar(10)
    files = JSONB(default="[]")
    rows = Integer(default=0)
    people = Integer(default=0)
    unchanged = Integer(default=0)
    # What could not be read: [{"file", "line", "sentence"}], at most 1,000.
    problems = JSONB(default="[]")
    # How many there were, also beyond those kept.
    unread = Integer(default=0)
    by = BigInt(null=True, default=None)
    created_at = Timestamptz()


class ChangeKind(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    RELEASED = "released"
    DIED = "died"
    GONE = "gone"


class Decision(StrEnum):
    OPEN = ""
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    # A later list of the same source says otherwise.
    OVERTAKEN = "overtaken"


class CaseChange(Table, tablename="case_change"):
    """One field of one person that a source gives otherwise than we do; for a new person one row with everything."""

    id = BigSerial(primary_key=True)
    case_import = ForeignKey(CaseImport, on_delete=OnDelete.cascade, null=False, index=True)
    prisoner = ForeignKey(Prisoner, on_delete=OnDelete.cascade, null=True, default=None, index=True)
    organisation = Varchar(80)
    external_id = Varchar(60)
    # How the list names the person, for staff.
    label = Varchar(200, default="")
    kind = Varchar(10, choices=ChangeKind)
    # Empty for a new person and for one who is gone from the list.
    field = Varchar(20, default="")
    old = JSONB(null=True, default=None)
    new = JSONB(null=True, default=None)
    # Why a person has to look at it (a death, a future date, a conflict); empty for what may be accepted in bulk.
    held = Varchar(200, default="")
    decision = Varchar(10, default=Decision.OPEN, choices=Decision)
    decided_by = BigInt(null=True, default=None)
    decided_at = Timestamptz(null=True, default=None)


class NewsFeed(Table, tablename="news_feed"):
    """An RSS or Atom feed whose news staff look through; its host is one of the setting FEED_HOSTS."""

    id = BigSerial(primary_key=True)
    name = Varchar(120)
    organisation = Varchar(80)
    url = Varchar(500, unique=True)
    etag = Varchar(200, default="")
    last_modified = Varchar(80, default="")
    fetched_at = Timestamptz(null=True, default=None)
    # Why it could not be read last time, as a sentence for staff.
    trouble = Varchar(300, default="")


class NewsItem(Table, tablename="news_item"):
    """One piece of news; (feed, guid) is unique (see migrations)."""

    id = BigSerial(primary_key=True)
    feed = ForeignKey(NewsFeed, on_delete=OnDelete.cascade, null=False, index=False)
    guid = Varchar(64, help_text="a hash of what the feed calls it")
    url = Varchar(500, default="")
    title = Varchar(300)
    summary = Text(default="")
    # Whom it seems to be about.
    prisoners = Array(base_column=BigInt())
    published_at = Timestamptz()
    seen_at = Timestamptz()
    done_at = Timestamptz(null=True, default=None)

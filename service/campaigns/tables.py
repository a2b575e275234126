from enum import StrEnum

from piccolo.columns import JSONB, BigInt, BigSerial, Boolean, Date, ForeignKey, Integer, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.table import Table


class CampaignState(StrEnum):
    """Until it starts; from then on the mailing's state counts. An automation makes drafts from a blueprint."""

    BLUEPRINT = "blueprint"
    DRAFT = "draft"
    SCHEDULED = "scheduled"
    STARTED = "started"


class Campaign(Table, tablename="campaign"):
    id = BigSerial(primary_key=True)
    name = Varchar(120)
    state = Varchar(10, default=CampaignState.DRAFT, choices=CampaignState)
    # {"lists": [id], "topics": ["cases"], "languages": ["de"]}; lists ∪ topics, ∩ languages unless empty
    audience = JSONB(default="{}")
    # The moment in UTC, and what staff chose: local time and zone.
    send_at = Timestamptz(null=True, default=None)
    send_at_local = Varchar(60, default="")
    mailing = BigInt(null=True, default=None, unique=True)
    # What kept it from starting, as a sentence for staff.
    trouble = Varchar(500, default="")
    archived = Boolean(default=True)
    archive_key = Varchar(32, unique=True)
    # Counts up with every change of any part, so that nobody sends what they have not seen.
    version = Integer(default=1)
    # The automation that made it, or whose blueprint it is.
    automation = BigInt(null=True, default=None, index=True)
    # What its blocks fill themselves with: cases and faces new since then, birthdays seen from this day.
    # Null: as it is sent.
    new_since = Timestamptz(null=True, default=None)
    seen_from = Date(null=True, default=None)
    # The action that its blocks are about where they name none. Null: the one that opened last.
    action = BigInt(null=True, default=None)
    created_at = Timestamptz()
    changed_at = Timestamptz()


class AutomationKind(StrEnum):
    NEW_CASES = "new_cases"
    BIRTHDAYS = "birthdays"
    BIRTHDAY_REMINDER = "birthday_reminder"
    WALL_GREW = "wall_grew"
    ACTION_OPENED = "action_opened"
    ACTION_REMINDER = "action_reminder"
    ACTION_THANKS = "action_thanks"


class Automation(Table, tablename="automation"):
    """Makes a draft from its blueprint again and again, in the organisation's timezone."""

    id = BigSerial(primary_key=True)
    name = Varchar(120)
    kind = Varchar(20, choices=AutomationKind)
    # The campaign with its texts and audience.
    blueprint = BigInt(unique=True)
    # {"every": "week", "weekday": 1, "time": "09:00"}; see schedules/recurrence.py
    rule = JSONB(default="{}")
    # Whether its drafts leave by themselves when nothing is wrong with them; else they wait for approval.
    sends_itself = Boolean(default=False)
    is_on = Boolean(default=False)
    next_at = Timestamptz(null=True, default=None)
    last_at = Timestamptz(null=True, default=None)
    # What came of it last, as a sentence for staff.
    outcome = Varchar(300, default="")


class Rehearsal(Table, tablename="rehearsal"):
    """What would happen in the next 60 days, rendered and not sent."""

    id = BigSerial(primary_key=True)
    days = Integer()
    started_at = Timestamptz()
    finished_at = Timestamptz(null=True, default=None)
    mails = Integer(default=0)
    # [{"kind", "at", "what", "sentence", "link", "times"}], see rehearsal.Finding
    findings = JSONB(default="[]")


class CampaignEdition(Table, tablename="campaign_edition"):
    """The campaign in one language; one per language (see migrations)."""

    id = BigSerial(primary_key=True)
    campaign = ForeignKey(Campaign, on_delete=OnDelete.cascade, null=False, index=False)
    language = Varchar(2)
    subject = Text(default="")
    preview_text = Text(default="")
    blocks = JSONB(default="[]")
    # The block removed last, until the next save: {"place": "2.left.0", "block": {...}}.
    removed = JSONB(null=True, default=None)
    # Counts up with every save, so that two editors do not overwrite one another unseen.
    version = Integer(default=1)
    changed_by = BigInt(null=True, default=None)
    changed_at = Timestamptz()


class Picture(Table, tablename="picture"):
    """A picture for mails, re-encoded on upload; served from our own origin."""

    id = BigSerial(primary_key=True)
    key = Varchar(40, unique=True)
    created_at = Timestamptz()

from enum import StrEnum

from piccolo.columns import (
    JSONB,
    Array,
    BigInt,
    BigSerial,
    Boolean,
    Bytea,
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

from service.cases.tables import Prisoner


class Parliament(Table, tablename="parliament"):
    """A chamber: the Swiss National Council, the Bundestag. `names`: by language."""

    id = BigSerial(primary_key=True)
    # For good: "ch-nr", "ch-sr", "de-bt", "fr-an", "eu-ep".
    key = Varchar(20, unique=True)
    country = Varchar(2)
    names = JSONB(default="{}")
    # Whose office hours count.
    timezone = Varchar(40)


class Area(Table, tablename="area"):
    """From where members are sent: a canton, a constituency. (country, kind, code, valid_from) is unique."""

    id = BigSerial(primary_key=True)
    country = Varchar(2)
    kind = Varchar(20)
    code = Varchar(20)
    names = JSONB(default="{}")
    valid_from = Date(null=True, default=None)
    valid_until = Date(null=True, default=None)
    source = Varchar(500, default="")


class Place(Table, tablename="place"):
    """A town and its postcode in an area; a postcode may lie in several. (country, postcode, town, area): unique."""

    id = BigSerial(primary_key=True)
    country = Varchar(2)
    postcode = Varchar(12)
    town = Varchar(120)
    area = ForeignKey(Area, on_delete=OnDelete.cascade, null=False, index=True)
    valid_from = Date(null=True, default=None)
    valid_until = Date(null=True, default=None)


class Representative(Table, tablename="representative"):
    """A member, as their parliament names them; public data, in clear. No e-mail address here was ever guessed."""

    id = BigSerial(primary_key=True)
    key = Varchar(16, unique=True)
    name = Varchar(200)
    family_name = Varchar(120, default="")
    party = Varchar(120, default="")
    faction = Varchar(120, default="")
    # In which they can be written to.
    languages = Array(base_column=Varchar(2))
    email = Varchar(254, default="")
    phone = Varchar(60, default="")
    postal = Text(default="")
    website = Varchar(500, default="")
    # Where the contact is from, and when it was read there.
    source = Varchar(500, default="")
    retrieved_on = Date(null=True, default=None)
    # How sources know them: {"ch.parlament": "4137"}.
    external = JSONB(default="{}")
    # That letters came back from the address, and what the server said, without addresses.
    bounced_at = Timestamptz(null=True, default=None)
    bounced_words = Varchar(300, default="")
    changed_at = Timestamptz()
    version = Integer(default=1)


class Membership(Table, tablename="membership"):
    """A mandate; (representative, parliament, area, since) is unique. Over when `until` has passed."""

    id = BigSerial(primary_key=True)
    representative = ForeignKey(Representative, on_delete=OnDelete.cascade, null=False, index=True)
    parliament = ForeignKey(Parliament, on_delete=OnDelete.cascade, null=False, index=True)
    # Null: sent by nobody in particular, as the members of a list are.
    area = ForeignKey(Area, on_delete=OnDelete.restrict, null=True, default=None, index=True)
    since = Date(null=True, default=None)
    until = Date(null=True, default=None)
    source = Varchar(500, default="")


class Committee(Table, tablename="committee"):
    """(parliament, code) is unique."""

    id = BigSerial(primary_key=True)
    parliament = ForeignKey(Parliament, on_delete=OnDelete.cascade, null=False, index=False)
    code = Varchar(40)
    names = JSONB(default="{}")


class Seat(Table, tablename="committee_seat"):
    """(committee, representative) is unique."""

    id = BigSerial(primary_key=True)
    committee = ForeignKey(Committee, on_delete=OnDelete.cascade, null=False, index=False)
    representative = ForeignKey(Representative, on_delete=OnDelete.cascade, null=False, index=True)
    role = Varchar(40, default="")
    since = Date(null=True, default=None)
    until = Date(null=True, default=None)


class RegisterImport(Table, tablename="register_import"):
    """A file of members or places that was read; what differs from the register waits for an editor."""

    id = BigSerial(primary_key=True)
    form = Varchar(30)
    source = Varchar(500)
    parliament = ForeignKey(Parliament, on_delete=OnDelete.cascade, null=True, default=None)
    # What it says is so from this day on: after an election, the day on which the new members begin.
    as_of = Date()
    is_election = Boolean(default=False)
    rows = Integer(default=0)
    # What could not be read: [{"line": 12, "why": "…"}].
    unread = JSONB(default="[]")
    imported_by = BigInt(null=True, default=None)
    imported_at = Timestamptz()
    closed_at = Timestamptz(null=True, default=None)
    # Of an election: when its day had come, and actions were told to choose their targets again.
    begun_at = Timestamptz(null=True, default=None)


class RegisterDifference(Table, tablename="register_difference"):
    """What a file says otherwise than the register: of one member, or of all places of an area at once."""

    id = BigSerial(primary_key=True)
    register_import = ForeignKey(RegisterImport, on_delete=OnDelete.cascade, null=False, index=True)
    # member, area, places, committee
    subject = Varchar(10)
    # new, changed, left
    kind = Varchar(10)
    # What it is about, for people.
    label = Varchar(200)
    representative = ForeignKey(Representative, on_delete=OnDelete.cascade, null=True, default=None, index=True)
    before = JSONB(default="{}")
    after = JSONB(default="{}")
    # Why somebody should look at it; empty for what may be accepted with all others of its kind.
    twice = Varchar(200, default="")
    # Empty, accepted, rejected, or overtaken by a later file.
    decision = Varchar(10, default="")
    decided_by = BigInt(null=True, default=None)
    decided_at = Timestamptz(null=True, default=None)


class ActionState(StrEnum):
    """`frozen`: staff stopped it; what waits stays where it is."""

    DRAFT = "draft"
    OPEN = "open"
    FROZEN = "frozen"
    CLOSED = "closed"


class Action(Table, tablename="action"):
    """What supporters ask of representatives, for some time."""

    id = BigSerial(primary_key=True)
    key = Varchar(16, unique=True)
    name = Varchar(120)
    state = Varchar(8, default=ActionState.DRAFT, choices=ActionState)
    # Whom it asks; see targets.py.
    targets = JSONB(default="{}")
    prisoners = Array(base_column=BigInt())
    opens_at = Timestamptz(null=True, default=None)
    closes_at = Timestamptz(null=True, default=None)
    goal = Integer(default=0)
    # To one representative, in an hour; and the hours of the day in their parliament's timezone, on working days.
    per_hour = SmallInt(default=6)
    from_hour = SmallInt(default=9)
    until_hour = SmallInt(default=17)
    # Whether what waits is spread evenly until it closes, instead of leaving as soon as the pace allows.
    spread = Boolean(default=False)
    # Everything goes to this address instead: a test. Sealed, for it is somebody's own.
    test_address = Bytea(null=True, default=None, help_text="sealed: address")
    # An election has taken place since the targets were chosen.
    choose_again = Boolean(default=False)
    # Why it did not open by itself on its day, for staff.
    trouble = Varchar(300, default="")
    # How many took part of whom nothing is kept any more: taken from took_part, so that the count stays.
    forgotten = Integer(default=0)
    opened_at = Timestamptz(null=True, default=None)
    closed_at = Timestamptz(null=True, default=None)
    # Until when letters that were confirmed by its last day still leave; null where staff closed it.
    leaves_until = Timestamptz(null=True, default=None)
    created_by = BigInt(null=True, default=None)
    changed_at = Timestamptz()
    version = Integer(default=1)


class ActionEdition(Table, tablename="action_edition"):
    """(action, language) is unique. `prompts`: questions that help to write; `points`: {"party", "text"} each."""

    id = BigSerial(primary_key=True)
    action = ForeignKey(Action, on_delete=OnDelete.cascade, null=False, index=False)
    language = Varchar(2)
    title = Varchar(120, default="")
    lead = Text(default="")
    ask = Text(default="")
    subject = Varchar(120, default="")
    prompts = JSONB(default="[]")
    points = JSONB(default="[]")
    # Shows how such a letter may sound; whoever sends it as it is, is told to change it.
    example = Text(default="")
    # What to say on the telephone.
    call = Text(default="")
    # What whoever took part may pass on.
    share = Text(default="")
    thanks = Text(default="")
    changed_at = Timestamptz(null=True, default=None)
    version = Integer(default=1)


class AdvocacyState(StrEnum):
    """As WriteToThem has them. `failed`: it came to nothing, and its writer got the text back."""

    UNCONFIRMED = "unconfirmed"
    HELD = "held"
    READY = "ready"
    LEAVING = "leaving"
    SENT = "sent"
    UNKNOWN = "unknown"
    FAILED = "failed"
    DROPPED = "dropped"


class AdvocacyLetter(Table, tablename="advocacy_letter"):
    """A letter of one person to one representative in one action: (action, representative, writer) is unique.

    Its text is sealed and scrubbed 28 days after it left.
    """

    id = BigSerial(primary_key=True)
    action = ForeignKey(Action, on_delete=OnDelete.cascade, null=False, index=False)
    representative = ForeignKey(Representative, on_delete=OnDelete.restrict, null=False, index=True)
    # Whose office hours count.
    parliament = ForeignKey(Parliament, on_delete=OnDelete.restrict, null=False, index=False)
    # A keyed hash of action, representative and address: that there is one letter, also after all else was scrubbed,
    # and not that two letters are of one person.
    writer = Bytea(help_text="hash")
    state = Varchar(12, default=AdvocacyState.UNCONFIRMED, choices=AdvocacyState)
    language = Varchar(2)
    area = ForeignKey(Area, on_delete=OnDelete.set_null, null=True, default=None, index=False)
    # Of those the action is about, whom the letter speaks of.
    prisoners = Array(base_column=BigInt())
    # It went to the address that tries the action out, and counts for nothing.
    is_test = Boolean(default=False)
    address = Bytea(null=True, default=None, help_text="sealed: address")
    name = Bytea(null=True, default=None, help_text="sealed: advocacy name")
    # Where the constituent lives, as the representative wants to know it.
    home = Bytea(null=True, default=None, help_text="sealed: advocacy home")
    subject = Bytea(null=True, default=None, help_text="sealed: advocacy subject")
    body = Bytea(null=True, default=None, help_text="sealed: advocacy body")
    # Keyed minhashes of its word triples, to see letters that say the same without reading them.
    likeness = Array(base_column=Integer())
    # Why it is held, as sentences for staff.
    held_for = Array(base_column=Varchar(200))
    created_at = Timestamptz()
    reminded_at = Timestamptz(null=True, default=None)
    confirmed_at = Timestamptz(null=True, default=None)
    # When it was given to the delivery machine, as which mail, and when a server took it.
    left_at = Timestamptz(null=True, default=None)
    delivery = BigInt(null=True, default=None, unique=True)
    sent_at = Timestamptz(null=True, default=None)
    # Why it came to nothing, as a word: see failing.py.
    reason = Varchar(20, default="")
    # The questionnaire: when it was asked, once more, and what was answered.
    asked_at = Timestamptz(null=True, default=None)
    asked_again_at = Timestamptz(null=True, default=None)
    # answered, acknowledged, silence, none_expected
    outcome = Varchar(14, default="")
    scrub_at = Timestamptz(null=True, default=None)


class OwnWay(Table, tablename="own_way"):
    """That somebody wrote with their own mail program, on paper, or called: counted, and no more than that."""

    id = BigSerial(primary_key=True)
    action = ForeignKey(Action, on_delete=OnDelete.cascade, null=False, index=True)
    representative = ForeignKey(Representative, on_delete=OnDelete.cascade, null=False, index=False)
    # mail, paper, phone
    way = Varchar(5)
    at = Timestamptz()


class TookPart(Table, tablename="took_part"):
    """That somebody took part in an action, and nothing else; (action, address) is unique."""

    id = BigSerial(primary_key=True)
    action = ForeignKey(Action, on_delete=OnDelete.cascade, null=False, index=False)
    address = Bytea(help_text="sealed: address")
    at = Timestamptz()


class PromiseKind(StrEnum):
    SPONSORS = "sponsors"
    QUESTION = "question"
    COMMITTEE = "committee"
    SPOKE = "spoke"


class Promise(Table, tablename="promise"):
    """What a representative did or said they would do: the ledger."""

    id = BigSerial(primary_key=True)
    representative = ForeignKey(Representative, on_delete=OnDelete.restrict, null=False, index=True)
    prisoner = ForeignKey(Prisoner, on_delete=OnDelete.cascade, null=True, default=None, index=True)
    action = ForeignKey(Action, on_delete=OnDelete.set_null, null=True, default=None)
    kind = Varchar(12, choices=PromiseKind)
    statement = JSONB(default="{}")
    source = Varchar(500, default="")
    # What supporters wrote about it, for staff alone and until they have decided; and how many told of it.
    told = Bytea(null=True, default=None, help_text="sealed: promise told")
    tellers = SmallInt(default=0)
    photo = Varchar(40, default="")
    photo_rights = Varchar(200, default="")
    since = Date(null=True, default=None)
    until = Date(null=True, default=None)
    # Who took it over when the mandate ended.
    successor: ForeignKey = ForeignKey("self", on_delete=OnDelete.set_null, null=True, default=None)
    follow_up_on = Date(null=True, default=None)
    # Not public before staff have looked: what a questionnaire says is hearsay.
    rejected_at = Timestamptz(null=True, default=None)
    confirmed_by = BigInt(null=True, default=None)
    confirmed_at = Timestamptz(null=True, default=None)
    told_at = Timestamptz()
    version = Integer(default=1)

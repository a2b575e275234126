from piccolo.columns import (
    BigSerial,
    Boolean,
    Bytea,
    Date,
    ForeignKey,
    Integer,
    SmallInt,
    Timestamptz,
    Varchar,
)
from piccolo.columns.base import OnDelete
from piccolo.table import Table

from service.cases.tables import Prisoner


class PostalRoute(Table, tablename="postal_route"):
    """How long letters take from a country to Belarus."""

    country = Varchar(2, primary_key=True)
    days = SmallInt()
    suspended = Boolean(default=False)
    source = Varchar(500, default="")
    checked_on = Date(null=True, default=None)


class Allotment(Table, tablename="allotment"):
    """How many writers were given a prisoner in one batch; nothing says who.

    (batch, prisoner) is unique (see migrations).

    `batch`: "mailing 12", "evening 3", "page 2026-11-22".
    """

    id = BigSerial(primary_key=True)
    batch = Varchar(40)
    prisoner = ForeignKey(Prisoner, on_delete=OnDelete.cascade, null=False, index=True)
    reserved = Integer()
    posted = Integer(default=0)
    made_at = Timestamptz()
    # Until when those not posted count as letters to come.
    expires_at = Timestamptz()


class LettersPosted(Table, tablename="letters_posted"):
    """How many letters were said to be posted on a day; (prisoner, day, said_by) is unique (see migrations)."""

    id = BigSerial(primary_key=True)
    prisoner = ForeignKey(Prisoner, on_delete=OnDelete.cascade, null=False, index=False)
    day = Date()
    # reader, evening or staff
    said_by = Varchar(8)
    letters = Integer()


class PostedOnce(Table, tablename="posted_once"):
    """That an "I posted it" link was used for one prisoner: a keyed hash and nothing else."""

    hash = Bytea(primary_key=True, help_text="hash")
    expires_at = Timestamptz()


class LetterEvening(Table, tablename="letter_evening"):
    """People who write together: what was printed for them and what they posted, in figures."""

    id = BigSerial(primary_key=True)
    name = Varchar(120)
    day = Date()
    language = Varchar(2)
    cards = Integer()
    posted = Integer(null=True, default=None)

from piccolo.columns import BigInt, BigSerial, ForeignKey, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.table import Table

from service.advocacy.tables import AdvocacyLetter


class InsultingWords(Table, tablename="advocacy_word"):
    """Words that staff want to notice in a letter; whoever uses them is not refused, only looked at first."""

    id = BigSerial(primary_key=True)
    words = Varchar(80, unique=True)
    added_by = BigInt(null=True, default=None)
    added_at = Timestamptz()


class HeldDecision(Table, tablename="held_decision"):
    """What somebody decided last about a letter that was held, and can still take back."""

    id = BigSerial(primary_key=True)
    letter = ForeignKey(AdvocacyLetter, on_delete=OnDelete.cascade, null=False, unique=True)
    # released, returned
    decided = Varchar(8)
    # Of what is returned: a word for a kind reply.
    reason = Varchar(20, default="")
    decided_by = BigInt(null=True, default=None)
    decided_at = Timestamptz()
    # When its writer gets it back; until then it can be undone unnoticed.
    return_at = Timestamptz(null=True, default=None)

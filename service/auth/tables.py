from enum import StrEnum

from piccolo.columns import JSONB, BigInt, BigSerial, Boolean, Bytea, ForeignKey, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.table import Table


class Role(StrEnum):
    OWNER = "owner"
    EDITOR = "editor"
    MODERATOR = "moderator"
    VIEWER = "viewer"


class Account(Table, tablename="account"):
    """Somebody on the staff. `totp_secret` and `address` are sealed."""

    id = BigSerial(primary_key=True)
    address = Bytea(unique=True, help_text="sealed: address")
    name = Varchar(120)
    role = Varchar(12, choices=Role)
    password_hash = Varchar(200, default="")
    totp_secret = Bytea(null=True, default=None, help_text="sealed: totp")
    # The last accepted TOTP step: a code works once.
    totp_step = BigInt(default=0)
    # From when on the console opens with a second factor alone; see sessions.GRACE.
    second_factor_by = Timestamptz(null=True, default=None)
    created_at = Timestamptz()
    deactivated_at = Timestamptz(null=True, default=None)


class Session(Table, tablename="staff_session"):
    """A signed-in browser; the cookie holds the key, this row only its hash."""

    id = BigSerial(primary_key=True)
    key_hash = Bytea(unique=True, help_text="hash")
    account = ForeignKey(Account, on_delete=OnDelete.cascade, null=False, index=True)
    created_at = Timestamptz()
    seen_at = Timestamptz()
    expires_at = Timestamptz()
    # False between the password and the second factor.
    complete = Boolean(default=True)


class RecoveryCode(Table, tablename="recovery_code"):
    """Opens the second factor once, for who has lost the phone; the row goes when it is used."""

    id = BigSerial(primary_key=True)
    code_hash = Bytea(unique=True, help_text="hash")
    account = ForeignKey(Account, on_delete=OnDelete.cascade, null=False, index=True)


class OneTimeLink(Table, tablename="one_time_link"):
    """A mailed or printed link that works once: sign-in, invitation, recovery."""

    id = BigSerial(primary_key=True)
    key_hash = Bytea(unique=True, help_text="hash")
    purpose = Varchar(20)
    account = ForeignKey(Account, on_delete=OnDelete.cascade, null=False, index=True)
    created_at = Timestamptz()
    expires_at = Timestamptz()
    used_at = Timestamptz(null=True, default=None)


class Audit(Table, tablename="audit"):
    """Who changed what, and when. `detail` names no subscriber."""

    id = BigSerial(primary_key=True)
    at = Timestamptz(index=True)
    account = ForeignKey(Account, on_delete=OnDelete.set_null, null=True, index=False)
    action = Varchar(60, index=True)
    subject = Varchar(80, default="")
    detail = JSONB(default="{}")

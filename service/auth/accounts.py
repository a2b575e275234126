"""Staff accounts: finding, making and changing them. Who may do so is for the caller to know."""

from datetime import datetime

import asyncpg
import msgspec
from email_validator import EmailNotValidError, validate_email

from service.auth import links, passwords, sessions
from service.kit import clock, db, sealing
from service.kit.errors import Invalid, NotFound
from service.kit.i18n import Sentence


class Account(msgspec.Struct, frozen=True):
    """Somebody on the staff; `address` is open here and sealed in the table."""

    id: int
    name: str
    address: str
    role: str
    password_hash: str
    totp_secret: bytes | None
    created_at: datetime
    deactivated_at: datetime | None

    @property
    def state(self) -> str:
        """deactivated, invited (no password yet) or active."""
        if self.deactivated_at:
            return "deactivated"
        return "active" if self.password_hash else "invited"


_SELECT = "SELECT id, name, address, role, password_hash, totp_secret, created_at, deactivated_at FROM account"


def normalised(address: str) -> str:
    """One spelling per mailbox; what is no address is only put in lower case."""
    try:
        return taken_seriously(address)
    except Invalid:
        return address.strip().lower()


def taken_seriously(address: str) -> str:
    """The normalised address. Raises Invalid for the field `address`."""
    try:
        return validate_email(address, check_deliverability=False).normalized.lower()
    except EmailNotValidError:
        raise Invalid({"address": Sentence("Please enter one complete address, such as anna@example.org.")}) from None


async def get(id: int) -> Account:
    """Raises NotFound."""
    row = await db.fetch_one(f"{_SELECT} WHERE id = $1", id)
    if row is None:
        raise NotFound
    return _account(row)


async def by_address(address: str) -> Account | None:
    row = await db.fetch_one(f"{_SELECT} WHERE address = ANY($1)", sealing.address_candidates(normalised(address)))
    return _account(row) if row else None


async def everybody() -> list[Account]:
    """Active and invited people first, then those who left; by name."""
    rows = await db.fetch(f"{_SELECT} ORDER BY deactivated_at IS NOT NULL, lower(name), id")
    return [_account(row) for row in rows]


async def first_owner() -> Account | None:
    row = await db.fetch_one(f"{_SELECT} WHERE role = 'owner' AND deactivated_at IS NULL ORDER BY id LIMIT 1")
    return _account(row) if row else None


async def other_owners(account: int) -> list[Account]:
    """The owners beside this one who can sign in, or who are."""
    rows = await db.fetch(
        f"{_SELECT} a WHERE role = 'owner' AND deactivated_at IS NULL AND id <> $1"
        " AND (password_hash <> '' OR EXISTS (SELECT FROM staff_session s"
        " WHERE s.account = a.id AND s.complete AND s.expires_at > $2)) ORDER BY lower(name), id",
        account,
        clock.now(),
    )
    return [_account(row) for row in rows]


async def changed_since(account: int, moment: datetime) -> bool:
    """Whether somebody was invited, joined, came back or got another role after `moment`."""
    found: bool = await db.fetch_value(
        "SELECT EXISTS (SELECT FROM account WHERE id = $1 AND created_at > $2) OR EXISTS (SELECT FROM audit"
        " WHERE subject = 'account ' || $1::bigint AND at > $2 AND action IN ('staff.joined', 'staff.role_changed',"
        " 'staff.reactivated'))",
        account,
        moment,
    )
    return found


async def create(address: str, name: str, role: str) -> int:
    """An account without a password. Raises Invalid when the address is none or is taken."""
    sealed = sealing.seal_address(taken_seriously(address))
    if await by_address(address):
        raise Invalid({"address": Sentence("Somebody with this address is on the staff already.")})
    made: int = await db.fetch_value(
        "INSERT INTO account (address, name, role, password_hash, totp_step, created_at)"
        " VALUES ($1, $2, $3, '', 0, $4) RETURNING id",
        sealed,
        name,
        role,
        clock.now(),
    )
    return made


async def rename(id: int, name: str) -> None:
    """Raises Invalid."""
    await db.execute("UPDATE account SET name = $2 WHERE id = $1", id, checked_name(name))


def checked_name(name: str) -> str:
    """Raises Invalid for the field `name`."""
    if not name:
        raise Invalid({"name": Sentence("Please enter a name; a first name is enough.")})
    if len(name) > 120:
        raise Invalid({"name": Sentence("Please keep the name under 120 characters.")})
    return name


async def move(id: int, address: str) -> None:
    """Gives the account another address. Raises Invalid when it is none or is taken."""
    try:
        async with db.transaction(), db.savepoint():
            await db.execute(
                "UPDATE account SET address = $2 WHERE id = $1", id, sealing.seal_address(taken_seriously(address))
            )
    except asyncpg.UniqueViolationError:
        raise Invalid({"address": Sentence("Somebody with this address is on the staff already.")}) from None


async def set_password(account: Account, password: str, keep: int | None = None) -> None:
    """Signs out everywhere but in the session `keep`, and ends every link under way. Raises Invalid."""
    if wrong := passwords.objection(password, about=(account.name, account.address)):
        raise Invalid({"password": wrong})
    hashed = await passwords.hash(password)
    async with db.transaction():
        await db.execute("UPDATE account SET password_hash = $2 WHERE id = $1", account.id, hashed)
        await sessions.end_all(account.id, except_for=keep)
        await links.void(account.id)


async def keep_up(account: Account, password: str) -> None:
    """Hashes the password again when today's cost is another."""
    if passwords.outdated(account.password_hash):
        hashed = await passwords.hash(password)
        await db.execute("UPDATE account SET password_hash = $2 WHERE id = $1", account.id, hashed)


def _account(row: db.Record) -> Account:
    return Account(**{**row, "address": sealing.unseal_address(row["address"])})

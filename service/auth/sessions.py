"""Who is signed in: sessions in PostgreSQL. The cookie holds a random key, the row only its hash."""

import hmac
from datetime import datetime, timedelta

import msgspec

from service.auth import permissions
from service.kit import clock, db, keys, tokens

COOKIE = "hf_session"
COOKIE_PATH = "/staff"
IDLE = timedelta(hours=12)
ABSOLUTE = timedelta(days=7)
# How long the password is good for while the second factor is awaited.
HALFWAY = timedelta(minutes=10)
_SEEN_EVERY = timedelta(minutes=1)
# Whose roles reach addresses and mails need a second factor, so long after they first signed in without one.
GUARDED = ("owner", "editor")
GRACE = timedelta(days=30)


class Staff(msgspec.Struct, frozen=True):
    """Somebody who is signed in."""

    id: int
    name: str
    role: str
    session: int
    # Hidden field `csrf` of every form, bound to this session.
    csrf: str
    has_password: bool = True
    has_second_factor: bool = False
    # The organisation stopped everything; only owners go on.
    frozen: bool = False
    # The last moment to set up a second factor; None where it is not asked for.
    second_factor_by: datetime | None = None

    @property
    def owes_second_factor(self) -> bool:
        return self.second_factor_by is not None and self.second_factor_by <= clock.now()

    def can(self, permission: str) -> bool:
        return permissions.allowed(self.role, permission)


class Signed(msgspec.Struct, frozen=True):
    """One session as its owner sees it listed."""

    id: int
    created_at: datetime
    seen_at: datetime
    expires_at: datetime


async def begin(account: int, complete: bool = True, instead_of: str | None = None) -> str:
    """A new session and its cookie's key. The key that the browser came with stops working."""
    key = tokens.random_key()
    now = clock.now()
    async with db.transaction():
        if instead_of:
            await end(instead_of)
        await db.execute(
            "INSERT INTO staff_session (key_hash, account, created_at, seen_at, expires_at, complete)"
            " VALUES ($1, $2, $3, $3, $4, $5)",
            tokens.hash_of(key),
            account,
            now,
            now + (ABSOLUTE if complete else HALFWAY),
            complete,
        )
        await db.execute(
            "UPDATE account SET second_factor_by = $2 WHERE id = $1 AND second_factor_by IS NULL"
            " AND totp_secret IS NULL AND role = ANY($3)",
            account,
            now + GRACE,
            list(GUARDED),
        )
    return key


async def find(key: str | None, complete: bool = True) -> Staff | None:
    """Who holds this key; None when it is unknown, ended, idle for too long or of somebody deactivated."""
    if not key:
        return None
    row = await db.fetch_one(
        "SELECT s.id AS session, s.seen_at, a.id, a.name, a.role, a.password_hash <> '' AS has_password,"
        " a.totp_secret IS NOT NULL AS has_second_factor,"
        " CASE WHEN a.totp_secret IS NULL AND a.role = ANY($5) THEN a.second_factor_by END AS second_factor_by,"
        " EXISTS (SELECT FROM organisation WHERE frozen_at IS NOT NULL) AS frozen"
        " FROM staff_session s JOIN account a ON a.id = s.account"
        " WHERE s.key_hash = $1 AND s.expires_at > $2 AND s.seen_at > $3 AND s.complete = $4"
        " AND a.deactivated_at IS NULL",
        tokens.hash_of(key),
        clock.now(),
        clock.now() - IDLE,
        complete,
        list(GUARDED),
    )
    if row is None:
        return None
    values = dict(row)
    await _seen(values["session"], values.pop("seen_at"))
    return Staff(csrf=_csrf(key), **values)


async def end(key: str) -> None:
    await db.execute("DELETE FROM staff_session WHERE key_hash = $1", tokens.hash_of(key))


async def end_one(account: int, session: int) -> bool:
    """False when it is not a session of this account, or ended already."""
    return await db.execute("DELETE FROM staff_session WHERE account = $1 AND id = $2", account, session) > 0


async def end_all(account: int, except_for: int | None = None) -> None:
    """Signs the account out everywhere but in the session `except_for`."""
    await db.execute(
        "DELETE FROM staff_session WHERE account = $1 AND id IS DISTINCT FROM $2::bigint", account, except_for
    )


async def listing(account: int) -> list[Signed]:
    """The sessions of an account that still work, the last used first."""
    rows = await db.fetch(
        "SELECT id, created_at, seen_at, expires_at FROM staff_session"
        " WHERE account = $1 AND complete AND expires_at > $2 AND seen_at > $3 ORDER BY seen_at DESC, id DESC",
        account,
        clock.now(),
        clock.now() - IDLE,
    )
    return [Signed(**row) for row in rows]


async def sweep() -> int:
    """Removes what no longer works."""
    return await db.execute(
        "DELETE FROM staff_session WHERE expires_at <= $1 OR seen_at <= $2", clock.now(), clock.now() - IDLE
    )


async def _seen(session: int, before: datetime) -> None:
    if clock.now() - before > _SEEN_EVERY:
        await db.execute("UPDATE staff_session SET seen_at = $2 WHERE id = $1", session, clock.now())


def _csrf(key: str) -> str:
    # The newest secret only: after a `rekey` an open form is sent once more.
    return hmac.digest(keys.derive("csrf", keys.current(), 32), key.encode(), "sha256")[:24].hex()

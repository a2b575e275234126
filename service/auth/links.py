"""Links that work once: to sign in, to accept an invitation, to choose a new password."""

from datetime import timedelta
from enum import StrEnum

from service.kit import clock, db, tokens
from service.kit.errors import Problem
from service.kit.i18n import Sentence


class Purpose(StrEnum):
    SIGN_IN = "sign-in"
    INVITATION = "invitation"
    RECOVERY = "recovery"


LIFETIME = {
    Purpose.SIGN_IN: timedelta(hours=24),
    Purpose.INVITATION: timedelta(days=7),
    Purpose.RECOVERY: timedelta(hours=1),
}


_BY_AN_OWNER = "an owner can send you a new one under Staff; on the server, “hundredfold staff link” prints one."
_NEXT = {
    Purpose.SIGN_IN: f"If you have a password, sign in with it. Else {_BY_AN_OWNER}",
    Purpose.INVITATION: f"If you have joined, sign in with your password. Else {_BY_AN_OWNER}",
    Purpose.RECOVERY: "“Forgotten the password?” on the page where you sign in gives you a new one.",
}


class Spent(Problem):
    code = "link_spent"
    status = 410
    sentence = Sentence("This link was used already, or it has expired. {next}")

    def __init__(self, purpose: Purpose) -> None:
        super().__init__(next=_NEXT[purpose])


async def make(account: int, purpose: Purpose) -> str:
    """The key of a new link; only its hash is kept."""
    key = tokens.random_key()
    now = clock.now()
    await db.execute(
        "INSERT INTO one_time_link (key_hash, purpose, account, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)",
        tokens.hash_of(key),
        purpose,
        account,
        now,
        now + LIFETIME[purpose],
    )
    return key


async def holder(key: str, purpose: Purpose) -> int:
    """The account that an unused link is for; changes nothing. Raises Spent."""
    return await _found(
        "SELECT l.account FROM one_time_link l JOIN account a ON a.id = l.account"
        " WHERE l.key_hash = $1 AND l.purpose = $2 AND l.used_at IS NULL AND l.expires_at > $3"
        " AND a.deactivated_at IS NULL",
        key,
        purpose,
    )


async def use(key: str, purpose: Purpose) -> int:
    """Spends the link and returns its account; of two at the same time one wins. Raises Spent."""
    return await _found(
        "UPDATE one_time_link l SET used_at = $3 FROM account a WHERE a.id = l.account"
        " AND l.key_hash = $1 AND l.purpose = $2 AND l.used_at IS NULL AND l.expires_at > $3"
        " AND a.deactivated_at IS NULL RETURNING l.account",
        key,
        purpose,
    )


async def void(account: int) -> None:
    """Ends every link of the account that was not used yet."""
    await db.execute(
        "UPDATE one_time_link SET used_at = $2 WHERE account = $1 AND used_at IS NULL", account, clock.now()
    )


async def sweep() -> int:
    """Removes what no longer works."""
    return await db.execute("DELETE FROM one_time_link WHERE expires_at <= $1", clock.now())


async def _found(sql: str, key: str, purpose: Purpose) -> int:
    account: int | None = await db.fetch_value(sql, tokens.hash_of(key), purpose, clock.now())
    if account is None:
        raise Spent(purpose)
    return account

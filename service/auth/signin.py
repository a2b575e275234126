"""The way in: address and password, then the second factor; guesses are counted and told nothing."""

from datetime import timedelta

from service.auth import accounts, audit, passwords, second_factor, sessions
from service.auth.accounts import Account
from service.kit import db, limits, tokens
from service.kit.errors import Problem
from service.kit.i18n import Sentence

WINDOW = 15 * 60
PER_ADDRESS = 10
PER_CLIENT = 30
ALTOGETHER = 600
CODES_PER_WINDOW = 5
CODES_PER_DAY = 40
DAY = 24 * 60 * 60
DEVICE_COOKIE = "hf_device"
DEVICE_FOR = timedelta(days=180)


class NotSignedIn(Problem):
    code = "not_signed_in"
    status = 422
    sentence = Sentence("This address and password do not belong together. Try again, or choose a new password.")


class Late(Problem):
    code = "late"
    status = 422
    sentence = Sentence("That took longer than ten minutes. Please start again with your password.")


class WrongCode(Problem):
    code = "wrong_code"
    status = 422
    sentence = Sentence("This code does not fit, or it was used already. Please wait for the next one.")


async def check_password(address: str, password: str, client: str, device: str = "") -> Account:
    """The account. Raises NotSignedIn, the same for whoever does not exist, and TooMany.

    `client`: whom the limit counts; `device`: the cookie of a browser that was signed in before.
    """
    # The client first: one that is past its own bound uses up nothing of everybody's.
    await limits.take("sign-in client", client, PER_CLIENT, WINDOW)
    await limits.take("sign-in", "everybody", ALTOGETHER, WINDOW)
    account = await accounts.by_address(address)
    # A known browser has a count of its own: strangers who guess cannot shut its owner out.
    counted = device if account and _owner_of(device) == account.id else accounts.normalised(address)
    await limits.take("sign-in address", counted, PER_ADDRESS, WINDOW)
    known = account.password_hash if account and not account.deactivated_at else ""
    if not await passwords.matches(password, known) or account is None:
        raise NotSignedIn
    await limits.forget("sign-in address", counted, WINDOW)
    await accounts.keep_up(account, password)
    return account


async def enter(account: Account, way: str, instead_of: str | None) -> tuple[str, bool]:
    """A session (its key), and whether it is complete: with a second factor it first waits for the code.

    `way` is for the audit: password, link, invitation; `instead_of`: the key that the browser came with.
    """
    complete = account.totp_secret is None
    async with db.transaction():
        if complete:
            await audit.record(account.id, "session.started", detail={"by": way})
        return await sessions.begin(account.id, complete, instead_of), complete


async def complete(key: str, code: str) -> str:
    """The key of the full session, for a halfway one and a code. Raises WrongCode, TooMany, or Late."""
    staff = await sessions.find(key, complete=False)
    if staff is None:
        raise Late
    await check_code(staff.id, code)
    async with db.transaction():
        await audit.record(staff.id, "session.started", detail={"by": "second factor"})
        return await sessions.begin(staff.id, instead_of=key)


async def check_code(account: int, code: str) -> None:
    """Raises WrongCode or TooMany."""
    await limits.take("second factor", str(account), CODES_PER_WINDOW, WINDOW)
    await limits.take("second factor a day", str(account), CODES_PER_DAY, DAY)
    if not await second_factor.accepts(account, code):
        # Whoever comes this far knows the password: an owner should see it.
        await audit.record(account, "second_factor.refused")
        raise WrongCode
    await limits.forget("second factor", str(account), WINDOW)


async def confirm_password(account: Account, password: str) -> bool:
    """Asked again before something that would outlast a borrowed browser. Raises TooMany."""
    await limits.take("password again", str(account.id), PER_ADDRESS, WINDOW)
    return not account.password_hash or await passwords.matches(password, account.password_hash)


def device_cookie(account: int) -> str:
    return tokens.make("device", account, DEVICE_FOR)


def _owner_of(device: str) -> int | None:
    try:
        owner: int = tokens.read("device", device)
    except Problem:
        return None
    return owner

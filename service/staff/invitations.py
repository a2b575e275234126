"""How somebody joins the staff, and the printed link that lets the first one in."""

from service.auth import accounts, audit, links, passwords
from service.auth.accounts import Account
from service.auth.links import Purpose
from service.auth.tables import Role
from service.kit import db, limits
from service.kit.errors import Invalid, Problem
from service.kit.i18n import Sentence
from service.organisation import queries as organisations
from service.staff import mail

RESENDS_A_DAY = 5
DAY = 24 * 60 * 60
# Nobody reads mail there; whoever enters by the printed link gives an own address.
PLACEHOLDER = "owner@example.org"


class AlreadyJoined(Problem):
    code = "already_joined"
    status = 409
    sentence = Sentence("This person has joined already, or was deactivated. No new invitation is needed.")


class Nobody(Problem):
    code = "nobody"
    status = 404
    sentence = Sentence("Nobody on the staff has this address. `hundredfold staff list` shows who there is.")


async def invite(address: str, role: str, name: str, by: int | None) -> str:
    """Makes the account and mails the invitation; the key of its link. Raises Invalid."""
    if role not in list(Role):
        raise Invalid({"role": Sentence("Please choose one of the roles.")})
    async with db.transaction():
        id = await accounts.create(address, name or address.partition("@")[0], role)
        await audit.record(by, "staff.invited", subject=f"account {id}", detail={"role": role})
        return await _mail_a_link(await accounts.get(id), by)


async def resend(id: int, by: int) -> None:
    """A fresh invitation; the earlier links end. Raises AlreadyJoined or TooMany."""
    account = await accounts.get(id)
    if account.state != "invited":
        raise AlreadyJoined
    await limits.take("invitation", str(id), RESENDS_A_DAY, DAY)
    async with db.transaction():
        await links.void(id)
        await audit.record(by, "staff.invited_again", subject=f"account {id}")
        await _mail_a_link(account, by)


def name_given(account: Account) -> str:
    """The name that the inviter typed; empty when we took the start of the address for want of one."""
    return "" if account.name == account.address.partition("@")[0] else account.name


async def accept(key: str, name: str, password: str) -> Account:
    """The new colleague, with a name and a password. Raises Spent or Invalid; a refused form spends nothing."""
    async with db.transaction():
        account = await accounts.get(await links.use(key, Purpose.INVITATION))
        _require(name, password, account)
        await accounts.rename(account.id, name)
        await accounts.set_password(account, password)
        await audit.record(account.id, "staff.joined", subject=f"account {account.id}")
    return await accounts.get(account.id)


async def sign_in_link(address: str | None = None) -> str:
    """The URL of a link that signs in once within a day: of this person, else of the first owner. Raises Nobody."""
    async with db.transaction():
        account = await accounts.by_address(address) if address else await _first_owner()
        if account is None or account.deactivated_at:
            raise Nobody
        await audit.record(None, "staff.link_made", subject=f"account {account.id}")
        return mail.address_of(Purpose.SIGN_IN, await links.make(account.id, Purpose.SIGN_IN))


async def enter(key: str) -> Account:
    """Whose sign-in link this is; it is spent. Raises Spent."""
    return await accounts.get(await links.use(key, Purpose.SIGN_IN))


async def _first_owner() -> Account:
    if found := await accounts.first_owner():
        return found
    id = await accounts.create(PLACEHOLDER, "Owner", Role.OWNER)
    await audit.record(None, "staff.invited", subject=f"account {id}", detail={"role": Role.OWNER})
    return await accounts.get(id)


async def _mail_a_link(account: Account, by: int | None) -> str:
    key = await links.make(account.id, Purpose.INVITATION)
    inviter = (await accounts.get(by)).name if by else (await organisations.required()).name
    await mail.invitation(account, inviter, key)
    return key


def _require(name: str, password: str, account: Account) -> None:
    wrong: dict[str, Sentence] = {}
    try:
        accounts.checked_name(name)
    except Invalid as invalid:
        wrong |= invalid.fields
    if objection := passwords.objection(password, about=(name, account.address)):
        wrong["password"] = objection
    if wrong:
        raise Invalid(wrong)

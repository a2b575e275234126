"""Who may do what: roles, leaving and coming back. Somebody who can sign in always stays owner."""

from service.auth import accounts, audit, links, second_factor, sessions
from service.auth.accounts import Account
from service.auth.tables import Role
from service.kit import clock, db
from service.kit.errors import Invalid, Problem
from service.kit.i18n import Sentence


class LastOwner(Problem):
    code = "last_owner"
    status = 409
    sentence = Sentence("This is the last owner who can sign in. Please make somebody else an owner first.")


async def change(id: int, role: str, by: int) -> None:
    """Ends the sessions of that person. Raises LastOwner, NotFound or Invalid."""
    if role not in list(Role):
        raise Invalid({"role": Sentence("Please choose one of the roles.")})
    async with db.transaction():
        account = await _locked(id)
        if role == account.role:
            return
        await _keep_an_owner(account)
        await db.execute("UPDATE account SET role = $2 WHERE id = $1", id, role)
        await sessions.end_all(id)
        await audit.record(
            by, "staff.role_changed", subject=f"account {id}", detail={"from": account.role, "to": role}
        )


async def deactivate(id: int, by: int) -> None:
    """Signs the person out for good and ends their links. Raises LastOwner or NotFound."""
    async with db.transaction():
        account = await _locked(id)
        if account.deactivated_at:
            return
        await _keep_an_owner(account)
        await db.execute("UPDATE account SET deactivated_at = $2 WHERE id = $1", id, clock.now())
        await sessions.end_all(id)
        await links.void(id)
        await audit.record(by, "staff.deactivated", subject=f"account {id}")


async def reactivate(id: int, by: int) -> None:
    async with db.transaction():
        if (await _locked(id)).deactivated_at:
            await db.execute("UPDATE account SET deactivated_at = NULL WHERE id = $1", id)
            await audit.record(by, "staff.reactivated", subject=f"account {id}")


async def forget_second_factor(id: int, by: int | None) -> None:
    """For somebody who lost the phone and the recovery codes; signs them out."""
    async with db.transaction():
        await _locked(id)
        await second_factor.turn_off(id)
        await sessions.end_all(id)
        await audit.record(by, "second_factor.turned_off", subject=f"account {id}")


async def _locked(id: int) -> Account:
    # All owners at once and in one order: two of them who demote each other must not both succeed.
    await db.fetch("SELECT id FROM account WHERE role = 'owner' OR id = $1 ORDER BY id FOR UPDATE", id)
    return await accounts.get(id)


async def _keep_an_owner(leaving: Account) -> None:
    if leaving.role != Role.OWNER or leaving.deactivated_at:
        return
    others = await db.fetch_value(
        "SELECT count(*) FROM account"
        " WHERE role = 'owner' AND deactivated_at IS NULL AND password_hash <> '' AND id <> $1",
        leaving.id,
    )
    if not others:
        raise LastOwner

"""A forgotten password: a mailed link, and the same answer for everybody who asks."""

from service.auth import accounts, audit, links
from service.auth.links import Purpose
from service.kit import db, limits
from service.kit.limits import TooMany
from service.staff import mail

HOUR = 60 * 60
PER_ADDRESS = 3
PER_CLIENT = 20


async def allow(client: str) -> None:
    """Raises TooMany for a client that asks for everybody."""
    await limits.take("recovery client", client, PER_CLIENT, HOUR)


async def ask(address: str) -> None:
    """Mails a link if there is somebody to mail it to. Runs after the answer, whose time so tells nothing."""
    try:
        await limits.take("recovery", accounts.normalised(address), PER_ADDRESS, HOUR)
    except TooMany:
        return
    account = await accounts.by_address(address)
    if account is None or account.deactivated_at:
        return
    async with db.transaction():
        await audit.record(account.id, "password.link_asked")
        await mail.recovery(account, await links.make(account.id, Purpose.RECOVERY))


async def choose(key: str, password: str) -> None:
    """Sets the password and signs out everywhere. Raises Spent or Invalid; a refused password spends nothing."""
    async with db.transaction():
        account = await accounts.get(await links.use(key, Purpose.RECOVERY))
        await accounts.set_password(account, password)
        await audit.record(account.id, "password.changed", detail={"by": "link"})

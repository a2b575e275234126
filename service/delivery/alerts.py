"""What staff are told by mail when nobody may be looking: that a mailing has paused itself."""

from service.auth import accounts, permissions
from service.auth.accounts import Account
from service.delivery import mailing_queries, queries, transactional
from service.kit import clock, db
from service.kit.formats import filters
from service.kit.settings import settings
from service.organisation import queries as organisations

TEMPLATE = "delivery/paused"
# Who may let it go on.
PERMISSION = "campaigns.send"
# The console and what it mails speak English.
_LANGUAGE = "en"


async def paused(mailing: int, sentence: str) -> bool:
    """Pauses a mailing that is being sent because of `sentence`, and mails those who may let it go on.

    Both in one transaction (the caller's, if there is one), so that whoever comes second pauses nothing and mails
    nobody. Returns whether it was being sent until now.
    """
    async with db.transaction():
        stopped = await db.execute(
            "UPDATE mailing SET state = 'paused', pause_reason = $2 WHERE id = $1 AND state = 'sending'",
            mailing,
            sentence[:500],
        )
        if stopped:
            await tell(mailing, sentence)
    return bool(stopped)


async def tell(mailing: int, sentence: str) -> None:
    """Mails them alone, in the transaction of whoever has just paused the mailing by a statement of its own."""
    organisation = await organisations.required()
    books = await queries.books(mailing)
    number, local = (filters(_LANGUAGE)[name] for name in ("number", "local"))
    context = {
        "organisation": organisation.name,
        "postal_address": organisation.postal_address,
        "sentence": sentence,
        "at": local(clock.now(), organisation.timezone),
        "campaign": await mailing_queries.subject(mailing, organisation.fallback_language),
        "sent": number(books.sent),
        "open": number(books.open),
        "mailing_url": f"{settings().origin}/staff/delivery/mailings/{mailing}",
        "delivery_url": f"{settings().origin}/staff/delivery",
    }
    for account in await _told():
        await transactional.send(TEMPLATE, _LANGUAGE, account.address, context)


async def _told() -> list[Account]:
    return [
        account
        for account in await accounts.everybody()
        if account.state == "active" and permissions.allowed(account.role, PERMISSION)
    ]

"""The mails that staff get."""

from service.auth.accounts import Account
from service.auth.links import LIFETIME, Purpose
from service.delivery import transactional
from service.kit.settings import settings
from service.organisation import queries as organisations


async def invitation(account: Account, inviter: str, key: str) -> None:
    await _send(
        "staff/invitation",
        account.address,
        inviter=inviter,
        role=account.role,
        invitation_url=address_of(Purpose.INVITATION, key),
        expires_days=LIFETIME[Purpose.INVITATION].days,
    )


async def recovery(account: Account, key: str) -> None:
    await _send(
        "staff/recovery",
        account.address,
        recovery_url=address_of(Purpose.RECOVERY, key),
        expires_minutes=int(LIFETIME[Purpose.RECOVERY].total_seconds() // 60),
    )


def address_of(purpose: Purpose, key: str) -> str:
    """Where a link that works once is opened."""
    page = {Purpose.SIGN_IN: "enter", Purpose.INVITATION: "invitation", Purpose.RECOVERY: "recover"}[purpose]
    return f"{settings().origin}/staff/{page}/{key}"


async def _send(template: str, address: str, **context: object) -> None:
    organisation = await organisations.required()
    shared = {"organisation": organisation.name, "postal_address": organisation.postal_address}
    await transactional.send(template, organisation.fallback_language, address, {**shared, **context})

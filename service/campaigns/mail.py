"""The mails to staff about campaigns."""

from collections.abc import Sequence

from service.auth import accounts, permissions
from service.campaigns.automation_queries import Automation
from service.campaigns.planning import Plan
from service.delivery import transactional
from service.kit.settings import settings
from service.organisation import queries as organisations

# Who may approve a draft.
PERMISSION = "campaigns.send"
# The console and what it mails speak English.
_LANGUAGE = "en"


async def drafts_wait(automation: Automation, planned: Plan, drafts: Sequence[int]) -> None:
    """Tells those who may send that drafts of an automation wait; leaves with the transaction that made them."""
    organisation = await organisations.required()
    page = f"automations/{automation.id}" if len(drafts) > 1 else f"campaigns/{drafts[0]}"
    context = {
        "organisation": organisation.name,
        "postal_address": organisation.postal_address,
        "automation": automation.name,
        "sentence": planned.sentence,
        "drafts": len(drafts),
        "draft_url": f"{settings().origin}/staff/{page}",
        "automation_url": f"{settings().origin}/staff/automations/{automation.id}",
    }
    for account in await accounts.everybody():
        if account.state == "active" and permissions.allowed(account.role, PERMISSION):
            await transactional.send("campaigns/drafts_wait", _LANGUAGE, account.address, context)

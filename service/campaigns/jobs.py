"""What the clock asks for."""

from service.campaigns import automation_queries, automations, queries, rehearsal, sending
from service.kit import clock
from service.kit.jobs import enqueue, job


@job("campaigns.start_due")
async def start_due() -> None:
    for campaign in await queries.due(clock.now()):
        enqueue("campaigns.start", campaign)


@job("campaigns.start")
async def start(campaign: int) -> None:
    await sending.start(campaign)


@job("campaigns.run_automations")
async def run_automations() -> None:
    for automation in await automation_queries.due(clock.now()):
        enqueue("campaigns.run_automation", automation)


@job("campaigns.run_automation")
async def run_automation(automation: int) -> None:
    await automations.run(automation)


@job("campaigns.action_opened")
async def action_opened() -> None:
    """Where this is lost, their next time finds it."""
    for automation in await automation_queries.following_actions():
        await automations.run_early(automation)


@job("campaigns.sweep_rehearsals")
async def sweep_rehearsals() -> None:
    for unfinished in await rehearsal.unfinished():
        enqueue("campaigns.rehearse", unfinished)


@job("campaigns.rehearse")
async def rehearse(number: int) -> None:
    await rehearsal.run(number)

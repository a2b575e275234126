"""What the clock asks for."""

from service.campaigns import queries, sending
from service.kit import clock
from service.kit.jobs import enqueue, job


@job("campaigns.start_due")
async def start_due() -> None:
    for campaign in await queries.due(clock.now()):
        enqueue("campaigns.start", campaign)


@job("campaigns.start")
async def start(campaign: int) -> None:
    await sending.start(campaign)

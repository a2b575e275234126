from service.kit.jobs import job
from service.letters import forgetting


@job("letters.forget")
async def forget() -> None:
    await forgetting.forget_due()

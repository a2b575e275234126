from service.delivery import sending
from service.kit.jobs import job


@job("delivery.work", queue="bulk")
async def work(mailing: int) -> None:
    await sending.send_mailing(mailing)


@job("delivery.transactional", queue="mail")
async def transactional() -> None:
    await sending.send_transactional()


@job("delivery.sweep")
async def sweep() -> None:
    await sending.sweep()

from service.delivery import sending
from service.delivery.dns import dkim
from service.delivery.dns.lookups import Resolver
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


@job("delivery.start_keys")
async def start_keys() -> None:
    await dkim.start_published(Resolver())

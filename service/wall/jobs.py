from service.kit.jobs import job
from service.wall import asking, forgetting, retention, telling


@job("wall.mail_links", queue="mail")
async def mail_links(asked: int) -> None:
    await asking.answer(asked)


@job("wall.sweep_links")
async def sweep_links() -> None:
    await asking.sweep()


@job("wall.forget")
async def forget() -> None:
    await forgetting.forget_due()


@job("wall.tell", queue="mail")
async def tell() -> None:
    await telling.tell_due()


@job("wall.erase_due")
async def erase_due() -> None:
    """Rejected posts and reports whose time is over."""
    await retention.erase_due()

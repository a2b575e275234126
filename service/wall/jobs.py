from service.kit.jobs import job
from service.wall import asking, making, retention, sweeping, telling


@job("wall.mail_links", queue="mail")
async def mail_links(asked: int) -> None:
    await asking.answer(asked)


@job("wall.sweep_links")
async def sweep_links() -> None:
    await asking.sweep()


@job("wall.tell", queue="mail")
async def tell() -> None:
    await telling.tell_due()


@job("wall.erase_due")
async def erase_due() -> None:
    """Posts that nobody confirmed, rejected ones, and reports, whose time is over."""
    await retention.erase_due()


@job("wall.make_variants")
async def make_variants() -> None:
    """Every photo that waits for them."""
    await making.make_due()


@job("wall.sweep_photos")
async def sweep_photos() -> None:
    await sweeping.sweep()

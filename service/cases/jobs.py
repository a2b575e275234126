from service.cases.news import feeds, taking
from service.kit.jobs import job


@job(feeds.READ)
async def read_news() -> None:
    """Every feed whose hour is over."""
    await taking.take_due()

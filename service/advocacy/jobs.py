from service.advocacy import opening
from service.kit.jobs import job


@job("advocacy.open_and_close")
async def open_and_close() -> None:
    """Actions whose first or last day has come."""
    await opening.open_due()
    await opening.close_due()

"""What became of each mail of a campaign as CSV, without anybody's address, for whoever has to account for it."""

from collections.abc import AsyncIterator

import msgspec

from service.campaigns import queries
from service.campaigns.sending import NotStarted
from service.delivery import ledger_rows
from service.delivery.ledger_rows import Row
from service.subscribers import exporting


async def lines(campaign: int) -> AsyncIterator[str]:
    """The CSV in parts, with a header. Raises CampaignNotFound or NotStarted at once."""
    found = await queries.find(campaign)
    if found.mailing is None:
        raise NotStarted
    return _lines(found.mailing)


async def _lines(mailing: int) -> AsyncIterator[str]:
    yield exporting.MARK + exporting.lines([Row.__struct_fields__])
    async for page in ledger_rows.pages(mailing):
        yield exporting.lines([msgspec.structs.astuple(row) for row in page])

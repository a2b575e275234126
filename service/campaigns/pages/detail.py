"""Where a campaign went: by server and by domain, and the ledger of it."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Stream

from service.auth import audit
from service.auth.guards import can
from service.campaigns import ledger, queries
from service.delivery import mailing_queries
from service.delivery import queries as deliveries
from service.kit import web


@get("/staff/campaigns/{campaign:int}/delivery", guards=[can("campaigns.view")])
async def page(request: Request, campaign: FromPath[int]) -> Response[str]:
    found = await queries.find(campaign)
    if found.mailing is None:
        return web.redirect(f"/staff/campaigns/{campaign}")  # type: ignore[return-value]
    return web.html(
        request,
        "staff/campaigns/delivery.html",
        campaign=found,
        editions=await queries.editions(campaign),
        progress=await deliveries.progress(found.mailing),
        places=await mailing_queries.places(found.mailing),
        smallest=mailing_queries.SMALLEST,
    )


@post("/staff/campaigns/{campaign:int}/ledger", guards=[can("campaigns.send")])
async def download(request: Request, campaign: FromPath[int]) -> Response[Any]:
    lines = await ledger.lines(campaign)
    await audit.record(request.state.staff.id, "campaign.ledger_downloaded", f"campaign {campaign}")
    headers = web.download(f"campaign-{campaign}-ledger.csv")
    return Stream(lines, status_code=200, media_type="text/csv; charset=utf-8", headers=headers)


@get("/staff/delivery/mailings/{mailing:int}", guards=[can("campaigns.view")])
async def of_mailing(mailing: FromPath[int]) -> Response[None]:
    """Where mails to staff lead: delivery knows mailings alone, and here is known whose they are."""
    campaign = await queries.of_mailing(mailing)
    return web.redirect(f"/staff/campaigns/{campaign}" if campaign else "/staff/delivery")


ROUTES = [page, download, of_mailing]

"""How delivery goes, over all campaigns: whether somebody is needed, and if so for what."""

from litestar import Request, Response, get

from service.auth.guards import can
from service.delivery import breaker, overview_queries, warmup
from service.kit import clock, web
from service.kit.settings import settings
from service.organisation import queries as organisations


@get("/staff/delivery", guards=[can("campaigns.view")])
async def page(request: Request) -> Response[str]:
    organisation = await organisations.required()
    slowed, smaller = await overview_queries.slowed()
    return web.html(
        request,
        "staff/delivery/overview.html",
        stopped=await organisations.is_stopped(),
        has_server=bool(settings().smtp_urls),
        caught=settings().caught is not None,
        under_way=await overview_queries.under_way(organisation.fallback_language),
        workers=await overview_queries.workers(),
        unattended=await overview_queries.unattended(),
        servers=await overview_queries.outgoing(),
        warming=await warmup.standings(),
        slowed=slowed,
        smaller=smaller,
        letters=await overview_queries.letters(),
        came_back=await overview_queries.came_back(clock.now() - overview_queries.LATELY),
        holds=await breaker.open_holds(),
    )


ROUTES = [page]

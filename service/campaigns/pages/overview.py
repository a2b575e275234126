"""The first page of the console: what needs somebody now, and how things stand."""

from datetime import timedelta

from litestar import Request, Response, get

from service.auth.guards import can
from service.campaigns import queries
from service.kit import clock, web
from service.kit.settings import settings
from service.subscribers import import_queries as imports

RECENT = timedelta(days=7)


@get("/staff", guards=[can("overview.view")])
async def overview(request: Request) -> Response[str]:
    now = clock.now()
    coming = await imports.latest(10) if request.state.staff.can("subscribers.view") else []
    return web.html(
        request,
        "staff/campaigns/overview.html",
        unfinished=await queries.unfinished(),
        imports=[job for job in coming if not job.is_over],
        last=await queries.last_sent(),
        spoken=await queries.subscribers_by_language(),
        delivered=await queries.delivered(now - RECENT),
        has_server=bool(settings().smtp_urls),
    )


ROUTES = [overview]

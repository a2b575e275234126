"""The first page of the console: what needs somebody now, and how things stand."""

from datetime import datetime, timedelta

from litestar import Request, Response, get

from service.auth.guards import can
from service.campaigns import queries
from service.campaigns.queries import Listed
from service.kit import clock, web
from service.kit.settings import settings
from service.subscribers import import_queries as imports
from service.subscribers import people_queries

RECENT = timedelta(days=7)


@get("/staff", guards=[can("overview.view")])
async def overview(request: Request) -> Response[str]:
    now = clock.now()
    coming = await imports.latest(10) if request.state.staff.can("subscribers.view") else []
    return web.html(
        request,
        "staff/campaigns/overview.html",
        unfinished=sorted(await queries.unfinished(), key=lambda found: _urgency(found, now)),
        imports=[job for job in coming if not job.is_over],
        last=await queries.last_sent(),
        spoken=await people_queries.by_language(),
        delivered=await queries.delivered(now - RECENT),
        has_server=bool(settings().smtp_urls),
    )


def _urgency(found: Listed, now: datetime) -> int:
    """What waits for a decision first, then what is on its way, then what is being written."""
    if found.trouble or found.mailing_state == "paused" or found.is_overdue(now):
        return 0
    return {"started": 1, "scheduled": 2}.get(found.state, 3)


ROUTES = [overview]

"""The first page of the console: what needs somebody now, and how things stand."""

from datetime import datetime, timedelta
from typing import Any

from litestar import Request, Response, get

from service.advocacy import held_queries, needing
from service.advocacy import promise_queries as promises
from service.auth.guards import can
from service.campaigns import queries
from service.campaigns.queries import Listed
from service.cases import review_queries
from service.delivery import breaker
from service.kit import clock, web
from service.kit.settings import settings
from service.subscribers import import_queries as imports
from service.subscribers import people_queries
from service.wall import moderation_queries as wall

RECENT = timedelta(days=7)


@get("/staff", guards=[can("overview.view")])
async def overview(request: Request) -> Response[str]:
    return web.html(
        request,
        "staff/campaigns/overview.html",
        last=await queries.last_sent(),
        spoken=await people_queries.by_language(),
        delivered=await queries.delivered(clock.now() - RECENT),
        stuck=await queries.stuck_letters(clock.now() - RECENT),
        has_server=bool(settings().smtp_urls),
        **await _needs_somebody(request),
    )


@get("/staff/now", guards=[can("overview.view")])
async def now(request: Request) -> Response[str]:
    """The part that is fetched again every few seconds, without counting everybody and everything sent."""
    return web.html(request, "staff/campaigns/_now.html", **await _needs_somebody(request))


async def _needs_somebody(request: Request) -> dict[str, Any]:
    now = clock.now()
    coming = await imports.latest(10) if request.state.staff.can("subscribers.view") else []
    return {
        "unfinished": sorted(await queries.unfinished(), key=lambda found: _urgency(found, now)),
        "held": await breaker.open_holds() if request.state.staff.can("campaigns.view") else 0,
        "imports": [job for job in coming if not job.is_over],
        "posts": await wall.waiting() if request.state.staff.can("wall.moderate") else 0,
        "letters": await held_queries.waiting() if request.state.staff.can("actions.moderate") else 0,
        "actions": await needing.of_editors() if request.state.staff.can("actions.edit") else [],
        "promises": await promises.counts() if request.state.staff.can("actions.edit") else {},
        "compared": await _lists_to_decide() if request.state.staff.can("cases.edit") else [],
    }


async def _lists_to_decide() -> list[review_queries.List]:
    return [each for each in await review_queries.lists(most=10) if each.waiting]


def _urgency(found: Listed, now: datetime) -> int:
    """What waits for a decision first, then what is on its way, then what is being written."""
    if found.trouble or found.undecided or found.mailing_state == "paused" or found.is_overdue(now):
        return 0
    if found.automation and found.state == "draft":
        return 0
    return {"started": 1, "scheduled": 2}.get(found.state, 3)


ROUTES = [overview, now]

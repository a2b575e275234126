"""The calendar of what will happen, and the rehearsal of it."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from service.auth.guards import can
from service.campaigns import automation_queries, calendar, rehearsal
from service.campaigns.automation_queries import KINDS
from service.campaigns.pages.automations import ABOUT
from service.campaigns.tables import AutomationKind
from service.kit import web


@get("/staff/calendar", guards=[can("campaigns.view")])
async def page(request: Request) -> Response[str]:
    found = await automation_queries.listing()
    known = {automation.kind for automation in found}
    return web.html(
        request,
        "staff/campaigns/calendar.html",
        months=await calendar.months(),
        days=calendar.DAYS,
        automations=found,
        missing=[kind for kind in AutomationKind if kind not in known],
        kinds=KINDS,
        about=ABOUT,
        last=await rehearsal.latest(),
    )


@post("/staff/calendar/rehearsals", guards=[can("campaigns.edit")])
async def rehearse(request: Request) -> Response[Any]:
    begun = await rehearsal.begin(calendar.DAYS)
    return web.redirect(f"/staff/calendar/rehearsals/{begun}")


@get("/staff/calendar/rehearsals/{number:int}", guards=[can("campaigns.view")])
async def result(request: Request, number: FromPath[int]) -> Response[str]:
    return web.html(request, "staff/campaigns/rehearsal.html", rehearsal=await rehearsal.find(number))


ROUTES = [page, rehearse, result]

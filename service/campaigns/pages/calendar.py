"""The calendar of what will happen, and the rehearsal of it."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from service.auth.guards import can
from service.campaigns import calendar, rehearsal
from service.campaigns.pages import automations
from service.kit import web


@get("/staff/calendar", guards=[can("campaigns.view")])
async def page(request: Request) -> Response[str]:
    return web.html(
        request,
        "staff/campaigns/calendar.html",
        months=await calendar.months(),
        days=calendar.DAYS,
        last=await rehearsal.latest(),
        **await automations.all_of_them(),
    )


@post("/staff/calendar/rehearsals", guards=[can("campaigns.edit")])
async def rehearse(request: Request) -> Response[Any]:
    begun = await rehearsal.begin(calendar.DAYS)
    return web.redirect(f"/staff/calendar/rehearsals/{begun}")


@get("/staff/calendar/rehearsals/{number:int}", guards=[can("campaigns.view")])
async def result(request: Request, number: FromPath[int]) -> Response[str]:
    return web.html(request, "staff/campaigns/rehearsal.html", rehearsal=await rehearsal.find(number))


ROUTES = [page, rehearse, result]

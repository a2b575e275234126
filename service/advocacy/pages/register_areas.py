"""The console's areas with their places, and the parliaments."""

from typing import Any
from zoneinfo import available_timezones

from litestar import Request, Response, get, post
from litestar.params import FromPath

from service.advocacy import area_listing, area_places, parliaments
from service.auth.guards import can
from service.kit import clock, web
from service.kit.errors import Invalid
from service.kit.i18n import Sentence


@get("/staff/representatives/areas", guards=[can("actions.view")])
async def areas(request: Request) -> Response[str]:
    today = clock.now().date()
    return web.html(
        request,
        "staff/advocacy/register/areas.html",
        areas=await area_listing.areas(),
        today=today,
    )


@get("/staff/representatives/areas/{id:int}", guards=[can("actions.view")])
async def area(request: Request, id: FromPath[int]) -> Response[str]:
    return await _area(request, id, {"postcode": "", "town": ""}, {})


@post("/staff/representatives/areas/{id:int}", guards=[can("actions.edit")])
async def change(request: Request, id: FromPath[int]) -> Response[Any]:
    """Adds a place, or removes the one that is named."""
    form = await web.form(request)
    back = f"/staff/representatives/areas/{id}"
    if form.checked("remove"):
        await area_places.remove(id, form.number("remove"), request.state.staff.id)
        return web.redirect(back, "The place is removed from this area.")
    typed = {name: form.text(name, 200) for name in ("postcode", "town")}
    try:
        await area_places.add(id, typed["postcode"], typed["town"], request.state.staff.id)
    except Invalid as problem:
        return await _area(request, id, typed, problem.fields)
    return web.redirect(back, "The place is added. Whoever gives its postcode is led here.")


@get("/staff/representatives/parliaments", guards=[can("actions.view")])
async def chambers(request: Request) -> Response[str]:
    return await _chambers(request, {}, {})


@post("/staff/representatives/parliaments", guards=[can("actions.edit")])
async def add_chamber(request: Request) -> Response[Any]:
    form = await web.form(request)
    typed = {name: form.text(name, 200) for name in ("key", "name", "timezone")}
    try:
        await parliaments.add(typed["key"], typed["name"], typed["timezone"], request.state.staff.id)
    except Invalid as problem:
        return await _chambers(request, typed, problem.fields)
    return web.redirect("/staff/representatives/parliaments", "Added. Now import its members.")


async def _area(request: Request, id: int, typed: dict[str, str], errors: dict[str, Sentence]) -> Response[str]:
    q = request.query_params.get("q", "")[:100].strip()
    places = await area_listing.places(id, q)
    return web.html(
        request,
        "staff/advocacy/register/area.html",
        422 if errors else 200,
        area=await area_listing.area(id),
        places=places[: area_listing.PLACES],
        has_more=len(places) > area_listing.PLACES,
        q=q,
        typed=typed,
        errors=errors,
    )


async def _chambers(request: Request, typed: dict[str, str], errors: dict[str, Sentence]) -> Response[str]:
    return web.html(
        request,
        "staff/advocacy/register/parliaments.html",
        422 if errors else 200,
        parliaments=await parliaments.every("en"),
        timezones=sorted(zone for zone in available_timezones() if "/" in zone),
        typed={"key": "", "name": "", "timezone": ""} | typed,
        errors=errors,
    )


ROUTES = [areas, area, change, chambers, add_chamber]

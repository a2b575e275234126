"""The console's table of postal routes: how long letters take from each country, and where none are taken."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from service.auth.guards import can
from service.kit import clock, countries, web
from service.kit.errors import Invalid, NotFound
from service.letters import queries, routes


@get("/staff/letters/routes", guards=[can("cases.view")])
async def table(request: Request) -> Response[str]:
    known = sorted(await routes.all(), key=lambda route: routes.order(route, "en"))
    listed = {route.country for route in known}
    return web.html(
        request,
        "staff/letters/routes.html",
        routes=known,
        others={code: name for code, name in countries.names("en").items() if code not in listed},
        readers=await queries.readers_by_country(),
        least=queries.FEWEST_SHOWN,
    )


@get("/staff/letters/routes/add", guards=[can("letters.edit")])
async def add(request: Request) -> Response[Any]:
    """Leads to the page of the country that was chosen in the list."""
    chosen = request.query_params.get("country", "")
    return web.redirect(f"/staff/letters/routes/{chosen if chosen in countries.names('en') else ''}".rstrip("/"))


@get("/staff/letters/routes/{country:str}", guards=[can("letters.edit")])
async def edit(request: Request, country: FromPath[str]) -> Response[str]:
    route = await routes.of(_known(country))
    typed = {
        "days": str(route.days),
        "is_suspended": route.suspended,
        "source": route.source,
        "checked_on": clock.now().date().isoformat(),
    }
    return _form(request, country, typed, {})


@post("/staff/letters/routes/{country:str}", guards=[can("letters.edit")])
async def save(request: Request, country: FromPath[str]) -> Response[Any]:
    sent = await web.form(request)
    typed: dict[str, Any] = {
        "days": sent.text("days"),
        "is_suspended": sent.checked("is_suspended"),
        "source": sent.text("source", 500),
        "checked_on": sent.text("checked_on"),
    }
    try:
        route = await routes.change(_known(country), by=request.state.staff.id, **typed)
    except Invalid as problem:
        return _form(request, country, typed, dict(problem.fields), problem.status)
    return web.redirect("/staff/letters/routes", f"Saved: {route.name('en')}.")


def _form(
    request: Request, country: str, typed: dict[str, Any], errors: dict[str, Any], status: int = 200
) -> Response[str]:
    name = countries.name(country, "en")
    return web.html(
        request, "staff/letters/route.html", status, country=country, name=name, typed=typed, errors=errors
    )


def _known(country: str) -> str:
    if country not in countries.names("en"):
        raise NotFound
    return country


ROUTES = [table, add, edit, save]

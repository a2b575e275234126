"""The organisation's settings, and the one action that stops everything."""

from typing import Any

from litestar import Request, Response, get, post

from service.auth.guards import can
from service.kit import web
from service.kit.errors import Invalid
from service.kit.i18n import LANGUAGES, Sentence
from service.organisation import queries as organisations
from service.organisation.queries import Organisation
from service.staff import organisation, queries


@get("/staff/settings", guards=[can("settings.edit")])
async def page(request: Request) -> Response[Any]:
    return await _page(request, await organisations.required())


@post("/staff/settings", guards=[can("settings.edit")])
async def save(request: Request) -> Response[Any]:
    form = await web.form(request)
    given = Organisation(
        name=form.text("name"),
        postal_address=form.lines("postal_address", 1000),
        website=form.text("website"),
        timezone=form.text("timezone"),
        languages=[language for language in LANGUAGES if language in form.all("languages")],
        fallback_language=form.text("fallback_language"),
        sender_name=form.text("sender_name"),
        sender_address=form.text("sender_address"),
        reply_to=form.text("reply_to"),
        contact_address=form.text("contact_address"),
    )
    try:
        await organisation.save(given, by=request.state.staff.id)
    except Invalid as invalid:
        return await _page(request, given, invalid.fields)
    return web.redirect("/staff/settings", "Saved.")


@post("/staff/settings/freeze", guards=[can("settings.edit")])
async def freeze(request: Request) -> Response[Any]:
    await organisation.freeze(by=request.state.staff.id)
    return web.redirect("/staff/settings#freeze")


@post("/staff/settings/thaw", guards=[can("settings.edit")])
async def thaw(request: Request) -> Response[Any]:
    await organisation.thaw(by=request.state.staff.id)
    return web.redirect("/staff/settings", "Everything goes on.")


@get("/staff/styleguide", guards=[can("settings.edit")])
async def styleguide(request: Request) -> Response[Any]:
    """Every part that pages are made of, to look at while changing them."""
    return web.html(request, "staff/styleguide.html")


async def _page(request: Request, given: Organisation, errors: dict[str, Sentence] | None = None) -> Response[Any]:
    return web.html(
        request,
        "staff/settings/page.html",
        422 if errors else 200,
        given=given,
        errors=errors or {},
        timezones=[(zone, zone.replace("_", " ")) for zone in organisation.timezones(given.timezone)],
        frozen_since=await queries.frozen_since(),
    )


ROUTES = [page, save, freeze, thaw, styleguide]

"""From a postcode to where somebody votes: asked where there are several areas, by hand where none is known."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.types import ExceptionHandlersMap

from service.advocacy import asking, queries, targets
from service.advocacy.pages import where
from service.advocacy.queries import Closed, Frozen
from service.auth.guards import anyone
from service.kit import web
from service.kit.errors import Problem

_PATH = "/{language:str}/actions/{key:str}/area"
_TEMPLATE = "public/advocacy/area.html"


def at_rest(request: Request, _problem: Problem) -> Response[Any]:
    """Links in mails outlive an action: its own page says that it is over, and what it brought about."""
    found = request.path_params
    return web.redirect(f"/{found['language']}/actions/{found['key']}")


# For pages on which nobody has typed anything that could be lost.
AT_REST: ExceptionHandlersMap = {Closed: at_rest, Frozen: at_rest}


@get(_PATH, guards=[anyone], exception_handlers=AT_REST)
async def form(request: Request, language: FromPath[str], key: FromPath[str]) -> Response[Any]:
    action = await queries.open_action(key, web.spoken(language))
    if not targets.needs_area(action.targets):
        return web.redirect(f"/{language}/actions/{key}/members")
    known = await where.known(await asking.countries(action), language)
    return where.page(request, _TEMPLATE, known, where.Where(), action=action)


@post(_PATH, guards=[anyone], exception_handlers=AT_REST)
async def find(request: Request, language: FromPath[str], key: FromPath[str]) -> Response[Any]:
    web.refuse_foreign_forms(request)
    action = await queries.open_action(key, web.spoken(language))
    known = await where.known(await asking.countries(action), language)
    told = await where.told(request, known)
    if told.area:
        return web.redirect(asking.with_areas(f"/{language}/actions/{key}/members", [told.area]))
    return where.page(request, _TEMPLATE, known, told, action=action)


ROUTES = [form, find]

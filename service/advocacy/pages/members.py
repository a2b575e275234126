"""Whom one can write to: a card for each, without a photo."""

from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath, FromQuery

from service.advocacy import asking, queries, targets
from service.advocacy.pages.area import AT_REST
from service.auth.guards import anyone
from service.kit import web


@get("/{language:str}/actions/{key:str}/members", guards=[anyone], exception_handlers=AT_REST)
async def show(
    request: Request, language: FromPath[str], key: FromPath[str], area: FromQuery[list[int] | None] = None
) -> Response[Any]:
    """Also from a mail, which knows the area and not the person."""
    action = await queries.open_action(key, web.spoken(language))
    areas = asking.few(area or [])
    cards = await asking.cards(action, areas, language)
    asks_area = targets.needs_area(action.targets)
    if not cards and asks_area and not areas:
        return web.redirect(f"/{language}/actions/{key}/area")
    return web.html(
        request,
        "public/advocacy/members.html",
        action=action,
        cards=cards,
        areas=areas,
        asks_area=asks_area,
        write_to=lambda member: asking.with_areas(f"/{language}/actions/{key}/write/{member.key}", areas),
        reachable=asking.reachable,
    )


ROUTES = [show]

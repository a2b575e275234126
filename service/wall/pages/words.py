"""The console's page about the words that are noticed."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from service.auth.guards import can
from service.kit import web
from service.kit.errors import Invalid
from service.wall import moderation_queries, rules

_ADDED = "From now on posts with {words} come later in the queue, with a note."


@get("/staff/wall/words", guards=[can("wall.moderate")])
async def show(request: Request) -> Response[str]:
    return await _page(request)


@post("/staff/wall/words", guards=[can("wall.moderate")])
async def add(request: Request) -> Response[Any]:
    lines = (await web.form(request)).lines("words", 20_000)
    try:
        new = await rules.add(lines, request.state.staff.id)
    except Invalid as problem:
        return await _page(request, lines, problem.fields)
    if not new:
        return web.redirect("/staff/wall/words", "All of that is on the list already.", "info")
    return web.redirect("/staff/wall/words", _ADDED.format(words="this word" if new == 1 else f"these {new} words"))


@post("/staff/wall/words/{rule:int}/remove", guards=[can("wall.moderate")])
async def remove(request: Request, rule: FromPath[int]) -> Response[Any]:
    await rules.remove(rule, request.state.staff.id)
    return web.redirect("/staff/wall/words", "Removed. What waits was looked at again.", "info")


async def _page(request: Request, typed: str = "", errors: Any = None) -> Response[str]:
    return web.html(
        request,
        "staff/wall/words.html",
        422 if errors else 200,
        rules=await rules.listing(),
        counts=await moderation_queries.counts(),
        typed=typed,
        errors=errors or {},
    )


ROUTES = [show, add, remove]

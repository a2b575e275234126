"""The console's page about news: feeds, and what came in them."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath, FromQuery

from service.auth.guards import can
from service.cases.news import feeds, queries
from service.cases.pages import happenings
from service.cases.tables import EventKind
from service.kit import web
from service.kit.errors import Invalid, NotFound
from service.kit.settings import settings

SHOWN = ("about", "all", "done")
# What most news say comes first.
KINDS = {kind: happenings.KINDS[kind] for kind in (EventKind.SENTENCED, EventKind.CHARGED, *EventKind)}


@get("/staff/news", guards=[can("cases.view")])
async def overview(request: Request, show: FromQuery[str] = "about", page: FromQuery[int] = 1) -> Response[str]:
    if show not in SHOWN or not 0 < page < 10_000:
        raise NotFound
    return await _overview(request, {}, {}, show, page)


@post("/staff/news", guards=[can("cases.edit")])
async def add(request: Request) -> Response[Any]:
    form = await web.form(request)
    typed = {name: form.text(name, 500) for name in ("name", "organisation", "url")}
    try:
        await feeds.add(typed["name"], typed["organisation"], typed["url"], request.state.staff.id)
    except Invalid as problem:
        return await _overview(request, typed, problem.fields)
    return web.redirect("/staff/news", "The feed is being read. Look again in a moment.")


@post("/staff/news/feeds/{feed:int}/remove", guards=[can("cases.edit")])
async def remove(request: Request, feed: FromPath[int]) -> Response[Any]:
    await feeds.remove(feed, request.state.staff.id)
    return web.redirect("/staff/news", "The feed is removed, with its news.", "info")


@post("/staff/news/feeds/{feed:int}/read", guards=[can("cases.edit")])
async def read(request: Request, feed: FromPath[int]) -> Response[Any]:
    await feeds.read_again(feed)
    return web.redirect("/staff/news", "The feed is being read. Look again in a moment.")


@post("/staff/news/{item:int}", guards=[can("cases.edit")])
async def settle(request: Request, item: FromPath[int]) -> Response[Any]:
    form = await web.form(request)
    await feeds.settle(item, not form.checked("again"))
    return web.redirect(_back(form))


@post("/staff/news/{item:int}/event", guards=[can("cases.edit")])
async def begin_event(request: Request, item: FromPath[int]) -> Response[Any]:
    form = await web.form(request)
    prisoner = form.number("prisoner")
    try:
        await feeds.begin_event(
            item, prisoner, form.text("kind", 12), form.text("happened_on", 10), request.state.staff.id
        )
    except Invalid as problem:
        return web.redirect(_back(form), " ".join(str(told) for told in problem.fields.values()), "bad")
    return web.redirect(
        f"/staff/prisoners/{prisoner}", "It is in the history. Please add there what readers should know."
    )


def _back(form: web.Form) -> str:
    show, place = form.text("show", 10), form.number("at")
    return f"/staff/news?show={show if show in SHOWN else 'about'}" + (f"#item-{place}" if place else "")


async def _overview(
    request: Request, typed: dict[str, str], errors: dict[str, Any], show: str = "about", page: int = 1
) -> Response[str]:
    items = await queries.items(show == "done", show == "about", page)
    return web.html(
        request,
        "staff/cases/news.html",
        422 if errors else 200,
        feeds=await queries.feeds(),
        items=items[: queries.PAGE],
        more=len(items) > queries.PAGE,
        counts=dict(zip(SHOWN, await queries.counts(), strict=True)),
        show=show,
        page=page,
        hosts=settings().feed_hosts,
        kinds=KINDS,
        typed=typed,
        errors=errors,
    )


ROUTES = [overview, add, remove, read, settle, begin_event]

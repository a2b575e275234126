"""The console's page on which one owner asks for a file of people, and another one allows it."""

from collections.abc import AsyncIterator
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Stream

from service.auth import accounts
from service.auth.guards import can
from service.kit import clock, web
from service.kit.errors import Problem
from service.kit.i18n import Sentence
from service.subscribers import export_requests, exporting, list_queries, topics
from service.subscribers.people_queries import Selection

PAGE = "/staff/subscribers/export"


@get(PAGE, guards=[can("subscribers.export")])
async def show(request: Request) -> Response[str]:
    return await _page(request, Selection(web.number(request.query_params.get("list", ""))))


@post(PAGE, guards=[can("subscribers.export")])
async def ask(request: Request) -> Response[Any]:
    form = await web.form(request)
    selection = Selection(form.number("mailing_list"), form.text("topic", 12), form.text("language", 2))
    reason = form.text("reason", 1000)
    try:
        await export_requests.ask(selection, reason, request.state.staff.id)
    except Problem as problem:
        return await _page(request, selection, reason, problem.fields, problem.status)
    return web.redirect(PAGE, "Asked. The other owners get a mail, and have a day to allow it.")


@post(PAGE + "/{number:int}/allow", guards=[can("subscribers.export")])
async def allow(request: Request, number: FromPath[int]) -> Response[Any]:
    await export_requests.allow(number, request.state.staff.id)
    return web.redirect(PAGE, "Allowed, for one file.")


@post(PAGE + "/{number:int}/decline", guards=[can("subscribers.export")])
async def decline(request: Request, number: FromPath[int]) -> Response[Any]:
    await export_requests.decline(number, request.state.staff.id)
    return web.redirect(PAGE, "Declined.")


@post(PAGE + "/{number:int}/withdraw", guards=[can("subscribers.export")])
async def withdraw(request: Request, number: FromPath[int]) -> Response[Any]:
    await export_requests.withdraw(number, request.state.staff.id)
    return web.redirect(PAGE, "Taken back.")


@post(PAGE + "/{number:int}/file", guards=[can("subscribers.export")])
async def take(request: Request, number: FromPath[int]) -> Response[Any]:
    selection = await export_requests.take(number, request.state.staff.id)
    return csv(exporting.people(selection), f"subscribers-{clock.now():%Y-%m-%d}.csv")


def csv(parts: AsyncIterator[str], name: str) -> Response[Any]:
    """A download that is made while it leaves."""
    return Stream(parts, status_code=200, media_type="text/csv", headers=web.download(name))


async def _page(
    request: Request,
    typed: Selection,
    reason: str = "",
    errors: dict[str, Sentence] | None = None,
    status: int = 200,
) -> Response[str]:
    me = request.state.staff.id
    return web.html(
        request,
        "staff/subscribers/export.html",
        status,
        own=await export_requests.open_of(me),
        to_decide=await export_requests.to_decide(me),
        to_stop=await export_requests.to_stop(me),
        past=await export_requests.past(),
        others=[owner.name for owner in await export_requests.deciders(me)],
        is_settled=await export_requests.is_settled(me),
        is_alone=not await accounts.other_owners(me),
        lists=await list_queries.choices(),
        topics=topics.LABELS,
        typed=typed,
        reason=reason,
        errors=errors or {},
    )


ROUTES = [show, ask, allow, decline, withdraw, take]

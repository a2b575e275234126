"""The console's pages about lists."""

from collections.abc import Awaitable
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from service.auth.guards import can
from service.kit import web
from service.kit.errors import Invalid
from service.kit.i18n import Sentence
from service.subscribers import list_queries, lists
from service.subscribers.list_queries import MailingList


@get("/staff/lists", guards=[can("subscribers.view")])
async def listing(request: Request) -> Response[str]:
    return web.html(request, "staff/subscribers/lists.html", lists=await list_queries.everything())


@get("/staff/lists/new", guards=[can("lists.edit")])
async def new(request: Request) -> Response[str]:
    return _new(request, "", "", {})


@post("/staff/lists", guards=[can("lists.edit")])
async def create(request: Request) -> Response[Any]:
    form = await web.form(request)
    name, description = form.text("name", 120), form.text("description", 300)
    try:
        made = await lists.create(name, description, request.state.staff.id)
    except Invalid as problem:
        return _new(request, name, description, problem.fields)
    return web.redirect(f"/staff/lists/{made}", "The list is made.")


@get("/staff/lists/{mailing_list:int}", guards=[can("subscribers.view")])
async def show(request: Request, mailing_list: FromPath[int]) -> Response[str]:
    return _one(request, await lists.required(mailing_list))


@post("/staff/lists/{mailing_list:int}", guards=[can("lists.edit")])
async def change(request: Request, mailing_list: FromPath[int]) -> Response[Any]:
    form = await web.form(request)
    name, description = form.text("name", 120), form.text("description", 300)
    try:
        await lists.change(mailing_list, name, description, request.state.staff.id)
    except Invalid as problem:
        found = await lists.required(mailing_list)
        return _one(request, found, problem.fields, typed={"name": name, "description": description})
    return web.redirect(f"/staff/lists/{mailing_list}", "Saved.")


@post("/staff/lists/{mailing_list:int}/archive", guards=[can("lists.edit")])
async def archive(request: Request, mailing_list: FromPath[int]) -> Response[Any]:
    await lists.archive(mailing_list, request.state.staff.id)
    return web.redirect(f"/staff/lists/{mailing_list}", "The list is put away. You can bring it back at any time.")


@post("/staff/lists/{mailing_list:int}/restore", guards=[can("lists.edit")])
async def restore(request: Request, mailing_list: FromPath[int]) -> Response[Any]:
    await lists.restore(mailing_list, request.state.staff.id)
    return web.redirect(f"/staff/lists/{mailing_list}", "The list is back.")


@post("/staff/lists/{mailing_list:int}/add", guards=[can("subscribers.edit")])
async def add(request: Request, mailing_list: FromPath[int]) -> Response[Any]:
    typed = (await web.form(request)).text("address", 320)
    adding = lists.add(mailing_list, typed, request.state.staff.id)
    return await _moved(request, mailing_list, typed, adding, "Added to this list.", "They are on this list already.")


@post("/staff/lists/{mailing_list:int}/remove", guards=[can("subscribers.edit")])
async def remove(request: Request, mailing_list: FromPath[int]) -> Response[Any]:
    typed = (await web.form(request)).text("address", 320)
    removing = lists.remove(mailing_list, typed, request.state.staff.id)
    return await _moved(request, mailing_list, typed, removing, "Taken off this list.", "They were not on this list.")


async def _moved(
    request: Request, mailing_list: int, typed: str, move: Awaitable[bool], done: str, nothing: str
) -> Response[Any]:
    try:
        moved = await move
    except Invalid as problem:
        found = await lists.required(mailing_list)
        return _one(request, found, problem.fields, typed={"address": typed})
    return web.redirect(f"/staff/lists/{mailing_list}", done if moved else nothing, "good" if moved else "info")


def _new(request: Request, name: str, description: str, errors: dict[str, Sentence]) -> Response[str]:
    page = "staff/subscribers/list_new.html"
    return web.html(request, page, 422 if errors else 200, name=name, description=description, errors=errors)


def _one(
    request: Request,
    found: MailingList,
    errors: dict[str, Sentence] | None = None,
    typed: dict[str, str] | None = None,
) -> Response[str]:
    shown = {"name": found.name, "description": found.description, "address": "", **(typed or {})}
    page = "staff/subscribers/list.html"
    return web.html(request, page, 422 if errors else 200, list=found, typed=shown, errors=errors or {})


ROUTES = [listing, new, create, show, change, archive, restore, add, remove]

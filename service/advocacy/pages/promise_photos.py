"""The console's form for the photo of a sponsor."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from service.advocacy import promise_queries, sponsor_photos
from service.advocacy.promising import Overtaken
from service.advocacy.sponsor_photos import NotYet
from service.auth.guards import can
from service.cases import portraits
from service.kit import web
from service.kit.errors import Invalid, Problem
from service.kit.pictures import PictureRefused
from service.kit.web import Form


@get("/staff/promises/{promise:int}/photo/picture", guards=[can("actions.view")])
async def picture(promise: FromPath[int]) -> Response[Any]:
    content = await sponsor_photos.of(promise)
    return Response(content, media_type=portraits.TYPE, headers={"Cache-Control": "no-store"})


@get("/staff/promises/{promise:int}/photo", guards=[can("actions.edit")])
async def form_page(request: Request, promise: FromPath[int]) -> Response[str]:
    return await _page(request, promise)


@post("/staff/promises/{promise:int}/photo", guards=[can("actions.edit")])
async def save(request: Request, promise: FromPath[int]) -> Response[Any]:
    form = await web.form(request)
    try:
        await _save(promise, form, request.state.staff.id)
    except (Invalid, PictureRefused, Overtaken, NotYet) as problem:
        return await _page(request, promise, form, problem)
    return web.redirect(f"/staff/promises/{promise}", "Saved. Only the picture itself is kept.")


@post("/staff/promises/{promise:int}/photo/remove", guards=[can("actions.edit")])
async def remove(request: Request, promise: FromPath[int]) -> Response[Any]:
    version = (await web.form(request)).number("version")
    try:
        await sponsor_photos.remove(promise, request.state.staff.id, version)
    except Overtaken as problem:
        return await _page(request, promise, None, problem)
    return web.redirect(f"/staff/promises/{promise}", "The photo is deleted, and its address answers nothing.")


async def _save(promise: int, form: Form, by: int) -> None:
    rights, upload, version = form.text("photo_rights", 2000), form.file("picture"), form.number("version")
    if upload:
        await sponsor_photos.attach(promise, upload.file, rights, by, version)
    else:
        await sponsor_photos.describe(promise, rights, by, version)


async def _page(
    request: Request, promise: int, form: Form | None = None, problem: Problem | None = None
) -> Response[str]:
    entry = await promise_queries.entry(promise)
    return web.html(
        request,
        "staff/advocacy/promises/photo.html",
        problem.status if problem else 200,
        entry=entry,
        rights=form.text("photo_rights", 2000) if form else entry.photo_rights,
        errors=problem.fields if problem else {},
    )


ROUTES = [picture, form_page, save, remove]

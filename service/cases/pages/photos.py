"""Prisoners' photos: for everybody while the person is shown, and the console's form."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from service.auth.guards import anyone, can
from service.cases import editing, photos, publication, queries
from service.kit import revalidating, web
from service.kit.errors import Invalid, Problem
from service.kit.i18n import Sentence
from service.kit.pictures import PictureRefused
from service.kit.web import Form


@get("/photos/{key:str}", guards=[anyone])
async def photo(request: Request, key: FromPath[str]) -> Response[Any]:
    await photos.must_be_public(key)
    if revalidating.has(request, key):
        return revalidating.unchanged(key)
    kind, content = await photos.public(key)
    return revalidating.file(content, key, kind)


@get("/staff/prisoners/{prisoner:int}/photo/picture", guards=[can("cases.view")])
async def picture(prisoner: FromPath[int]) -> Response[Any]:
    kind, content = await photos.of(prisoner)
    return Response(content, media_type=kind, headers={"Cache-Control": "no-store"})


@get("/staff/prisoners/{prisoner:int}/photo", guards=[can("cases.edit")])
async def form_page(request: Request, prisoner: FromPath[int]) -> Response[str]:
    return await _page(request, prisoner)


@post("/staff/prisoners/{prisoner:int}/photo", guards=[can("cases.edit")])
async def save(request: Request, prisoner: FromPath[int]) -> Response[Any]:
    form = await web.form(request)
    try:
        await _save(prisoner, form, request.state.staff.id)
    except (Invalid, PictureRefused, editing.Overtaken) as problem:
        return await _page(request, prisoner, form, problem)
    return web.redirect(f"/staff/prisoners/{prisoner}#photo", "Saved. Only the picture itself is kept.")


@post("/staff/prisoners/{prisoner:int}/photo/remove", guards=[can("cases.edit")])
async def remove(request: Request, prisoner: FromPath[int]) -> Response[Any]:
    version = (await web.form(request)).number("version")
    try:
        await photos.remove(prisoner, request.state.staff.id, version)
    except editing.Overtaken as problem:
        return await _page(request, prisoner, None, problem)
    return web.redirect(
        f"/staff/prisoners/{prisoner}#photo", "The photo is deleted, and its address answers nothing."
    )


async def _save(prisoner: int, form: Form, by: int) -> None:
    credit, rights = form.text("photo_credit", 2000), form.text("photo_rights", 2000)
    upload, version = form.file("picture"), form.number("version")
    if upload:
        await photos.attach(prisoner, upload.file, credit, rights, by, version)
    elif (await queries.record(prisoner)).photo:
        await photos.describe(prisoner, credit, rights, by, version)
    else:
        raise Invalid({"picture": Sentence("Please choose a picture.")})


async def _page(
    request: Request, prisoner: int, form: Form | None = None, problem: Problem | None = None
) -> Response[str]:
    record = await queries.record(prisoner)
    kept = {"photo_credit": record.photo_credit, "photo_rights": record.photo_rights}
    return web.html(
        request,
        "staff/cases/photo.html",
        problem.status if problem else 200,
        record=record,
        name=publication.name_in(record, "en"),
        texts={name: form.text(name, 2000) for name in kept} if form else kept,
        errors=problem.fields if problem else {},
    )


ROUTES = [photo, picture, form_page, save, remove]

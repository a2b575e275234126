"""Where a visitor says that something is wrong with a post."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from service.auth.guards import anyone
from service.kit import web
from service.kit.errors import Invalid
from service.kit.i18n import Sentence
from service.wall import reports, showing


@get("/{language:str}/wall/faces/{key:str}/report", guards=[anyone])
async def ask(request: Request, language: FromPath[str], key: FromPath[str]) -> Response[str]:
    return await _ask(request, await showing.face(key, web.spoken(language)), {})


@post("/{language:str}/wall/faces/{key:str}/report", guards=[anyone])
async def report(request: Request, language: FromPath[str], key: FromPath[str]) -> Response[Any]:
    web.refuse_foreign_forms(request)
    face = await showing.face(key, web.spoken(language))
    try:
        await reports.report(face, web.client_of(request), (await web.form(request)).text("reason", 20))
    except Invalid as problem:
        return await _ask(request, face, problem.fields)
    return web.redirect(f"/{language}/wall/reported")


@get("/{language:str}/wall/reported", guards=[anyone])
async def thanks(request: Request, language: FromPath[str]) -> Response[str]:
    """The same for the first report and the tenth."""
    web.spoken(language)
    return web.html(request, "public/wall/reported.html")


async def _ask(request: Request, face: showing.Face, errors: dict[str, Sentence]) -> Response[str]:
    return web.html(
        request,
        "public/wall/report.html",
        422 if errors else 200,
        face=face,
        complaints=list(reports.ASKED.items()),
        errors=errors,
    )


ROUTES = [ask, report, thanks]

"""Who sponsors whom: the public page, a prisoner's page, and the photos of both."""

from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath

from service.advocacy import sponsor_photos, sponsoring
from service.advocacy.queries import open_ones
from service.auth.guards import anyone
from service.cases import company, portraits
from service.cases.pages import choices
from service.kit import revalidating, web
from service.kit.i18n import LANGUAGES


@get("/{language:str}/sponsors", guards=[anyone])
async def sponsors(request: Request, language: FromPath[str]) -> Response[str]:
    known = await sponsoring.parliaments(web.spoken(language))
    page = web.number(request.query_params.get("page", ""), 1)
    wanted = sponsoring.wanted(request.query_params, known, page)
    return web.html(
        request,
        "public/advocacy/sponsors.html",
        wanted=wanted,
        found=await sponsoring.find(wanted, known, language),
        actions=await open_ones(language),
        link=web.links(f"/{language}/sponsors", wanted),
        alternates={code: web.links(f"/{code}/sponsors", wanted)() for code in LANGUAGES},
        **choices.words(language),
    )


@get("/sponsors/{key:str}", guards=[anyone])
async def photo(request: Request, key: FromPath[str]) -> Response[Any]:
    content = await sponsor_photos.public(key)
    if revalidating.has(request, key):
        return revalidating.unchanged(key)
    return revalidating.file(content, key, portraits.TYPE)


company.is_told_by("parliaments", sponsoring.company)
ROUTES = [sponsors, photo]

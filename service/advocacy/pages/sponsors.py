"""Who sponsors whom: the public page, a prisoner's page, and the photos of both."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import msgspec
from litestar import Request, Response, get
from litestar.params import FromPath

from service.advocacy import sponsor_photos, sponsoring
from service.advocacy.queries import open_ones
from service.advocacy.sponsoring import Wanted
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
        link=_links(f"/{language}/sponsors", wanted),
        alternates={code: _links(f"/{code}/sponsors", wanted)() for code in LANGUAGES},
        **choices.words(language),
    )


@get("/sponsors/{key:str}", guards=[anyone])
async def photo(request: Request, key: FromPath[str]) -> Response[Any]:
    content = await sponsor_photos.public(key)
    if revalidating.has(request, key):
        return revalidating.unchanged(key)
    return revalidating.file(content, key, portraits.TYPE)


def _links(page: str, wanted: Wanted) -> Callable[..., str]:
    """Makes the address of this page with other choices; what is not chosen does not stand in it."""
    plain = msgspec.to_builtins(Wanted())

    def link(**changes: Any) -> str:
        values = msgspec.to_builtins(wanted) | {"page": 1} | changes
        chosen = {name: value for name, value in values.items() if value != plain[name]}
        return f"{page}?{urlencode(chosen)}" if chosen else page

    return link


company.is_told_by("parliaments", sponsoring.company)
ROUTES = [sponsors, photo]

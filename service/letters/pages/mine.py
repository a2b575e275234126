"""Somebody without an account asks for a few people to write to. No cookie, and no record of who asked."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from service.auth.guards import anyone
from service.kit import limits, web
from service.kit.errors import Problem
from service.kit.i18n import Sentence
from service.kit.i18n import lazy as _
from service.letters import allotting, posting
from service.letters.pages.posted import kindly

MOST = 5
USUAL = 3
# A school class behind one address asks once each.
MOST_ASKED = (30, 3600)


@get("/{language:str}/letters/mine", guards=[anyone])
async def form(request: Request, language: FromPath[str]) -> Response[str]:
    web.spoken(language)
    return _form(request, USUAL)


@post("/{language:str}/letters/mine", guards=[anyone])
async def ask(request: Request, language: FromPath[str]) -> Response[Any]:
    web.spoken(language)
    web.refuse_foreign_forms(request)
    count = (await web.form(request)).number("count")
    if not 1 <= count <= MOST:
        return _form(request, USUAL, 422, {"count": _("Please choose how many people you would like to write to.")})
    try:
        await limits.take("people to write to", web.client_of(request), *MOST_ASKED)
        batch, prisoners = await allotting.for_page(count)
    except (limits.TooMany, allotting.NobodyToWriteTo, allotting.Busy) as problem:
        return _form(request, count, problem.status, {"": problem.told})
    return web.redirect(f"/{language}/letters/mine/{posting.token(batch, prisoners)}")


@get("/{language:str}/letters/mine/{token:str}", guards=[anyone], exception_handlers={Problem: kindly})
async def show(request: Request, language: FromPath[str], token: FromPath[str]) -> Response[str]:
    """The people of a link, as their records are now; opening it again gives the same ones."""
    given = await posting.given(posting.read(token), web.spoken(language))
    return web.html(request, "public/letters/mine.html", given=given, token=token)


def _form(
    request: Request, count: int, status: int = 200, errors: dict[str, Sentence] | None = None
) -> Response[str]:
    return web.html(request, "public/letters/ask.html", status, count=count, most=MOST, errors=errors or {})


ROUTES = [form, ask, show]

"""The link "I posted it": it shows what everybody may know, and counts a letter only when somebody says so."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from service.auth.guards import anyone
from service.kit import web
from service.kit.errors import Problem
from service.kit.i18n import Sentence
from service.kit.i18n import lazy as _
from service.kit.tokens import BadToken, ExpiredToken
from service.letters import posting


def kindly(request: Request, problem: Problem) -> Response[Any]:
    """A link that is cut short or too old: the letter matters all the same."""
    if not isinstance(problem, BadToken | ExpiredToken):
        return web.problem_page(request, problem)
    expired = isinstance(problem, ExpiredToken)
    return web.html(request, "public/letters/not_counted.html", problem.status, expired=expired)


@get("/{language:str}/posted/{token:str}", guards=[anyone], exception_handlers={Problem: kindly})
async def ask(request: Request, language: FromPath[str], token: FromPath[str]) -> Response[str]:
    """Changes nothing: mail scanners open every link."""
    return await _ask(request, web.spoken(language), token)


@post("/{language:str}/posted/{token:str}", guards=[anyone], exception_handlers={Problem: kindly})
async def count(request: Request, language: FromPath[str], token: FromPath[str]) -> Response[Any]:
    web.spoken(language)
    web.refuse_foreign_forms(request)
    link = posting.read(token)
    chosen = set((await web.form(request)).all("prisoner"))
    given = await posting.given(link, language)
    ids = [person.id for person in given.detained if person.key in chosen]
    if not ids:
        return await _ask(request, language, token, {"prisoner": _("Please tick to whom you have posted a letter.")})
    await posting.count(link, ids)
    return web.redirect(f"/{language}/posted/thanks")


@get("/{language:str}/posted/thanks", guards=[anyone])
async def thanks(request: Request, language: FromPath[str]) -> Response[str]:
    """The same for a letter that was counted before: what somebody wrote is nobody's business."""
    web.spoken(language)
    return web.html(request, "public/letters/thanks.html")


async def _ask(
    request: Request, language: str, token: str, errors: dict[str, Sentence] | None = None
) -> Response[str]:
    given = await posting.given(posting.read(token), language)
    return web.html(
        request,
        "public/letters/posted.html",
        422 if errors else 200,
        given=given,
        token=token,
        errors=errors or {},
    )


ROUTES = [ask, count, thanks]

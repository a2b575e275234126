"""The link of the mail: everything that waits for it is shown, and a button sends it on. GET changes nothing."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from service.advocacy import asking, confirming
from service.advocacy.confirming import Waiting
from service.advocacy.queries import Closed, Frozen
from service.auth.guards import anyone
from service.kit import web
from service.kit.errors import Problem
from service.kit.i18n import Sentence
from service.kit.i18n import lazy as _
from service.kit.tokens import BadToken, ExpiredToken

_NOTHING_CHOSEN = _("Please choose at least one letter.")
_ANEW = _("What you see here has changed since you opened this page. Please read it once more.")


def kindly(request: Request, problem: Problem) -> Response[Any]:
    """A link that is cut short, or too old, leads to the actions."""
    if isinstance(problem, BadToken | ExpiredToken):
        return web.html(request, "public/advocacy/no_link.html", problem.status, problem=problem)
    return web.problem_page(request, problem)


@get("/{language:str}/actions/confirm/{token:str}", guards=[anyone], exception_handlers={Problem: kindly})
async def ask(request: Request, language: FromPath[str], token: FromPath[str]) -> Response[str]:
    """Changes nothing: mail scanners open every link, and some run scripts."""
    return _page(request, await confirming.waiting(token, web.spoken(language)))


@post("/{language:str}/actions/confirm/{token:str}", guards=[anyone], exception_handlers={Problem: kindly})
async def confirm(request: Request, language: FromPath[str], token: FromPath[str]) -> Response[Any]:
    web.spoken(language)
    web.refuse_foreign_forms(request)
    chosen = (await web.form(request)).all("letter")[: confirming.MOST_AT_ONCE]
    if await confirming.confirm(token, chosen, web.client_of(request), language):
        return web.redirect(f"/{language}/actions/confirm/{token}")
    waiting = await confirming.waiting(token, language)
    if not waiting.letters or not waiting.can_leave:
        return web.redirect(f"/{language}/actions/confirm/{token}")
    return _page(request, waiting, {"letter": _ANEW if chosen else _NOTHING_CHOSEN})


def _page(request: Request, waiting: Waiting, errors: dict[str, Sentence] | None = None) -> Response[str]:
    if waiting.letters and not waiting.can_leave:
        problem = Closed() if waiting.action.is_over else Frozen()
        letters = [(letter.subject, letter.text) for letter in waiting.letters]
        context: dict[str, Any] = {"problem": problem, "letters": letters, "key": waiting.action.key}
        context["waits"] = isinstance(problem, Frozen)
        return web.html(request, "public/advocacy/given_back.html", problem.status, **context)
    path = f"/{web.language_of(request)}/actions/{waiting.action.key}"
    return web.html(
        request,
        "public/advocacy/confirm.html",
        422 if errors else 200,
        waiting=waiting,
        errors=errors or {},
        path=path,
        members_path=asking.with_areas(f"{path}/members", waiting.areas),
    )


ROUTES = [ask, confirm]

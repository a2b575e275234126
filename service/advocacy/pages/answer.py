"""The questionnaire about a letter that was sent: did they answer, and what did they promise? GET changes nothing."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from service.advocacy import answering, links, queries
from service.advocacy.answering import Asked, Outcome
from service.advocacy.tables import PromiseKind
from service.auth.guards import anyone
from service.kit import web
from service.kit.errors import Invalid, Problem
from service.kit.i18n import Sentence
from service.kit.i18n import lazy as _
from service.kit.tokens import BadToken, ExpiredToken
from service.kit.web import Form

OUTCOMES = [
    (
        Outcome.ANSWERED,
        _("Yes, they answered"),
        _("In a letter, a mail or on the telephone, with words of their own."),
    ),
    (
        Outcome.ACKNOWLEDGED,
        _("Only that my letter has arrived"),
        _("An automatic reply, or a line from the office that promises nothing."),
    ),
    (Outcome.SILENCE, _("No, nothing has come yet"), _("Many answer late. We ask once more, and then never again.")),
    (Outcome.NONE_EXPECTED, _("I did not ask for an answer"), None),
]
_ABOUT_ONE = {
    PromiseKind.SPONSORS: _("They sponsor {name}, or will"),
    PromiseKind.QUESTION: _("They ask a question in parliament about {name}, or will"),
    PromiseKind.COMMITTEE: _("They speak for {name} in a committee, or will"),
    PromiseKind.SPOKE: _("They speak up for {name} in public, or will"),
}
_ABOUT_SEVERAL = {
    PromiseKind.SPONSORS: _("They sponsor a prisoner, or will"),
    PromiseKind.QUESTION: _("They ask a question in parliament, or will"),
    PromiseKind.COMMITTEE: _("They speak for the prisoners in a committee, or will"),
    PromiseKind.SPOKE: _("They speak up for the prisoners in public, or will"),
}


def kindly(request: Request, problem: Problem) -> Response[Any]:
    """A link that is cut short, too old or without a letter: what one can do now."""
    if isinstance(problem, BadToken | ExpiredToken | answering.NotAsked):
        return web.html(request, "public/advocacy/no_answer.html", problem.status, problem=problem)
    return web.problem_page(request, problem)


@get("/{language:str}/actions/answer/{token:str}", guards=[anyone], exception_handlers={Problem: kindly})
async def ask(request: Request, language: FromPath[str], token: FromPath[str]) -> Response[str]:
    """`outcome`: chosen in the mail already; `again`: something has come since the last answer."""
    asked = await answering.asked(links.answered(token), web.spoken(language))
    if asked.is_settled or (asked.outcome and "again" not in request.query_params):
        return await _thanks(request, asked, token)
    chosen = request.query_params.get("outcome", asked.outcome)
    return _form(request, asked, {"outcome": chosen if chosen in set(Outcome) else ""}, [])


@post("/{language:str}/actions/answer/{token:str}", guards=[anyone], exception_handlers={Problem: kindly})
async def answer(request: Request, language: FromPath[str], token: FromPath[str]) -> Response[Any]:
    web.spoken(language)
    web.refuse_foreign_forms(request)
    asked = await answering.asked(links.answered(token), language)
    typed, promised = _sent(await web.form(request))
    try:
        await answering.answer(asked, typed["outcome"], promised, typed["prisoner"], typed["words"])
    except Invalid as problem:
        return _form(request, asked, typed, promised, problem)
    return web.redirect(f"/{language}/actions/answer/{token}")


def _sent(form: Form) -> tuple[dict[str, str], list[str]]:
    values = {name: form.text(name, 40) for name in ("outcome", "prisoner")}
    return values | {"words": form.lines("words", 5000)}, [kind[:20] for kind in form.all("promised")[:10]]


def _form(
    request: Request, asked: Asked, values: dict[str, str], promised: list[str], problem: Invalid | None = None
) -> Response[str]:
    return web.html(
        request,
        "public/advocacy/answer.html",
        problem.status if problem else 200,
        asked=asked,
        values={"outcome": "", "prisoner": "", "words": ""} | values,
        promised=promised,
        outcomes=OUTCOMES,
        deeds=_deeds(asked),
        longest=answering.LONGEST,
        errors=problem.fields if problem else {},
    )


def _deeds(asked: Asked) -> list[tuple[str, Sentence]]:
    if len(asked.prisoners) == 1:
        name = asked.prisoners[0].name
        return [(kind, _(said.english, name=name)) for kind, said in _ABOUT_ONE.items()]
    return list(_ABOUT_SEVERAL.items())


async def _thanks(request: Request, asked: Asked, token: str) -> Response[str]:
    """What one can do next; the action may be over by then."""
    language = web.language_of(request)
    action = await queries.by_id(asked.action, language)
    return web.html(
        request,
        "public/advocacy/answered.html",
        asked=asked,
        token=token,
        action=action if action.is_open else None,
        others=[other for other in await queries.open_ones(language) if other.id != asked.action],
    )


ROUTES = [ask, answer]

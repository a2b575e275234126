"""How to write, and the letter check. What is typed here is read, answered and forgotten."""

from litestar import Request, Response, get, post
from litestar.params import FromPath

from service.auth.guards import anyone
from service.cases import publication, queries
from service.cases.publication import Person
from service.kit import limits, web
from service.kit.errors import NotFound
from service.kit.i18n import Sentence
from service.kit.i18n import lazy as _
from service.letters import guide, routes
from service.letters.check import MOST, check

MOST_CHECKED = (60, 600)
_EMPTY = _("Please paste or write your letter here first.")
_TOO_LONG = _(
    "This is longer than {most} letters. Please check it in two parts; for a censor, shorter is better anyway."
)


@get("/{language:str}/letters", guards=[anyone])
async def show(request: Request, language: FromPath[str]) -> Response[str]:
    known = await routes.all()
    by_name = sorted(known, key=lambda route: routes.order(route, web.spoken(language)))
    ways_round = {route.country: routes.instead(route, known) for route in known if route.suspended}
    return web.html(
        request,
        "public/letters/guide.html",
        examples=guide.EXAMPLES,
        leave_out=guide.LEAVE_OUT,
        sample=guide.SAMPLE,
        stopped=[route for route in by_name if route.suspended],
        checked=[route for route in by_name if not route.suspended and route.checked_on],
        estimated=[route for route in by_name if not route.suspended and not route.checked_on],
        ways_round=ways_round,
    )


@get("/{language:str}/letters/check", guards=[anyone])
async def form(request: Request, language: FromPath[str]) -> Response[str]:
    person = await _person(request.query_params.get("prisoner", ""), web.spoken(language))
    return page(request, person, "")


@post("/{language:str}/letters/check", guards=[anyone], status_code=200)
async def look(request: Request, language: FromPath[str]) -> Response[str]:
    web.refuse_foreign_forms(request)
    sent = await web.form(request)
    text = sent.lines("text")
    person = await _person(sent.text("prisoner", 16), web.spoken(language))
    if told := wrong(text):
        return page(request, person, text, 422, {"text": told})
    try:
        await limits.take("letter checks", web.client_of(request), *MOST_CHECKED)
    except limits.TooMany as problem:
        return page(request, person, text, problem.status, {"": problem.told})
    return page(request, person, text, looked=True)


def wrong(text: str) -> Sentence | None:
    """Why it cannot be checked."""
    if not text:
        return _EMPTY
    return Sentence(_TOO_LONG.english, most=MOST) if len(text) > MOST else None


def page(
    request: Request,
    person: Person | None,
    text: str,
    status: int = 200,
    errors: dict[str, Sentence] | None = None,
    looked: bool = False,
) -> Response[str]:
    """The form with what was typed, and what was found where it was `looked` at."""
    place = person.facility if person else None
    return web.html(
        request,
        "public/letters/check.html",
        status,
        person=person,
        rules=publication.passage(place.rules, web.language_of(request)) if place else None,
        text=text,
        most=MOST,
        looked=looked,
        advice=check(text, place) if looked else [],
        errors=errors or {},
    )


async def _person(key: str, language: str) -> Person | None:
    """Who gets the letter, if somebody was chosen who may be shown."""
    try:
        return await queries.person(key, language) if key else None
    except NotFound:
        return None


ROUTES = [show, form, look]

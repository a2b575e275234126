"""The form for a photo and a sentence, and the page after it. What cannot be taken comes back as it was typed."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath, FromQuery

from service.auth.guards import anyone
from service.kit import countries, web
from service.kit.errors import Invalid, Problem
from service.kit.i18n import Sentence
from service.kit.i18n import lazy as _
from service.kit.limits import TooMany
from service.organisation import queries as organisations
from service.wall import choices, consent, draft, links, own, posting
from service.wall.pages import arriving
from service.wall.pages.arriving import LARGEST_FORM, TEXTS, TICKED, Arrived
from service.wall.pages.own import kindly
from service.wall.refusals import PhotoRefused

# Nobody sees that field, and only a robot or a careless browser fills it in.
_BY_A_MACHINE = _("This form was filled in as a machine would do it. Please send it once more.")


@get("/{language:str}/wall/stand", guards=[anyone])
async def form(
    request: Request, language: FromPath[str], prisoner: FromQuery[str] = "", who: FromQuery[str] = ""
) -> Response[str]:
    web.spoken(language)
    return await _form(request, {"prisoner": prisoner[:40], "who": who[:120]})


@post("/{language:str}/wall/stand", guards=[anyone], request_max_body_size=LARGEST_FORM)
async def stand(request: Request, language: FromPath[str]) -> Response[Any]:
    web.spoken(language)
    web.refuse_foreign_forms(request)
    return await _take(request, language, await arriving.read(request))


@get("/{language:str}/wall/sent/{token:str}", guards=[anyone], exception_handlers={Problem: kindly})
async def sent(request: Request, language: FromPath[str], token: FromPath[str]) -> Response[str]:
    """How far the photo is; a script, or its reader, looks again."""
    return await _sent(request, web.spoken(language), token)


@post(
    "/{language:str}/wall/sent/{token:str}",
    guards=[anyone],
    exception_handlers={Problem: kindly},
    request_max_body_size=LARGEST_FORM,
)
async def choose_another(request: Request, language: FromPath[str], token: FromPath[str]) -> Response[Any]:
    """For a photo that turned out to be damaged."""
    web.spoken(language)
    web.refuse_foreign_forms(request)
    number = links.read(token, links.SENT)
    arrived = await arriving.read(request)
    try:
        await posting.admit(web.client_of(request), arrived.upload is not None)
        await _replace(number, arrived)
    except (Invalid, TooMany) as problem:
        return await _sent(request, language, token, problem.status, problem.fields, arrived)
    return web.redirect(f"/{language}/wall/sent/{token}")


async def _take(request: Request, language: str, arrived: Arrived) -> Response[Any]:
    try:
        await posting.admit(web.client_of(request), arrived.upload is not None)
        refused = await arriving.take_photo(arrived)
        if arrived.looks_for_somebody:
            return await _form(request, arrived.values, errors=refused, kept=arrived.kept)
        return web.redirect(links.sent(await _post(arrived, language, refused), language))
    except (Invalid, TooMany) as problem:
        return await _form(request, arrived.values, problem.status, problem.fields, arrived.kept)


async def _post(arrived: Arrived, language: str, refused: dict[str, Sentence]) -> int:
    """The new post. Raises Invalid with all that is wrong."""
    wrong = dict(refused)
    with arriving.gathering(wrong):
        photo = arriving.photo(arrived)
    with arriving.gathering(wrong):
        wished = arriving.asked_for(arrived)
    with arriving.gathering(wrong):
        typed = await draft.checked(arrived.values, arrived.ticked)
    if arrived.by_a_machine:
        wrong[""] = _BY_A_MACHINE
    if wrong:
        raise Invalid(wrong)
    try:
        organisation = await organisations.required()
        return await posting.post(typed, photo, wished, arrived.ticked, language, organisation)
    except PhotoRefused as problem:
        raise arriving.lost(arrived, problem) from None


async def _replace(number: int, arrived: Arrived) -> None:
    if refused := await arriving.take_photo(arrived):
        raise Invalid(refused)
    try:
        await posting.choose_another(number, arriving.photo(arrived), arriving.asked_for(arrived))
    except PhotoRefused as problem:
        raise arriving.lost(arrived, problem) from None


async def _form(
    request: Request, values: dict[str, str], status: int = 200, errors: Any = None, kept: str = ""
) -> Response[str]:
    """The form with these values.

    `values`: every name of TEXTS and TICKED ("yes" or ""). `kept`: the token of the photo that is here already.
    `choices`: prisoners to choose from by their key, the chosen one first; the button "find" looks for `who`.
    """
    language = web.language_of(request)
    values = dict.fromkeys((*TEXTS, *TICKED), "") | values
    organisation = await organisations.required()
    return web.html(
        request,
        "public/wall/stand.html",
        status,
        values=values,
        errors=errors or {},
        kept=kept,
        choices=await choices.prisoners(values["prisoner"], values["who"], language),
        countries=countries.names(language),
        consents=consent.asked(organisation.name),
        purpose=consent.purpose(organisation.name),
    )


async def _sent(
    request: Request,
    language: str,
    token: str,
    status: int = 200,
    errors: Any = None,
    arrived: Arrived | None = None,
) -> Response[str]:
    mine = await own.sent(links.read(token, links.SENT), language)
    return web.html(
        request,
        "public/wall/sent.html",
        status,
        mine=mine,
        token=token,
        expires_days=links.CONFIRM_FOR.days,
        errors=errors or {},
        values=arrived.values if arrived else dict.fromkeys((*TEXTS, *TICKED), ""),
        kept=arrived.kept if arrived else "",
    )


ROUTES = [form, stand, sent, choose_another]

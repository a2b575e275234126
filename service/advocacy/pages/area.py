"""From a postcode to where somebody votes: asked where there are several areas, by hand where none is known."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.types import ExceptionHandlersMap

from service.advocacy import asking, places, queries, targets
from service.advocacy.places import Choice
from service.advocacy.queries import Action, Closed, Frozen
from service.auth.guards import anyone
from service.kit import countries, web
from service.kit.errors import Problem
from service.kit.i18n import Sentence
from service.kit.i18n import lazy as _

_EMPTY = _("Please enter your postcode, or choose where you vote from the list below.")
_UNKNOWN = _("We do not know this postcode. Please look at it once more, or choose where you vote below.")
_CHOOSE = _("Please choose one of these.")
_NO_POSTCODE = 40


def at_rest(request: Request, _problem: Problem) -> Response[Any]:
    """Links in mails outlive an action: its own page says that it is over, and what it brought about."""
    found = request.path_params
    return web.redirect(f"/{found['language']}/actions/{found['key']}")


# For pages on which nobody has typed anything that could be lost.
AT_REST: ExceptionHandlersMap = {Closed: at_rest, Frozen: at_rest}


@get("/{language:str}/actions/{key:str}/area", guards=[anyone], exception_handlers=AT_REST)
async def form(request: Request, language: FromPath[str], key: FromPath[str]) -> Response[Any]:
    action = await queries.open_action(key, web.spoken(language))
    if not targets.needs_area(action.targets):
        return web.redirect(f"/{language}/actions/{key}/members")
    return await _page(request, action)


@post("/{language:str}/actions/{key:str}/area", guards=[anyone], exception_handlers=AT_REST)
async def find(request: Request, language: FromPath[str], key: FromPath[str]) -> Response[Any]:
    """The postcode is read here and goes nowhere: neither into an address nor into a record."""
    web.refuse_foreign_forms(request)
    action = await queries.open_action(key, web.spoken(language))
    typed = await web.form(request)
    if area := typed.number("area"):
        return _to_members(language, key, area)
    country, postcode = typed.text("country", 2).upper(), typed.text("postcode", _NO_POSTCODE)
    found = await places.areas_of(country or await _first(action), postcode, language) if postcode else []
    if len(found) == 1:
        return _to_members(language, key, found[0].area)
    if found:
        errors = {"area": _CHOOSE} if typed.checked("choosing") else None
        return await _page(request, action, country, postcode, found, errors)
    return await _page(request, action, country, postcode, errors={"postcode": _UNKNOWN if postcode else _EMPTY})


def _to_members(language: str, key: str, area: int) -> Response[None]:
    return web.redirect(asking.with_areas(f"/{language}/actions/{key}/members", [area]))


async def _first(action: Action) -> str:
    known = await asking.countries(action)
    return known[0] if known else ""


async def _page(
    request: Request,
    action: Action,
    country: str = "",
    postcode: str = "",
    several: list[Choice] | None = None,
    errors: dict[str, Sentence] | None = None,
) -> Response[str]:
    """`several`: areas that the postcode lies in, to choose one of; `by_hand`: all of them, labelled by their ids."""
    language = web.language_of(request)
    known = await asking.countries(action)
    return web.html(
        request,
        "public/advocacy/area.html",
        422 if errors else 200,
        action=action,
        country=country if country in known else (known[0] if known else ""),
        countries={code: countries.name(code, language) for code in known},
        postcode=postcode,
        several=several or [],
        by_hand=await _by_hand(known, language),
        errors=errors or {},
    )


async def _by_hand(known: list[str], language: str) -> dict[int, str]:
    labels: dict[int, str] = {}
    for code in known:
        country = countries.name(code, language)
        for choice in await places.all_areas(code, language):
            is_alone = len(known) == 1 or choice.name == country
            labels[choice.area] = choice.name if is_alone else f"{country}: {choice.name}"
    return labels


ROUTES = [form, find]

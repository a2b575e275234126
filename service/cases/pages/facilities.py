"""The console's registry of prisons."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from service.auth.guards import can
from service.cases import facilities, queries, registry
from service.cases.facilities import Changed, Overtaken, StillUsed
from service.cases.pages import parts
from service.cases.records import Facility
from service.cases.tables import FacilityKind, Parcels
from service.kit import clock, web
from service.kit.errors import Invalid, Problem
from service.kit.i18n import LANGUAGES
from service.kit.web import Form

KINDS = {
    FacilityKind.COLONY: "Penal colony",
    FacilityKind.PRISON: "Prison",
    FacilityKind.REMAND: "Remand prison",
    FacilityKind.OPEN: "Open facility",
    FacilityKind.HOSPITAL: "Hospital",
    FacilityKind.OTHER: "Other",
}
PARCELS = {
    Parcels.UNKNOWN: "Not known",
    Parcels.NO: "Not accepted",
    Parcels.BEFORE_TRIAL: "Before the trial alone",
    Parcels.YES: "Accepted",
}
PUNISHED = {"": "Not known", "no": "No", "yes": "Yes: never ask for a reply"}
_LINES = ("name", "latin", "street", "postcode", "town", "kind", "parcels", "source")
_DAYS = ("valid_from", "valid_until", "checked_on")
_ANSWERS = {"yes": True, "no": False, "": None}


@get("/staff/facilities", guards=[can("cases.view")])
async def listing(request: Request) -> Response[str]:
    return web.html(
        request,
        "staff/cases/facilities.html",
        facilities=await queries.facilities(),
        held=await registry.held(),
        kinds=KINDS,
        today=clock.now().date(),
    )


@get("/staff/facilities/new", guards=[can("cases.edit")])
async def new(request: Request) -> Response[str]:
    return await _page(request, None, {"kind": "remand", "checked_on": clock.now().date().isoformat()}, 0)


@post("/staff/facilities/new", guards=[can("cases.edit")])
async def create(request: Request) -> Response[Any]:
    texts = _sent(await web.form(request))
    try:
        made = await facilities.create(_values(texts), request.state.staff.id)
    except Invalid as problem:
        return await _page(request, None, texts, 0, problem)
    return web.redirect("/staff/facilities", f"“{texts['name']}” is in the registry, as number {made}.")


@get("/staff/facilities/{facility:int}", guards=[can("cases.view")])
async def show(request: Request, facility: FromPath[int]) -> Response[str]:
    place = await facilities.get(facility)
    return await _page(request, place, _typed(place), place.version)


@post("/staff/facilities/{facility:int}", guards=[can("cases.edit")])
async def save(request: Request, facility: FromPath[int]) -> Response[Any]:
    form = await web.form(request)
    texts, version = _sent(form), form.number("version")
    try:
        changed = await facilities.change(facility, _values(texts), request.state.staff.id, version)
    except (Invalid, Overtaken) as problem:
        return await _page(request, await facilities.get(facility), texts, version, problem)
    return web.redirect(f"/staff/facilities/{facility}", _said(changed))


@post("/staff/facilities/{facility:int}/remove", guards=[can("cases.edit")])
async def remove(request: Request, facility: FromPath[int]) -> Response[Any]:
    try:
        await facilities.remove(facility, request.state.staff.id)
    except StillUsed as problem:
        return web.redirect(f"/staff/facilities/{facility}", str(problem), "bad")
    return web.redirect("/staff/facilities", "Removed from the registry.")


def _said(changed: Changed) -> str:
    if not changed.moved:
        return "Saved."
    people = "1 person has" if changed.moved == 1 else f"{changed.moved:,} people have"
    return f"Saved. {people} a new address now; {changed.stopped:,} unsent mails that named them show others instead."


def _typed(place: Facility) -> dict[str, str]:
    answer = next(word for word, meant in _ANSWERS.items() if meant is place.reply_punished)
    return (
        {name: getattr(place, name) for name in _LINES}
        | {name: str(getattr(place, name) or "") for name in _DAYS}
        | {f"rules.{language}": place.rules.get(language, "") for language in LANGUAGES}
        | {"aliases": "\n".join(place.aliases), "reply_punished": answer}
    )


def _sent(form: Form) -> dict[str, str]:
    return (
        {name: form.text(name, 2000) for name in (*_LINES, *_DAYS, "reply_punished")}
        | {f"rules.{language}": form.lines(f"rules.{language}") for language in LANGUAGES}
        | {"aliases": form.lines("aliases")}
    )


def _values(texts: dict[str, str]) -> dict[str, Any]:
    """For facilities.py, which says what does not fit."""
    return {name: texts[name] for name in (*_LINES, *_DAYS)} | {
        "reply_punished": _ANSWERS.get(texts["reply_punished"], texts["reply_punished"]),
        "rules": {language: texts[f"rules.{language}"] for language in LANGUAGES},
        "aliases": texts["aliases"].splitlines(),
    }


async def _page(
    request: Request, place: Facility | None, texts: dict[str, str], version: int, problem: Problem | None = None
) -> Response[str]:
    overtaken = problem if isinstance(problem, Overtaken) else None
    latest = _typed(place) if place else {}
    return web.html(
        request,
        "staff/cases/facility.html",
        problem.status if problem else 200,
        place=place,
        texts=texts,
        version=place.version if place and overtaken else version,
        overtaken=overtaken,
        theirs=parts.differing(texts, latest) if overtaken else {},
        errors=problem.fields if isinstance(problem, Invalid) else {},
        held=await registry.held_at(place.id) if place else 0,
        unsent=await registry.unsent_from(place.id) if place else 0,
        kinds=KINDS,
        parcels=PARCELS,
        punished=PUNISHED,
    )


ROUTES = [listing, new, create, show, save, remove]

"""The console's register of members: who they are, and what staff write down by hand."""

from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath

from service.advocacy import area_listing, members, parliaments, register_listing
from service.advocacy.members import FIELDS, Overtaken, Term, Values
from service.advocacy.register_listing import Filters, Person
from service.auth.guards import can
from service.kit import clock, web
from service.kit.errors import Invalid, Problem
from service.kit.i18n import Sentence
from service.kit.web import Form

_TERM = ("parliament", "area", "since")


@get("/staff/representatives", guards=[can("actions.view")])
async def listing(request: Request) -> Response[str]:
    asked = request.query_params
    wanted = Filters(
        asked.get("q", "")[:200].strip().replace("\0", ""),
        web.number(asked.get("parliament", "")),
        asked.get("lacks", "")[:10],
        asked.get("when", "")[:10] or "today",
    )
    return web.html(
        request,
        "staff/advocacy/register/members.html",
        wanted=wanted,
        found=await register_listing.find(wanted, web.number(asked.get("page", ""), 1)),
        figures=await register_listing.figures(),
        parliaments=await parliaments.every("en"),
    )


@get("/staff/representatives/new", guards=[can("actions.edit")])
async def new(request: Request) -> Response[str]:
    return await _new(request, {})


@post("/staff/representatives/new", guards=[can("actions.edit")])
async def create(request: Request) -> Response[Any]:
    form = await web.form(request)
    texts = _sent(form)
    try:
        made = await members.add(_values(texts), _term(form), request.state.staff.id)
    except Invalid as problem:
        return await _new(request, texts | {name: form.text(name, 40) for name in _TERM}, problem.fields)
    return web.redirect(
        f"/staff/representatives/{made}", "Added. Everybody of the area can write to this member now."
    )


@get("/staff/representatives/{id:int}", guards=[can("actions.view")])
async def show(request: Request, id: FromPath[int]) -> Response[str]:
    return await _person(request, await register_listing.person(id))


@get("/staff/representatives/{id:int}/edit", guards=[can("actions.edit")])
async def edit(request: Request, id: FromPath[int]) -> Response[str]:
    person = await register_listing.person(id)
    return _edit(request, person, _typed(person), person.version)


@post("/staff/representatives/{id:int}/edit", guards=[can("actions.edit")])
async def save(request: Request, id: FromPath[int]) -> Response[Any]:
    form = await web.form(request)
    texts, version = _sent(form), form.number("version")
    try:
        await members.edit(id, version, _values(texts), request.state.staff.id)
    except (Invalid, Overtaken) as problem:
        return _edit(request, await register_listing.person(id), texts, version, problem)
    return web.redirect(f"/staff/representatives/{id}", "Saved.")


@post("/staff/representatives/{id:int}/mandates", guards=[can("actions.edit")])
async def mandates(request: Request, id: FromPath[int]) -> Response[Any]:
    """A new one, or the end of one that is named."""
    form = await web.form(request)
    mandate = form.number("mandate")
    try:
        if mandate:
            await members.end_mandate(id, mandate, form.text("until", 20), request.state.staff.id)
        else:
            await members.add_mandate(id, _term(form), request.state.staff.id)
    except Invalid as problem:
        typed = {name: form.text(name, 40) for name in (*_TERM, "until")}
        return await _person(request, await register_listing.person(id), typed, problem.fields, mandate)
    return web.redirect(f"/staff/representatives/{id}#mandates", "Saved." if mandate else "The mandate is added.")


@post("/staff/representatives/{id:int}/bounce", guards=[can("actions.edit")])
async def bounce(request: Request, id: FromPath[int]) -> Response[Any]:
    await members.clear_bounce(id, request.state.staff.id)
    return web.redirect(f"/staff/representatives/{id}", "The address counts as right again.")


async def _new(request: Request, texts: dict[str, str], errors: dict[str, Sentence] | None = None) -> Response[str]:
    return web.html(
        request,
        "staff/advocacy/register/new.html",
        422 if errors else 200,
        texts=dict.fromkeys((*FIELDS, *_TERM), "") | texts,
        errors=errors or {},
        theirs={},
        **await _choices(),
    )


def _edit(
    request: Request, person: Person, texts: dict[str, str], version: int, problem: Problem | None = None
) -> Response[str]:
    overtaken = isinstance(problem, Overtaken)
    latest = _typed(person)
    return web.html(
        request,
        "staff/advocacy/register/edit.html",
        problem.status if problem else 200,
        person=person,
        texts=texts,
        errors=problem.fields if isinstance(problem, Invalid) else {},
        overtaken=problem if overtaken else None,
        theirs={name: latest[name] for name in FIELDS if latest[name] != texts[name]} if overtaken else {},
        version=person.version if overtaken else version,
    )


async def _person(
    request: Request,
    person: Person,
    typed: dict[str, str] | None = None,
    errors: dict[str, Sentence] | None = None,
    ending: int = 0,
) -> Response[str]:
    return web.html(
        request,
        "staff/advocacy/register/member.html",
        422 if errors else 200,
        person=person,
        typed=typed or dict.fromkeys((*_TERM, "until"), ""),
        errors=errors or {},
        ending=ending,
        today=clock.now().date(),
        **await _choices(),
    )


async def _choices() -> dict[str, Any]:
    return {
        "parliaments": [(one.id, one.name) for one in await parliaments.every("en")],
        "areas": await area_listing.area_choices(),
    }


def _sent(form: Form) -> dict[str, str]:
    return {name: form.lines(name, 600) if name == "postal" else form.text(name, 600) for name in FIELDS}


def _values(texts: dict[str, str]) -> Values:
    return Values(**texts)


def _typed(person: Person) -> dict[str, str]:
    kept = msgspec.structs.asdict(person)
    return {name: " ".join(kept[name]) if name == "languages" else kept[name] for name in FIELDS}


def _term(form: Form) -> Term:
    return Term(parliament=form.number("parliament"), area=form.number("area"), since=form.text("since", 20))


ROUTES = [listing, new, create, show, edit, save, mandates, bounce]

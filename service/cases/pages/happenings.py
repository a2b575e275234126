"""What happened to somebody, and what organisations say: the console's forms for one of each."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath, FromQuery

from service.auth.guards import can
from service.cases import editing, events, fields, publication, queries
from service.cases.editing import Overtaken
from service.cases.pages.prisoners import said
from service.cases.tables import Designation, EventKind
from service.kit import web
from service.kit.errors import Invalid, NotFound
from service.kit.i18n import LANGUAGES, Sentence
from service.kit.web import Form

KINDS = {kind.value: kind.capitalize() for kind in EventKind}
DESIGNATIONS = {
    Designation.ACTIVE: "Political prisoner",
    Designation.FORMER: "Former political prisoner",
    Designation.NONE: "Not designated",
}
_EVENT = ("kind", "happened_on", "organisation", "link")


@get("/staff/prisoners/{prisoner:int}/events/new", guards=[can("cases.edit")])
async def new_event(request: Request, prisoner: FromPath[int]) -> Response[str]:
    return await _event(request, prisoner, None, {})


@post("/staff/prisoners/{prisoner:int}/events/new", guards=[can("cases.edit")])
async def add_event(request: Request, prisoner: FromPath[int]) -> Response[Any]:
    texts = _typed(await web.form(request))
    try:
        await events.add(prisoner, _values(texts), request.state.staff.id)
    except Invalid as problem:
        return await _event(request, prisoner, None, texts, problem.fields)
    return web.redirect(f"/staff/prisoners/{prisoner}#events", "Noted.")


@get("/staff/prisoners/{prisoner:int}/events/{event:int}", guards=[can("cases.edit")])
async def edit_event(request: Request, prisoner: FromPath[int], event: FromPath[int]) -> Response[str]:
    for one in await events.of(prisoner):
        if one.id == event:
            texts = {f"text.{language}": text for language, text in one.texts.items()}
            return await _event(request, prisoner, event, texts | {name: getattr(one, name) for name in _EVENT})
    raise NotFound


@post("/staff/prisoners/{prisoner:int}/events/{event:int}", guards=[can("cases.edit")])
async def save_event(request: Request, prisoner: FromPath[int], event: FromPath[int]) -> Response[Any]:
    texts = _typed(await web.form(request))
    try:
        await events.change(prisoner, event, _values(texts), request.state.staff.id)
    except Invalid as problem:
        return await _event(request, prisoner, event, texts, problem.fields)
    return web.redirect(f"/staff/prisoners/{prisoner}#events", "Saved.")


@post("/staff/prisoners/{prisoner:int}/events/{event:int}/remove", guards=[can("cases.edit")])
async def remove_event(request: Request, prisoner: FromPath[int], event: FromPath[int]) -> Response[Any]:
    await events.remove(prisoner, event, request.state.staff.id)
    return web.redirect(f"/staff/prisoners/{prisoner}#events", "Removed.")


@get("/staff/prisoners/{prisoner:int}/statuses", guards=[can("cases.edit")])
async def edit_status(request: Request, prisoner: FromPath[int], organisation: FromQuery[str] = "") -> Response[str]:
    """Without an organisation, for one that has not said anything yet."""
    for one in (await queries.record(prisoner)).statuses:
        if one.organisation == organisation:
            texts = {name: str(getattr(one, name) or "") for name in fields.STATUS}
            return await _status(request, prisoner, organisation, texts)
    if organisation:
        raise NotFound
    return await _status(request, prisoner, "", {})


@post("/staff/prisoners/{prisoner:int}/statuses", guards=[can("cases.edit")])
async def save_status(request: Request, prisoner: FromPath[int]) -> Response[Any]:
    form = await web.form(request)
    texts, before = {name: form.text(name, 2000) for name in fields.STATUS}, form.text("before", 80)
    version = form.number("version")
    try:
        _must_fit(texts)
        changed = await editing.change(prisoner, {"status": texts}, request.state.staff.id, version=version)
    except Invalid as problem:
        # What is left to be wrong when each field fits: somebody else has this number.
        errors = {name.replace("status", "external_id"): told for name, told in problem.fields.items()}
        return await _status(request, prisoner, before, texts, errors)
    except Overtaken as problem:
        return await _status(request, prisoner, before, texts, {"": problem.told}, problem.status)
    return web.redirect(f"/staff/prisoners/{prisoner}#statuses", said(changed))


@post("/staff/prisoners/{prisoner:int}/statuses/remove", guards=[can("cases.edit")])
async def remove_status(request: Request, prisoner: FromPath[int]) -> Response[Any]:
    organisation = (await web.form(request)).text("organisation", 80)
    await editing.remove_status(prisoner, organisation, request.state.staff.id)
    return web.redirect(
        f"/staff/prisoners/{prisoner}#statuses", f"{organisation} says nothing of this person any more."
    )


def _typed(form: Form) -> dict[str, str]:
    texts = {f"text.{language}": form.lines(f"text.{language}") for language in LANGUAGES}
    return texts | {name: form.text(name, 2000) for name in _EVENT}


def _must_fit(texts: dict[str, str]) -> None:
    """Each thing that does not fit, beside its own field. Raises Invalid."""
    _clean, wrong = fields.checked_with(fields.STATUS, texts)
    if wrong:
        raise Invalid(wrong)


def _values(texts: dict[str, str]) -> dict[str, Any]:
    return {name: texts[name] for name in _EVENT} | {
        "texts": {language: texts[f"text.{language}"] for language in LANGUAGES}
    }


async def _event(
    request: Request,
    prisoner: int,
    event: int | None,
    texts: dict[str, str],
    errors: dict[str, Sentence] | None = None,
) -> Response[str]:
    record = await queries.record(prisoner)
    return web.html(
        request,
        "staff/cases/event.html",
        422 if errors else 200,
        record=record,
        name=publication.name_in(record, "en"),
        event=event,
        texts=texts,
        kinds=KINDS,
        errors=errors or {},
    )


async def _status(
    request: Request,
    prisoner: int,
    before: str,
    texts: dict[str, str],
    errors: dict[str, Sentence] | None = None,
    status: int = 422,
) -> Response[str]:
    record = await queries.record(prisoner)
    return web.html(
        request,
        "staff/cases/status.html",
        status if errors else 200,
        record=record,
        name=publication.name_in(record, "en"),
        before=before,
        texts=texts,
        designations=DESIGNATIONS,
        errors=errors or {},
    )


ROUTES = [
    new_event,
    add_event,
    edit_event,
    save_event,
    remove_event,
    edit_status,
    save_status,
    remove_status,
]

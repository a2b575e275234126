"""The console's list of prisoners, one record whole, and the forms of its parts."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from service.auth.guards import can
from service.cases import editing, events, fields, history, publication, queries, registry, stopping
from service.cases.editing import Changed, Overtaken
from service.cases.pages import facts, parts
from service.cases.pages.parts import Part
from service.cases.records import Record, Source
from service.kit import web
from service.kit.errors import Invalid, NotFound, Problem
from service.kit.i18n import Sentence
from service.kit.web import Form


@get("/staff/prisoners", guards=[can("cases.view")])
async def listing(request: Request) -> Response[str]:
    asked = request.query_params
    q, state, shown, missing = (asked.get(name, "")[:200] for name in ("q", "state", "shown", "missing"))
    wanted = registry.Filters(q, state, shown, missing, web.number(asked.get("facility", "")))
    return web.html(
        request,
        "staff/cases/prisoners.html",
        wanted=wanted,
        found=await registry.find(wanted, web.number(asked.get("page", ""), 1)),
        figures=await registry.figures(),
        places=parts.places(await queries.facilities()),
        states=parts.STATES,
    )


@get("/staff/prisoners/new", guards=[can("cases.edit")])
async def new(request: Request) -> Response[str]:
    return await _new(request, {})


@post("/staff/prisoners/new", guards=[can("cases.edit")])
async def create(request: Request) -> Response[Any]:
    form = await web.form(request)
    texts = parts.sent(parts.NEW, form)
    try:
        made = await editing.create(parts.values(parts.NEW, texts), request.state.staff.id, _source(form))
    except Invalid as problem:
        return await _new(request, texts | _source_texts(form), problem.fields)
    return web.redirect(f"/staff/prisoners/{made}", "The record is made. Add what else is known.")


@get("/staff/prisoners/{prisoner:int}", guards=[can("cases.view")])
async def show(request: Request, prisoner: FromPath[int]) -> Response[str]:
    record = await queries.record(prisoner)
    return web.html(
        request,
        "staff/cases/prisoner.html",
        record=record,
        person=publication.shown(record, "en"),
        name=publication.name_in(record, "en"),
        facts={part: facts.of(record, part) for part in ("names", "case", "state")},
        lacking=facts.lacking(record),
        stays=await history.stays(prisoner),
        acts=await history.acts(prisoner),
        events=await events.of(prisoner),
        unsent=await stopping.unsent(prisoner),
        states=parts.STATES,
        consents={value: label for value, label, _hint in parts.CONSENTS},
    )


@get("/staff/prisoners/{prisoner:int}/edit/{part:str}", guards=[can("cases.edit")])
async def edit(request: Request, prisoner: FromPath[int], part: FromPath[str]) -> Response[str]:
    chosen, record = _part(part), await queries.record(prisoner)
    return await _form(request, chosen, record, parts.typed(chosen, record), record.version)


@post("/staff/prisoners/{prisoner:int}/edit/{part:str}", guards=[can("cases.edit")])
async def save(request: Request, prisoner: FromPath[int], part: FromPath[str]) -> Response[Any]:
    chosen, form = _part(part), await web.form(request)
    texts = parts.sent(chosen, form)
    record, version = await queries.record(prisoner), form.number("version")
    try:
        values = _new_ones(parts.values(chosen, texts), record)
        changed = await editing.change(prisoner, values, request.state.staff.id, _source(form), version)
    except (Invalid, Overtaken) as problem:
        return await _form(request, chosen, record, texts | _source_texts(form), version, problem)
    return web.redirect(f"/staff/prisoners/{prisoner}#{part}", said(changed))


def said(changed: Changed) -> str:
    """What a change did, for the next page."""
    if not changed.fields:
        return "Nothing was changed."
    if changed.why and changed.stopped:
        mails = "1 mail that had not left" if changed.stopped == 1 else f"{changed.stopped:,} mails that had not left"
        return f"Saved, and taken out of {mails}."
    return "Saved. No mail that had not left named this person." if changed.why else "Saved."


def _part(key: str) -> Part:
    if key not in parts.PARTS:
        raise NotFound
    return parts.PARTS[key]


def _new_ones(values: dict[str, Any], record: Record) -> dict[str, Any]:
    """A source that is named stands for what was changed with it, and not for the rest of the form."""
    kept = {"moved_on": "", "vetoed": record.vetoed_at is not None}
    return {field: v for field, v in values.items() if v != kept.get(field, getattr(record, field, None))}


def _source(form: Form) -> Source | None:
    """Raises Invalid."""
    organisation = form.text("source_organisation", 200)
    clean, wrong = fields.checked_with(
        {"source_organisation": fields.text(80), "source_link": fields.link},
        {"source_organisation": organisation, "source_link": form.text("source_link", 2000)},
    )
    if not wrong and clean["source_link"] and not organisation:
        wrong["source_organisation"] = Sentence("Please say whose page this is.")
    if wrong:
        raise Invalid(wrong)
    return Source(organisation, clean["source_link"]) if organisation else None


def _source_texts(form: Form) -> dict[str, str]:
    return {name: form.text(name, 2000) for name in ("source_organisation", "source_link")}


async def _new(request: Request, texts: dict[str, str], errors: dict[str, Sentence] | None = None) -> Response[str]:
    return web.html(
        request,
        "staff/cases/new.html",
        422 if errors else 200,
        part=parts.NEW,
        texts={"publication": "full"} | texts,
        errors=errors or {},
        places=parts.places(await queries.facilities()),
    )


async def _form(
    request: Request, part: Part, record: Record, texts: dict[str, str], version: int, problem: Problem | None = None
) -> Response[str]:
    overtaken = isinstance(problem, Overtaken)
    latest = parts.typed(part, record)
    # A veto that came while this form was open is not undone by sending it again.
    if overtaken and latest.get("vetoed"):
        texts = texts | {"vetoed": "yes"}
    return web.html(
        request,
        "staff/cases/part.html",
        problem.status if problem else 200,
        part=part,
        record=record,
        name=publication.name_in(record, "en"),
        texts=texts,
        theirs=parts.differing(texts, latest) if overtaken else {},
        overtaken=problem if overtaken else None,
        errors=problem.fields if isinstance(problem, Invalid) else {},
        version=record.version if overtaken else version,
        unsent=await stopping.unsent(record.id) if part.stops else 0,
        places=parts.places(await queries.facilities()),
    )


ROUTES = [listing, new, create, show, edit, save]

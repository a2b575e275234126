"""The console's pages about imports: upload, columns, progress, and what came of it."""

from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath

from service.auth.guards import can
from service.kit import web
from service.kit.errors import Invalid
from service.kit.i18n import Sentence
from service.organisation import queries as organisations
from service.subscribers import (
    csv_reading,
    exporting,
    import_batches,
    import_queries,
    import_rows,
    imports,
    list_queries,
    lists,
    mapping,
    sniffing,
    spool,
    topics,
)
from service.subscribers.import_queries import Import
from service.subscribers.pages import uploading
from service.subscribers.pages.exports import csv

LARGEST = 2_000_000_000


@get("/staff/imports", guards=[can("subscribers.import")])
async def listing(request: Request) -> Response[str]:
    return web.html(request, "staff/subscribers/imports.html", imports=await import_queries.latest())


@get("/staff/imports/new", guards=[can("subscribers.import")])
async def new(request: Request) -> Response[str]:
    return await _new(request, {"mailing_list": request.query_params.get("list", "")}, {})


# The csrf token comes in the query: the body is read once, as a stream, straight into the spool.
@post("/staff/imports", guards=[can("subscribers.import")], request_max_body_size=LARGEST)
async def upload(request: Request) -> Response[Any]:
    sent = await uploading.receive(request)
    errors = _wrong(sent)
    if errors or sent.taken is None:
        return await _refused(request, sent, errors, sent.problem.status if sent.problem else 422)
    try:
        mailing_list = await _list_of(request, sent)
    except Invalid as problem:
        return await _refused(request, sent, {"new_list": problem.fields["name"]})
    fallback = (await organisations.required()).fallback_language
    try:
        made = await imports.upload(sent.taken, sent.name, mailing_list, fallback)
    except sniffing.TooManyColumns as problem:
        return await _new(request, {"mailing_list": str(mailing_list)}, {"file": problem.told})
    return web.redirect(f"/staff/imports/{made}")


@get("/staff/imports/{job:int}", guards=[can("subscribers.import")])
async def show(request: Request, job: FromPath[int]) -> Response[str]:
    found = await imports.required(job)
    if found.state == "uploaded":
        return await _columns(request, found, {})
    return web.html(request, "staff/subscribers/import.html", job=found, most_kept=import_batches.REFUSED)


@get("/staff/imports/{job:int}/columns", guards=[can("subscribers.import")])
async def columns(request: Request, job: FromPath[int]) -> Response[Any]:
    """Back from a rehearsal."""
    found = await imports.required(job)
    return await _columns(request, found, {}) if found.file else web.redirect(f"/staff/imports/{job}")


@post("/staff/imports/{job:int}", guards=[can("subscribers.import")])
async def decide(request: Request, job: FromPath[int]) -> Response[Any]:
    form = await web.form(request)
    await imports.decide(job, _choice(form))
    action = form.text("action", 20)
    if action in ("rehearse", "start"):
        try:
            await imports.start(job, request.state.staff.id, dry_run=action == "rehearse")
        except Invalid as problem:
            return await _columns(request, await imports.required(job), problem.fields)
        return web.redirect(f"/staff/imports/{job}")
    return await _columns(request, await imports.required(job), {})


@post("/staff/imports/{job:int}/start", guards=[can("subscribers.import")])
async def start(request: Request, job: FromPath[int]) -> Response[Any]:
    """After a rehearsal."""
    await imports.start(job, request.state.staff.id, dry_run=False)
    return web.redirect(f"/staff/imports/{job}")


@post("/staff/imports/{job:int}/cancel", guards=[can("subscribers.import")])
async def cancel(request: Request, job: FromPath[int]) -> Response[Any]:
    await imports.cancel(job, request.state.staff.id)
    return web.redirect(f"/staff/imports/{job}", "Cancelled. The file is destroyed.", "info")


@get("/staff/imports/{job:int}/refused.csv", guards=[can("subscribers.import")])
async def refused(request: Request, job: FromPath[int]) -> Response[Any]:
    return csv(exporting.refused(await imports.required(job)), f"refused-rows-of-import-{job}.csv")


def _wrong(sent: uploading.Sent) -> dict[str, Sentence]:
    errors: dict[str, Sentence] = {}
    if not web.number(sent.fields.get("mailing_list", "")) and not _new_list(sent):
        errors["mailing_list"] = Sentence("Please choose the list that these people join, or name a new one.")
    if sent.problem:
        errors["file"] = sent.problem.told
    elif sent.taken is None:
        errors["file"] = Sentence("Please choose the CSV with your people.")
    return errors


async def _list_of(request: Request, sent: uploading.Sent) -> int:
    """The list that was chosen; a name for a new one goes first. Raises Invalid."""
    if name := _new_list(sent):
        return await lists.create(name, "", request.state.staff.id)
    return web.number(sent.fields["mailing_list"])


def _new_list(sent: uploading.Sent) -> str:
    return " ".join(sent.fields.get("new_list", "").split())[:100]


async def _refused(
    request: Request, sent: uploading.Sent, errors: dict[str, Sentence], status: int = 422
) -> Response[str]:
    if sent.taken:
        spool.delete(sent.taken.file)
    return await _new(request, sent.fields, errors, status)


async def _new(
    request: Request, typed: dict[str, str], errors: dict[str, Sentence], status: int = 422
) -> Response[str]:
    return web.html(
        request,
        "staff/subscribers/import_new.html",
        status if errors else 200,
        lists=await list_queries.choices(),
        mailing_list=typed.get("mailing_list", ""),
        new_list=typed.get("new_list", ""),
        errors=errors,
    )


def _choice(form: web.Form) -> imports.Choice:
    count = min(form.number("columns"), csv_reading.MOST_CELLS)
    chosen = [form.text(f"column-{number}", 20) for number in range(count)]
    return imports.Choice(
        columns=[target if target in mapping.TARGETS else mapping.IGNORE for target in chosen],
        has_header=form.checked("has_header"),
        encoding=form.text("encoding", 20),
        delimiter=_DELIMITERS.get(form.text("delimiter", 10), ""),
        mailing_list=form.number("mailing_list"),
        language=form.text("language", 2),
        topics=form.all("topics"),
        consent=form.text("consent", 500),
    )


# A tab would not survive in a form.
_DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|"}
_DELIMITER_NAMES = {sign: name for name, sign in _DELIMITERS.items()}


class Column(msgspec.Struct, frozen=True):
    """A column of the file as the page shows it."""

    name: str
    examples: list[str]
    target: str


async def _columns(request: Request, job: Import, errors: dict[str, Sentence]) -> Response[str]:
    names, rows = imports.first_rows(job)
    targets = [*job.plan.columns, *[mapping.IGNORE] * len(names)]
    columns = [
        Column(
            name, [row.cells[place][:60] for row in rows if place < len(row.cells) and row.cells[place]][:3], target
        )
        for place, (name, target) in enumerate(zip(names, targets, strict=False))
    ]
    return web.html(
        request,
        "staff/subscribers/import_columns.html",
        422 if errors else 200,
        job=job,
        columns=columns,
        targets=mapping.TARGETS,
        preview=[(row.number, *import_rows.shown(row, import_rows.Reader(job.plan))) for row in rows],
        lists=await list_queries.choices(),
        topics=[(topic.value, label) for topic, label in topics.LABELS.items()],
        encodings=sniffing.ENCODINGS,
        delimiters={_DELIMITER_NAMES[sign]: label for sign, label in sniffing.DELIMITERS.items()},
        delimiter=_DELIMITER_NAMES[job.delimiter],
        errors=errors,
    )


ROUTES = [listing, new, upload, show, columns, decide, start, cancel, refused]

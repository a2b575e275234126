"""The console's pages about lists of people: upload, and the review of what differs."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.params import FromPath, FromQuery

from service.auth.guards import can
from service.cases import comparing, queries, review, review_queries, review_words
from service.cases.pages import parts
from service.cases.review import Outcome
from service.cases.review_queries import List
from service.cases.sources import own, values, viasna
from service.cases.sources.found import File, NotAList
from service.kit import web
from service.kit.errors import Invalid, NotFound
from service.kit.i18n import Sentence

LARGEST = 48_000_000
# Records are changed one by one; more of them would keep the browser waiting too long.
MOST_AT_ONCE = 2000
FORMS = {"viasna": "Viasna’s CSV, in one to three languages", "own": "Our own CSV or JSON"}


@get("/staff/sources", guards=[can("cases.view")])
async def overview(request: Request) -> Response[str]:
    return await _overview(request, {"organisation": viasna.ORGANISATION, "form": "viasna", "whole": "yes"}, {})


@post("/staff/sources", guards=[can("cases.edit")], request_max_body_size=LARGEST)
async def upload(request: Request) -> Response[Any]:
    form = await web.form(request)
    typed = {name: form.text(name, 200) for name in ("organisation", "form", "whole")}
    try:
        files = await _files(form)
        made = await comparing.compare(
            files, typed["form"], typed["organisation"], bool(typed["whole"]), request.state.staff.id
        )
    except Invalid as problem:
        return await _overview(request, typed, problem.fields)
    except NotAList as problem:
        return await _overview(request, typed, {"files": problem.told})
    return web.redirect(f"/staff/sources/{made}")


@get("/staff/sources/{list_id:int}", guards=[can("cases.view")])
async def show(
    request: Request,
    list_id: FromPath[int],
    show: FromQuery[str] = "",
    field: FromQuery[str] = "",
    page: FromQuery[int] = 1,
) -> Response[str]:
    found = await review_queries.one(list_id)
    groups = await review_queries.groups(list_id)
    counts = _counts(groups)
    shown = show or next((key for key in review_words.KINDS if counts[key] and key != "decided"), "new")
    if shown not in review_words.KINDS or page < 1 or page > 10_000:
        raise NotFound
    changes = await review_queries.changes(list_id, shown, field, page)
    people = review_words.people(changes, parts.places(await queries.facilities()))
    return web.html(
        request,
        "staff/cases/review.html",
        found=found,
        counts=counts,
        kinds=review_words.KINDS,
        fields=_fields(groups) if shown == "changed" else [],
        field_names=review_words.FIELDS,
        shown=shown,
        field=field,
        page=page,
        people=people[: review_queries.PAGE],
        more=len(people) > review_queries.PAGE,
        known=await review_queries.named([one.prisoner for one in people if one.prisoner]),
        troubles=await review_queries.troubles(list_id),
        unmatched=await review_queries.unmatched(list_id),
        at_once=MOST_AT_ONCE,
        warning=comparing.SHRUNK if any(one.kind == "gone" and one.held for one in groups) else "",
    )


@post("/staff/sources/{list_id:int}", guards=[can("cases.edit")])
async def decide(request: Request, list_id: FromPath[int]) -> Response[Any]:
    form = await web.form(request)
    found = await review_queries.one(list_id)
    told, kind = await _decided(found, form, request.state.staff.id)
    where = {name: form.text(name, 20) for name in ("show", "field", "page")}
    place = form.number("at")
    back = web.address(f"/staff/sources/{list_id}", **where) + (f"#item-{place}" if place else "")
    return web.redirect(back, told, kind)


async def _decided(found: List, form: web.Form, by: int) -> tuple[str, str]:
    """What the button that was pressed means, and the sentence for the next page."""
    if form.checked("accept"):
        return _told(await review.accept(found.id, [form.number("accept")], by))
    if form.checked("accept_person"):
        return _told(
            await review.accept(found.id, await review.of_person(found.id, form.text("accept_person", 60)), by)
        )
    if form.checked("accept_all"):
        kind, _colon, field = form.text("accept_all", 40).partition(":")
        most = None if kind == "new" else MOST_AT_ONCE
        return _told(await review.accept(found.id, await review.harmless(found.id, kind, field, most), by))
    if form.checked("reject"):
        await review.reject(found.id, [form.number("reject")], by)
        return "Left as it is. You will see it again when the source says something else.", "info"
    if form.checked("reject_person"):
        left = await review.reject(found.id, await review.of_person(found.id, form.text("reject_person", 60)), by)
        return f"Left as it is: {left}. You will see it again when the source says something else.", "info"
    if form.checked("same"):
        await review.same_person(found.id, form.number("same"), by)
        return f"{found.organisation} lists this record from now on. What it says otherwise waits here.", "good"
    if form.checked("undo"):
        await review.undo(found.id, form.number("undo"), by)
        return "Taken back. The difference waits for a decision again.", "info"
    raise review.NothingOpen


def _told(outcome: Outcome) -> tuple[str, str]:
    people = "1 person" if outcome.people == 1 else f"{outcome.people} people"
    said = [f"Accepted: {outcome.accepted} for {people}."] if outcome.accepted else []
    if outcome.stopped:
        mails = "1 mail that had not left" if outcome.stopped == 1 else f"{outcome.stopped} mails that had not left"
        said.append(f"Stopped: they are taken out of {mails}.")
    if outcome.left:
        label, reason = outcome.left[0]
        others = f" So it is with {len(outcome.left) - 1} more." if len(outcome.left) > 1 else ""
        said.append(f"Still open: {label}. {reason}{others}")
    return " ".join(said), "bad" if outcome.left else "good"


async def _files(form: web.Form) -> list[File]:
    """Raises Invalid without any, or for more than three."""
    sent = [each for each in form.data.getall("files", []) if isinstance(each, UploadFile) and each.filename]
    if len(sent) > comparing.MOST_FILES:
        raise Invalid({"files": Sentence("Please choose one to three files.")})
    return [File(values.line(each.filename)[-80:] or "list", await each.read()) for each in sent]


async def _overview(request: Request, typed: dict[str, str], errors: dict[str, Any]) -> Response[str]:
    return web.html(
        request,
        "staff/cases/sources.html",
        422 if errors else 200,
        lists=await review_queries.lists(),
        organisations=await review_queries.organisations(),
        forms=FORMS,
        form_names={"viasna": "Viasna’s CSV", "own": "our own form"},
        columns=own.COLUMNS,
        typed=typed,
        errors=errors,
    )


def _counts(groups: list[review_queries.Group]) -> dict[str, int]:
    counts = dict.fromkeys(review_words.KINDS, 0)
    for group in groups:
        counts["decided" if group.decision else "held" if group.held else group.kind] += group.count
    return counts


def _fields(groups: list[review_queries.Group]) -> list[tuple[str, int]]:
    """Of the changes that are not held: which fields, and how many."""
    return [
        (group.field, group.count)
        for group in groups
        if group.kind == "changed" and not group.held and not group.decision
    ]


ROUTES = [overview, upload, show, decide]

"""The console's files of members and places: upload, and the review of what they say otherwise."""

from datetime import date
from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.params import FromPath, FromQuery

from service.advocacy import accepting, parliaments, register_import, register_queries, register_words
from service.advocacy.accepting import Outcome
from service.advocacy.parliaments import UnknownParliament
from service.advocacy.register import choosing, plain_csv, values
from service.advocacy.register.choosing import Form
from service.advocacy.register.found import LARGEST, NotARegister
from service.auth.guards import can
from service.kit import clock, web
from service.kit.errors import Invalid, NotFound
from service.kit.i18n import Sentence

_TYPED = ("parliament", "source", "as_of", "election", "whole")
_MOST_FILES = 30
# What a button may accept at once: subject and kind, by the heading under which it stands.
_ALL_OF = {
    "members": ("member", "new"),
    "changed": ("member", "changed"),
    "left": ("member", "left"),
    "areas": ("area", ""),
    "places": ("places", ""),
}


@get("/staff/representatives/imports", guards=[can("actions.view")])
async def overview(request: Request) -> Response[str]:
    typed = {"whole": "yes", "as_of": clock.now().date().isoformat()}
    return await _overview(request, typed, {})


@post("/staff/representatives/imports", guards=[can("actions.edit")], request_max_body_size=LARGEST + 1_000_000)
async def upload(request: Request) -> Response[Any]:
    form = await web.form(request)
    typed = {name: form.text(name, 600) for name in _TYPED}
    try:
        made = await register_import.take(
            await _files(form),
            parliament=typed["parliament"],
            source=typed["source"],
            as_of=_day(typed["as_of"]),
            is_election=bool(typed["election"]),
            whole=bool(typed["whole"]),
            by=request.state.staff.id,
        )
    except (Invalid, NotARegister, UnknownParliament) as problem:
        return await _overview(request, typed, problem.fields)
    return web.redirect(f"/staff/representatives/imports/{made}")


@get("/staff/representatives/imports/{import_id:int}", guards=[can("actions.view")])
async def review(
    request: Request, import_id: FromPath[int], show: FromQuery[str] = "", page: FromQuery[int] = 1
) -> Response[str]:
    found = await register_queries.one(import_id)
    counts = await register_queries.counts(import_id)
    shown = show or next((key for key in register_words.KINDS if counts[key] and key != "decided"), "members")
    if shown not in register_words.KINDS or not 0 < page <= 10_000:
        raise NotFound
    differences = await register_queries.differences(import_id, shown, page)
    names = await register_queries.names(import_id)
    return web.html(
        request,
        "staff/advocacy/register/review.html",
        found=found,
        form=choosing.NAMES[Form(found.form)],
        counts=counts,
        kinds=register_words.KINDS,
        shown=shown,
        page=page,
        differences=[register_words.worded(one, names) for one in differences[: register_queries.PAGE]],
        more=len(differences) > register_queries.PAGE,
        can_accept_all=shown in _ALL_OF,
    )


@post("/staff/representatives/imports/{import_id:int}", guards=[can("actions.edit")])
async def decide(request: Request, import_id: FromPath[int]) -> Response[Any]:
    form = await web.form(request)
    await register_queries.one(import_id)
    told, kind = await _decided(import_id, form, request.state.staff.id)
    where = {name: form.text(name, 20) for name in ("show", "page")}
    decided = next((form.number(name) for name in ("accept", "reject", "reconsider") if form.checked(name)), 0)
    place = form.number(f"at.{decided}")
    back = web.address(f"/staff/representatives/imports/{import_id}", **where)
    return web.redirect(back + (f"#item-{place}" if place else ""), told, kind)


async def _decided(import_id: int, form: web.Form, by: int) -> tuple[str, str]:
    """What the button that was pressed means, and the sentence for the next page."""
    chosen = [web.number(each) for each in form.all("chosen")]
    if form.checked("accept"):
        return _told(await accepting.accept(import_id, [form.number("accept")], by))
    if form.checked("accept_chosen"):
        return _told(await accepting.accept(import_id, chosen, by))
    if form.checked("accept_all"):
        return _told(await accepting.accept(import_id, await _all(import_id, form.text("accept_all", 20)), by))
    if form.checked("reject_chosen"):
        count = await accepting.reject(import_id, chosen, by)
        return f"Left as it is: {count}. You will see it again when a file says something else.", "info"
    if form.checked("reject"):
        await accepting.reject(import_id, [form.number("reject")], by)
        return "Left as it is. You will see it again when a file says something else.", "info"
    if form.checked("reconsider"):
        await accepting.reconsider(import_id, form.number("reconsider"), by)
        return "It waits for a decision again.", "info"
    raise accepting.NothingOpen


async def _all(import_id: int, shown: str) -> list[int]:
    """Raises NothingOpen."""
    if shown not in _ALL_OF:
        raise accepting.NothingOpen
    subject, kind = _ALL_OF[shown]
    found = await accepting.harmless(import_id, subject, kind)
    return found + (await accepting.harmless(import_id, "committee") if subject == "area" else [])


def _told(outcome: Outcome) -> tuple[str, str]:
    said = [f"Accepted: {outcome.accepted}."] if outcome.accepted else []
    if outcome.left:
        label, reason = outcome.left[0]
        others = f" So it is with {len(outcome.left) - 1} more." if len(outcome.left) > 1 else ""
        said.append(f"Still open: {label}. {reason}{others}")
    return " ".join(said), "bad" if outcome.left else "good"


def _day(text: str) -> date | None:
    """Raises Invalid."""
    try:
        return values.day(text)
    except values.Unreadable as problem:
        raise Invalid({"as_of": problem.told}) from None


async def _files(form: web.Form) -> list[tuple[str, bytes]]:
    """Raises Invalid without any, or for too many."""
    sent = [each for each in form.data.getall("files", []) if isinstance(each, UploadFile) and each.filename]
    if not 0 < len(sent) <= _MOST_FILES:
        raise Invalid({"files": Sentence("Please choose a file, or all files of one Swiss export.")})
    return [(values.line(each.filename)[-80:] or "file", await each.read()) for each in sent]


async def _overview(request: Request, typed: dict[str, str], errors: dict[str, Any]) -> Response[str]:
    return web.html(
        request,
        "staff/advocacy/register/imports.html",
        422 if errors else 200,
        imports=await register_queries.imports(),
        forms=choosing.NAMES,
        parliaments=await parliaments.choices("en"),
        columns=[headers[0] for headers in (plain_csv.MEMBERS | plain_csv.AREAS).values()],
        place_columns=[headers[0] for headers in (plain_csv.PLACES | plain_csv.AREAS).values()],
        typed=dict.fromkeys(_TYPED, "") | typed,
        errors=errors,
    )


ROUTES = [overview, upload, review, decide]

"""The console's ledger: what supporters told, what is to be followed up, and all that members did."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from service.advocacy import promise_queries, promising
from service.advocacy.pages import promise_form
from service.advocacy.promise_queries import Entry
from service.advocacy.promising import NoSponsorship, Overtaken
from service.auth.guards import can
from service.kit import web
from service.kit.errors import Invalid, Problem
from service.organisation import queries as organisations

SHOWS = {"ledger": "Ledger", "told": "Told by supporters", "due": "To follow up", "rejected": "Rejected"}


@get("/staff/promises", guards=[can("actions.view")])
async def listing(request: Request) -> Response[str]:
    page = web.number(request.query_params.get("page", ""), 1)
    wanted = promise_queries.wanted(request.query_params, page)
    return web.html(
        request,
        "staff/advocacy/promises/list.html",
        wanted=wanted,
        found=await promise_queries.find(wanted),
        counts=await promise_queries.counts(),
        shows=SHOWS,
        kinds=promise_form.KINDS,
        link=web.links("/staff/promises", wanted),
        today=await organisations.today(),
    )


@get("/staff/promises/new", guards=[can("actions.edit")])
async def new(request: Request) -> Response[str]:
    """`representative`, `prisoner`: ids, from a page that knows whom it is about."""
    given = {name: str(web.number(request.query_params.get(name, "")) or "") for name in promise_form.CHOSEN}
    return await _form(
        request, None, {"kind": "sponsors", "since": (await organisations.today()).isoformat(), **given}
    )


@post("/staff/promises/new", guards=[can("actions.edit")])
async def create(request: Request) -> Response[Any]:
    form = await web.form(request)
    texts = promise_form.sent(form)
    if form.text("look"):
        return await _form(request, None, texts)
    try:
        made = await promising.record(promise_form.values(texts), request.state.staff.id)
    except Invalid as problem:
        return await _form(request, None, texts, problem)
    return web.redirect(f"/staff/promises/{made}", "It stands in the ledger, and everybody can see it.")


@get("/staff/promises/{promise:int}", guards=[can("actions.edit")])
async def show(request: Request, promise: FromPath[int]) -> Response[str]:
    entry = await promise_queries.entry(promise)
    return await _form(request, entry, promise_form.typed(entry))


@post("/staff/promises/{promise:int}", guards=[can("actions.edit")])
async def save(request: Request, promise: FromPath[int]) -> Response[Any]:
    form, entry = await web.form(request), await promise_queries.entry(promise)
    texts = promise_form.sent(form)
    if form.text("look"):
        return await _form(request, entry, texts)
    try:
        values = promise_form.values(texts)
        await promising.change(promise, values, request.state.staff.id, form.number("version"))
    except (Invalid, Overtaken) as problem:
        return await _form(request, entry, texts, problem)
    said = "Saved." if entry.is_public else "Confirmed: everybody can see it from now on."
    return web.redirect(f"/staff/promises/{promise}" if entry.is_public else "/staff/promises?show=told", said)


@post("/staff/promises/{promise:int}/reject", guards=[can("actions.edit")])
async def reject(request: Request, promise: FromPath[int]) -> Response[Any]:
    form, entry = await web.form(request), await promise_queries.entry(promise)
    try:
        await promising.reject(promise, request.state.staff.id, form.number("version"))
    except Overtaken as problem:
        return await _form(request, entry, promise_form.typed(entry), problem)
    said = "Taken out: nobody sees it any more." if entry.is_public else "Rejected. What was written is forgotten."
    return web.redirect("/staff/promises" if entry.is_public else "/staff/promises?show=told", said)


@post("/staff/promises/{promise:int}/follow-up", guards=[can("actions.edit")])
async def follow_up(request: Request, promise: FromPath[int]) -> Response[Any]:
    form, entry = await web.form(request), await promise_queries.entry(promise)
    again = form.text("again", 20)
    try:
        await promising.follow_up(promise, again, request.state.staff.id, form.number("version"))
    except (Invalid, Overtaken) as problem:
        return await _form(request, entry, promise_form.typed(entry), _renamed(problem, "follow_up_on", "again"))
    return web.redirect("/staff/promises?show=due", "Noted. We remind you again." if again else "Noted.")


@post("/staff/promises/{promise:int}/hand-over", guards=[can("actions.edit")])
async def hand_over(request: Request, promise: FromPath[int]) -> Response[Any]:
    form, entry = await web.form(request), await promise_queries.entry(promise)
    typed = promise_form.typed(entry) | {name: form.text(name, 120) for name in promise_form.HANDED}
    if form.text("look"):
        return await _form(request, entry, typed)
    try:
        to, by = form.number("successor"), request.state.staff.id
        made = await promising.hand_over(promise, to, typed["on"], by, form.number("version"))
    except (Invalid, Overtaken, NoSponsorship) as problem:
        return await _form(request, entry, typed, _renamed(problem, "representative", "successor"))
    return web.redirect(f"/staff/promises/{made}", "Handed over. Here is the new sponsorship; ask for a statement.")


def _renamed(problem: Problem, name: str, shown: str) -> Problem:
    """A sentence stands beside the field of the form that it is about."""
    if not isinstance(problem, Invalid):
        return problem
    return Invalid({shown if field == name else field: sentence for field, sentence in problem.fields.items()})


async def _form(
    request: Request, entry: Entry | None, texts: dict[str, str], problem: Problem | None = None
) -> Response[str]:
    texts = dict.fromkeys((*promise_form.FIELDS, *promise_form.HANDED), "") | texts
    return web.html(
        request,
        "staff/advocacy/promises/entry.html",
        problem.status if problem else 200,
        entry=entry,
        texts=texts,
        told=await promise_queries.told(entry.id) if entry else "",
        kinds=promise_form.KINDS,
        errors=problem.fields if problem else {},
        overtaken=isinstance(problem, Overtaken),
        today=await organisations.today(),
        **await promise_form.choices(texts),
    )


ROUTES = [listing, new, create, show, save, reject, follow_up, hand_over]

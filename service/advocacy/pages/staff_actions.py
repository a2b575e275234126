"""The console's list of actions, one action whole, and how it opens, rests and closes."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from service.advocacy import actions, counting, editions, framing, opening, queries, reach, readiness, unknowns
from service.advocacy.changing import Overtaken
from service.advocacy.opening import NotReady
from service.auth import accounts
from service.auth.guards import can
from service.cases import queries as cases
from service.kit import clock, web
from service.kit.errors import Invalid
from service.kit.web import Form
from service.organisation import queries as organisations


@get("/staff/actions", guards=[can("actions.view")])
async def listing(request: Request) -> Response[str]:
    found = await queries.every("en")
    counts = await counting.of([action.id for action in found])
    zone = (await organisations.required()).zone
    last_days = {action.id: framing.last_day(action, zone) for action in found}
    return web.html(request, "staff/advocacy/list.html", actions=found, counts=counts, last_days=last_days)


@get("/staff/actions/new", guards=[can("actions.edit")])
async def new(request: Request) -> Response[str]:
    return await _new(request)


@post("/staff/actions/new", guards=[can("actions.edit")])
async def create(request: Request) -> Response[Any]:
    sent = await web.form(request)
    name, like = sent.text("name", 300), sent.number("like")
    try:
        made = await actions.create(name, request.state.staff.id, like)
    except Invalid as problem:
        return await _new(request, 422, name=name, like=like, errors=problem.fields)
    return web.redirect(f"/staff/actions/{made}/about", "It is begun. Nobody sees it before you open it.")


@get("/staff/actions/{action:int}", guards=[can("actions.view")])
async def show(request: Request, action: FromPath[int]) -> Response[str]:
    return await _page(request, action)


@post("/staff/actions/{action:int}/open", guards=[can("actions.edit")])
async def open_it(request: Request, action: FromPath[int]) -> Response[Any]:
    """`when`: now, or later on the day `opens_on`. What is noted has to be read first."""
    sent, by = await web.form(request), request.state.staff.id
    version, later = sent.number("version"), sent.text("when") == "later"
    if await readiness.findings(await queries.by_id(action, "en")) and not sent.checked("understood"):
        told = {"understood": "Read the notes, then tick that you have."}
        return await _page(request, action, 422, sent, told)
    try:
        if later:
            await opening.plan(action, sent.text("opens_on", 20), by, version)
            return web.redirect(f"/staff/actions/{action}", "It opens by itself on that morning.")
        await opening.open(action, by, version)
    except Invalid as problem:
        return await _page(request, action, 422, sent, problem.fields)
    except (NotReady, Overtaken) as problem:
        return await _page(request, action, problem.status, sent, {"": problem.told})
    return web.redirect(f"/staff/actions/{action}", "It is open. Thank you for this.")


@post("/staff/actions/{action:int}/unplan", guards=[can("actions.edit")])
async def unplan(request: Request, action: FromPath[int]) -> Response[Any]:
    await opening.unplan(action, request.state.staff.id)
    return web.redirect(f"/staff/actions/{action}", "It stays a draft until you open it.")


@post("/staff/actions/{action:int}/freeze", guards=[can("actions.moderate")])
async def freeze(request: Request, action: FromPath[int]) -> Response[Any]:
    await opening.freeze(action, request.state.staff.id)
    return web.redirect(f"/staff/actions/{action}", "It is frozen: nobody can write, and nothing leaves.")


@post("/staff/actions/{action:int}/thaw", guards=[can("actions.moderate")])
async def thaw(request: Request, action: FromPath[int]) -> Response[Any]:
    await opening.thaw(action, request.state.staff.id)
    return web.redirect(f"/staff/actions/{action}", "It goes on. What waited leaves at its pace.")


@post("/staff/actions/{action:int}/close", guards=[can("actions.edit")])
async def close(request: Request, action: FromPath[int]) -> Response[Any]:
    await opening.close(action, request.state.staff.id)
    return web.redirect(f"/staff/actions/{action}", "It is closed.")


@post("/staff/actions/{action:int}/reopen", guards=[can("actions.edit")])
async def reopen(request: Request, action: FromPath[int]) -> Response[Any]:
    await opening.reopen(action, request.state.staff.id)
    return web.redirect(f"/staff/actions/{action}", "It is open again.")


@post("/staff/actions/{action:int}/try", guards=[can("actions.edit")])
async def try_out(request: Request, action: FromPath[int]) -> Response[Any]:
    sent = await web.form(request)
    try:
        await opening.try_out(action, sent.text("address", 300), request.state.staff.id)
    except Invalid as problem:
        return await _page(request, action, 422, sent, problem.fields)
    return web.redirect(f"/staff/actions/{action}#trial", "You can try it out now.")


@post("/staff/actions/{action:int}/try/end", guards=[can("actions.edit")])
async def end_trial(request: Request, action: FromPath[int]) -> Response[Any]:
    await opening.end_trial(action, request.state.staff.id)
    return web.redirect(f"/staff/actions/{action}#trial", "The try-out is over, and its letters are deleted.")


@post("/staff/actions/{action:int}/keep-targets", guards=[can("actions.edit")])
async def keep_targets(request: Request, action: FromPath[int]) -> Response[Any]:
    await actions.keep_targets(action, request.state.staff.id)
    return web.redirect(f"/staff/actions/{action}", "The targets stay as they are.")


@post("/staff/actions/{action:int}/delete", guards=[can("actions.edit")])
async def delete(request: Request, action: FromPath[int]) -> Response[Any]:
    await actions.delete(action, request.state.staff.id)
    return web.redirect("/staff/actions", "The draft is deleted.")


@post("/staff/actions/{action:int}/editions", guards=[can("actions.edit")])
async def add_edition(request: Request, action: FromPath[int]) -> Response[Any]:
    sent = await web.form(request)
    language = sent.text("language", 2)
    await editions.add(action, language, sent.text("copy_of", 2), request.state.staff.id)
    return web.redirect(f"/staff/actions/{action}/texts/{language}")


@post("/staff/actions/{action:int}/editions/{language:str}/remove", guards=[can("actions.edit")])
async def remove_edition(request: Request, action: FromPath[int], language: FromPath[str]) -> Response[Any]:
    await editions.remove(action, language, request.state.staff.id)
    return web.redirect(f"/staff/actions/{action}#editions", "The text was removed.")


@post("/staff/actions/{action:int}/unknown", guards=[can("actions.moderate")])
async def decide_unknown(request: Request, action: FromPath[int]) -> Response[Any]:
    """`do`: again or leave."""
    if (await web.form(request)).text("do") == "again":
        again = await unknowns.send_again(action, request.state.staff.id)
        return web.redirect(f"/staff/actions/{action}", f"{again:,} of them leave once more, at their pace.")
    left = await unknowns.leave(action, request.state.staff.id)
    return web.redirect(f"/staff/actions/{action}", f"{left:,} of them are left; their writers get the text back.")


async def _new(request: Request, status: int = 200, **context: Any) -> Response[str]:
    shown = {"name": "", "like": "", "errors": {}} | context
    return web.html(request, "staff/advocacy/new.html", status, actions=await queries.every("en"), **shown)


async def _page(
    request: Request, id: int, status: int = 200, sent: Form | None = None, errors: Any = None
) -> Response[str]:
    action, organisation = await queries.by_id(id, "en"), await organisations.required()
    said, staff = await queries.editions(id), request.state.staff
    is_draft, edits = action.state == "draft", staff.can("actions.edit")
    return web.html(
        request,
        "staff/advocacy/action.html",
        status,
        action=action,
        editions=said,
        missing=[language for language in organisation.languages if language not in said],
        count=(await counting.of([id]))[id],
        reached=await reach.of(action.targets),
        people=await cases.people(action.prisoners, "en"),
        findings=await readiness.findings(action) if is_draft else [],
        last_day=framing.last_day(action, organisation.zone),
        today=clock.now().astimezone(organisation.zone).date(),
        test_address=await queries.test_address(id) if edits else "",
        own_address=(await accounts.get(staff.id)).address if is_draft and edits else "",
        can_reopen=opening.can_reopen(action),
        unknown=await unknowns.of(id),
        unknown_url=f"/staff/actions/{id}/unknown",
        sent=sent,
        errors=errors or {},
    )


ROUTES: list[Any] = [
    listing,
    new,
    create,
    show,
    open_it,
    unplan,
    freeze,
    thaw,
    close,
    reopen,
    try_out,
    end_trial,
    keep_targets,
    delete,
    add_edition,
    remove_edition,
    decide_unknown,
]

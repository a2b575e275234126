"""Campaigns and their editions: the table, the composer."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath, FromQuery

from service.auth.guards import can
from service.campaigns import arrange, compose, pictures, queries
from service.campaigns.compose import Draft, NotDraft, Overtaken
from service.campaigns.pages import composer, persons
from service.campaigns.pages.persons import Search
from service.campaigns.queries import Edition
from service.kit import web
from service.kit.errors import Invalid, NotFound, Problem
from service.kit.pictures import PictureRefused
from service.kit.web import Form
from service.rendering.blocks import SIMPLE

# Above the 10 MB of a picture, so that one that is too large is answered with a sentence and the text is kept.
LARGEST_FORM = 40_000_000
NOBODY_SOUGHT = Search()


@get("/staff/campaigns", guards=[can("campaigns.view")])
async def campaigns(request: Request) -> Response[str]:
    return web.html(request, "staff/campaigns/list.html", campaigns=await queries.listing())


@get("/staff/campaigns/new", guards=[can("campaigns.edit")])
async def new(request: Request) -> Response[str]:
    return await _new(request)


@post("/staff/campaigns", guards=[can("campaigns.edit")])
async def create(request: Request) -> Response[Any]:
    sent = await web.form(request)
    name, source = sent.text("name", 300), sent.text("source")
    try:
        if original := sent.number("source"):
            campaign = await compose.duplicate(original, request.state.staff.id)
            await compose.rename(campaign, name, request.state.staff.id)
        else:
            campaign = await compose.create(name, request.state.staff.id)
    except Invalid as problem:
        return await _new(request, 422, name=name, source=source, errors=problem.fields)
    first = next(iter(await queries.editions(campaign)))
    return web.redirect(f"/staff/campaigns/{campaign}/edit/{first}")


@get("/staff/campaigns/{campaign:int}/edit/{language:str}", guards=[can("campaigns.edit")])
async def edit(
    request: Request, campaign: FromPath[int], language: FromPath[str], check: FromQuery[bool] = False
) -> Response[str]:
    edition = await compose.edition(campaign, language)
    return await _composer(request, campaign, edition, _draft(edition), check=check)


@post(
    "/staff/campaigns/{campaign:int}/edit/{language:str}",
    guards=[can("campaigns.edit")],
    request_max_body_size=LARGEST_FORM,
)
async def save(
    request: Request, campaign: FromPath[int], language: FromPath[str], check: FromQuery[bool] = False
) -> Response[Any]:
    """Every button of the composer saves; what it does besides stands in `do`, for example "up 1.left.0"."""
    sent = await web.form(request)
    edition = await compose.edition(campaign, language)
    draft = composer.read(sent)
    act, place, refused = "", "", ""
    try:
        draft, refused = await _with_pictures(draft, sent)
        act, place, draft = composer.act(draft, composer.wish(sent), edition.removed)
        await compose.save(campaign, language, sent.number("version"), draft, request.state.staff.id)
    except (Overtaken, NotDraft) as problem:
        latest = await compose.edition(campaign, language)
        theirs = latest if isinstance(problem, Overtaken) else None
        return await _composer(request, campaign, latest, draft, problem=problem, theirs=theirs)
    except (arrange.NoSuchPlace, arrange.TooMany) as problem:
        return await _composer(request, campaign, edition, draft, problem=problem)
    if act == "find":
        saved, found = await compose.edition(campaign, language), await persons.search(sent, place, language)
        return await _composer(request, campaign, saved, draft, check=check, search=found)
    to = f"/staff/campaigns/{campaign}/edit/{language}" + ("?check=true" if check else "")
    if refused:
        return web.redirect(to, flash=refused, kind="bad")
    anchor = f"#b.{place}" if place else ""
    return web.redirect(to + anchor, flash="" if act else "Saved.")


@post("/staff/campaigns/{campaign:int}/editions", guards=[can("campaigns.edit")])
async def add_edition(request: Request, campaign: FromPath[int]) -> Response[Any]:
    sent = await web.form(request)
    language = sent.text("language", 2)
    await compose.add_edition(campaign, language, sent.text("copy_of", 2), request.state.staff.id)
    return web.redirect(f"/staff/campaigns/{campaign}/edit/{language}")


@post("/staff/campaigns/{campaign:int}/editions/{language:str}/remove", guards=[can("campaigns.edit")])
async def remove_edition(request: Request, campaign: FromPath[int], language: FromPath[str]) -> Response[Any]:
    await compose.remove_edition(campaign, language, request.state.staff.id)
    return web.redirect(f"/staff/campaigns/{campaign}", flash="The edition was removed.")


@post("/staff/campaigns/{campaign:int}/rename", guards=[can("campaigns.edit")])
async def rename(request: Request, campaign: FromPath[int]) -> Response[Any]:
    sent = await web.form(request)
    try:
        await compose.rename(campaign, sent.text("name", 300), request.state.staff.id)
    except Invalid as problem:
        return web.redirect(f"/staff/campaigns/{campaign}", flash=str(problem.fields["name"]), kind="bad")
    return web.redirect(f"/staff/campaigns/{campaign}", flash="Renamed.")


@post("/staff/campaigns/{campaign:int}/duplicate", guards=[can("campaigns.edit")])
async def duplicate(request: Request, campaign: FromPath[int]) -> Response[Any]:
    made = await compose.duplicate(campaign, request.state.staff.id)
    return web.redirect(f"/staff/campaigns/{made}", flash="This is the copy. Give it a name of its own.")


@post("/staff/campaigns/{campaign:int}/delete", guards=[can("campaigns.edit")])
async def delete(request: Request, campaign: FromPath[int]) -> Response[Any]:
    await compose.delete(campaign, request.state.staff.id)
    return web.redirect("/staff/campaigns", flash="The draft was deleted.")


async def _new(request: Request, status: int = 200, **context: Any) -> Response[str]:
    shown = {"name": "", "source": "", "errors": {}} | context
    return web.html(request, "staff/campaigns/new.html", status, campaigns=await queries.listing(), **shown)


async def _composer(
    request: Request,
    campaign: int,
    edition: Edition,
    draft: Draft,
    problem: Problem | None = None,
    theirs: Edition | None = None,
    check: bool = False,
    search: Search = NOBODY_SOUGHT,
) -> Response[str]:
    found = await queries.find(campaign)
    if not found.can_be_written and problem is None:
        raise NotDraft
    return web.html(
        request,
        "staff/campaigns/edit.html",
        problem.status if problem else 200,
        campaign=found,
        editions=await queries.editions(campaign),
        edition=edition,
        draft=draft,
        fields=composer.fields(draft),
        problem=problem,
        theirs=composer.fields(_draft(theirs)) if theirs else None,
        errors=composer.errors(draft) if check else {},
        check=check,
        kinds=composer.KINDS,
        simple=SIMPLE,
        living=composer.LIVING,
        usable=composer.USABLE,
        people=await persons.chosen(draft.blocks),
        faces=await persons.faces(draft.blocks, edition.language),
        described=persons.described,
        facilities=await persons.facilities(),
        actions=await persons.actions(),
        search=search,
    )


async def _with_pictures(draft: Draft, sent: Form) -> tuple[Draft, str]:
    """The draft with the pictures that came along; and why one was refused, which costs nothing of the text."""
    try:
        for block, name in composer.images(draft.blocks):
            if upload := sent.file(f"{name}.file"):
                block.src = (await pictures.keep(upload.file)).src
    except PictureRefused as problem:
        return draft, f"Your text is saved. {problem}"
    return draft, ""


def _draft(edition: Edition) -> Draft:
    return Draft(edition.subject, edition.preview_text, edition.blocks, edition.removed)


@get("/staff/campaigns/{campaign:int}/edit", guards=[can("campaigns.edit")])
async def edit_first(campaign: FromPath[int]) -> Response[None]:
    for language in await queries.editions(campaign):
        return web.redirect(f"/staff/campaigns/{campaign}/edit/{language}")
    raise NotFound


ROUTES = [
    campaigns,
    new,
    create,
    edit_first,
    edit,
    save,
    add_edition,
    remove_edition,
    rename,
    duplicate,
    delete,
]

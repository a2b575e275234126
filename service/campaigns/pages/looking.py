"""Previews and test sends."""

from typing import Any

from litestar import MediaType, Request, Response, get, post
from litestar.params import FromPath, FromQuery
from markupsafe import escape

from service.auth import accounts
from service.auth.guards import can
from service.campaigns import compose, filling, preview, queries, trial
from service.campaigns.compose import Draft
from service.campaigns.filling import Filled
from service.campaigns.pages import composer
from service.campaigns.preview import Look, Reader
from service.kit import web
from service.kit.errors import Invalid
from service.kit.web import Form
from service.organisation import queries as organisations
from service.rendering import email

# Whichever area there is, instead of a reader's choice of one, or of none.
ANY = -1
VIEWS = {"desktop": "Computer", "phone": "Phone", "dark": "Dark", "text": "Plain text"}
# A mail has styles of its own; nothing in it may load, run, post, or be framed elsewhere.
MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'self'; sandbox allow-same-origin"
)
HEADERS = {"Content-Security-Policy": MAIL_POLICY, "X-Frame-Options": "SAMEORIGIN", "Cache-Control": "no-store"}


@get("/staff/campaigns/{campaign:int}/preview/{language:str}", guards=[can("campaigns.view")])
async def page(
    request: Request,
    campaign: FromPath[int],
    language: FromPath[str],
    view: FromQuery[str] = "desktop",
    reader: FromQuery[int] = 0,
    area: FromQuery[int] = ANY,
) -> Response[str]:
    return await _page(request, campaign, language, view, reader, area)


@get("/staff/campaigns/{campaign:int}/mail/{language:str}", guards=[can("campaigns.view")])
async def mail(
    request: Request,
    campaign: FromPath[int],
    language: FromPath[str],
    view: FromQuery[str] = "phone",
    reader: FromQuery[int] = 0,
    area: FromQuery[int] = ANY,
) -> Response[str]:
    """The mail itself, for the frame: as it was saved."""
    edition = await compose.edition(campaign, language)
    draft = compose.as_draft(edition)
    look, _filled = await _look(campaign, language, draft, reader, area)
    return _framed(look, view)


@post(
    "/staff/campaigns/{campaign:int}/mail/{language:str}",
    guards=[can("campaigns.edit")],
    request_max_body_size=40_000_000,
)
async def mail_as_typed(request: Request, campaign: FromPath[int], language: FromPath[str]) -> Response[str]:
    """The same with what is not saved yet."""
    draft = composer.read(await web.form(request))
    look, _filled = await _look(campaign, language, draft, 0)
    return _framed(look, "light")


@post("/staff/campaigns/{campaign:int}/test/{language:str}", guards=[can("campaigns.edit")])
async def test(request: Request, campaign: FromPath[int], language: FromPath[str]) -> Response[Any]:
    sent = await web.form(request)
    view, reader, area = sent.text("view", 20), sent.number("reader"), web.number(sent.text("area", 20), ANY)
    try:
        to = await trial.send(
            campaign,
            language,
            sent.lines("addresses", 2000),
            _reader(language, reader),
            request.state.staff.id,
            reader,
            _area(area),
        )
    except Invalid as problem:
        return await _refused(request, campaign, language, view, reader, area, sent, problem)
    many = "1 address" if len(to) == 1 else f"{len(to)} addresses"
    path = f"/staff/campaigns/{campaign}/preview/{language}?view={view or 'desktop'}&reader={reader}&area={area}"
    return web.redirect(path, flash=f"A test is on its way to {many}.")


async def _refused(
    request: Request, campaign: int, language: str, view: str, reader: int, area: int, sent: Form, problem: Invalid
) -> Response[str]:
    if "addresses" in problem.fields:
        errors: dict[str, Any] = dict(problem.fields)
    else:
        errors = {"addresses": "This edition is not finished yet, so it cannot be sent. See above what is missing."}
    return await _page(
        request, campaign, language, view, reader, area, 422, addresses=sent.lines("addresses"), errors=errors
    )


async def _page(
    request: Request,
    campaign: int,
    language: str,
    view: str,
    reader: int,
    area: int,
    status: int = 200,
    **context: Any,
) -> Response[str]:
    edition = await compose.edition(campaign, language)
    look, filled = await _look(campaign, language, compose.as_draft(edition), reader, area)
    own = (await accounts.get(request.state.staff.id)).address
    shown = {"addresses": own, "errors": {}} | context
    return web.html(
        request,
        "staff/campaigns/preview.html",
        status,
        campaign=await queries.find(campaign),
        editions=await queries.editions(campaign),
        edition=edition,
        look=look,
        areas=filled.areas,
        area=filled.area,
        view=view if view in VIEWS else "desktop",
        views=VIEWS,
        reader=reader,
        readers=preview.readers(language),
        **shown,
    )


async def _look(campaign: int, language: str, draft: Draft, reader: int, area: int = ANY) -> tuple[Look, Filled]:
    """Also what its blocks were filled with."""
    found, organisation = await queries.find(campaign), await organisations.required()
    letter = preview.letterhead(organisation, found, language)
    moments = await filling.moments(found, organisation)
    filled = await filling.fill(draft.blocks, language, moments, area=_area(area))
    return preview.look(draft, language, letter, _reader(language, reader), filled, reader), filled


def _area(chosen: int) -> int | None:
    return None if chosen == ANY else chosen


def _reader(language: str, number: int) -> Reader:
    readers = preview.readers(language)
    return readers[number] if 0 <= number < len(readers) else readers[0]


def _framed(look: Look, view: str) -> Response[str]:
    if look.mail is None:
        told = escape(look.missing.get("", "This cannot be shown yet."))
        page = f'<!doctype html><html lang="en"><title>Preview</title><p>{told}</p></html>'
    else:
        page = email.seen_in(look.mail.html, "dark" if view == "dark" else "light")
    return Response(page, status_code=200, media_type=MediaType.HTML, headers=HEADERS)


ROUTES = [page, mail, mail_as_typed, test]

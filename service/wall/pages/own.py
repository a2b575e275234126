"""The pages of a post's author, by the links of the mails: confirm, look, change, take down. GET changes nothing."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from service.auth.guards import anyone
from service.kit import countries, web
from service.kit.errors import Invalid, Problem
from service.kit.i18n import Sentence
from service.kit.i18n import lazy as _
from service.kit.limits import TooMany
from service.kit.tokens import BadToken, ExpiredToken
from service.organisation import queries as organisations
from service.wall import asking, choices, consent, draft, links, own, photos, posting, reasons
from service.wall.own import Mine
from service.wall.pages import arriving
from service.wall.pages.arriving import LARGEST_FORM, Arrived
from service.wall.refusals import PhotoRefused
from service.wall.showing import Gone
from service.wall.tables import PostState
from service.wall.wishes import Wishes

_ALONE = {"Cache-Control": "no-store", "Content-Security-Policy": "default-src 'none'; sandbox"}
_PERMISSIONS = (consent.IN_MAILS, consent.ON_SOCIAL)
_CONFIRMED = _("Thank you, it is confirmed.")
_SAVED = _("Saved.")
_WAITS = _("Saved. Somebody of us looks at it before it is shown again.")


def kindly(request: Request, problem: Problem) -> Response[Any]:
    """A link that is cut short or too old leads to a new one; what was taken down is said to be gone."""
    if isinstance(problem, BadToken | ExpiredToken | Gone):
        return web.html(request, "public/wall/no_link.html", problem.status, problem=problem)
    return web.problem_page(request, problem)


@get("/{language:str}/wall/confirm/{token:str}", guards=[anyone], exception_handlers={Problem: kindly})
async def ask_to_confirm(request: Request, language: FromPath[str], token: FromPath[str]) -> Response[str]:
    """Changes nothing: mail scanners open every link, and some run scripts."""
    number = links.read(token, links.CONFIRM)
    mine = await own.mine(number, web.spoken(language))
    again = links.sent(number, language) if mine.is_refused else ""
    return web.html(request, "public/wall/confirm.html", mine=mine, token=token, again=again)


@post("/{language:str}/wall/confirm/{token:str}", guards=[anyone], exception_handlers={Problem: kindly})
async def confirm(request: Request, language: FromPath[str], token: FromPath[str]) -> Response[None]:
    web.spoken(language)
    web.refuse_foreign_forms(request)
    number = links.read(token, links.CONFIRM)
    if not await own.confirm(number):
        return web.redirect(f"/{language}/wall/confirm/{token}")
    return web.redirect(links.mine(number, language), _CONFIRMED.into(language))


@get("/{language:str}/wall/mine/{token:str}", guards=[anyone], exception_handlers={Problem: kindly})
async def show(request: Request, language: FromPath[str], token: FromPath[str]) -> Response[str]:
    mine = await own.mine(links.read(token, links.MINE), web.spoken(language))
    return await _page(request, mine, token, _values(mine))


@post(
    "/{language:str}/wall/mine/{token:str}",
    guards=[anyone],
    exception_handlers={Problem: kindly},
    request_max_body_size=LARGEST_FORM,
)
async def change(request: Request, language: FromPath[str], token: FromPath[str]) -> Response[Any]:
    web.spoken(language)
    web.refuse_foreign_forms(request)
    mine = await own.mine(links.read(token, links.MINE), language)
    return await _take(request, language, mine, token, await arriving.read(request))


@post("/{language:str}/wall/mine/{token:str}/take-down", guards=[anyone], exception_handlers={Problem: kindly})
async def take_down(request: Request, language: FromPath[str], token: FromPath[str]) -> Response[None]:
    web.spoken(language)
    web.refuse_foreign_forms(request)
    await own.take_down(links.read(token, links.MINE))
    return web.redirect(f"/{language}/wall/mine/gone")


@get("/{language:str}/wall/mine/gone", guards=[anyone])
async def gone(request: Request, language: FromPath[str]) -> Response[str]:
    web.spoken(language)
    return web.html(request, "public/wall/gone.html")


@get("/{language:str}/wall/mine/{token:str}/photo/{name:str}", guards=[anyone])
async def photo(language: FromPath[str], token: FromPath[str], name: FromPath[str]) -> Response[bytes]:
    """The author's own, whatever the state of the post; never kept by anybody on the way."""
    web.spoken(language)
    try:
        mine = await own.mine(links.read(token, links.MINE, links.CONFIRM), language)
    except BadToken:
        mine = await own.sent(links.read(token, links.SENT), language)
    content, kind = await photos.content_of(mine.photo, name)
    return Response(content, media_type=kind, headers=_ALONE)


@get("/{language:str}/wall/mine", guards=[anyone])
async def ask_form(request: Request, language: FromPath[str]) -> Response[str]:
    web.spoken(language)
    return web.html(request, "public/wall/ask.html", email="", errors={})


@post("/{language:str}/wall/mine", guards=[anyone])
async def ask(request: Request, language: FromPath[str]) -> Response[Any]:
    web.spoken(language)
    web.refuse_foreign_forms(request)
    typed = (await web.form(request)).text("email")
    try:
        await asking.ask(typed, language, web.client_of(request))
    except (Invalid, TooMany) as problem:
        errors = problem.fields
        return web.html(request, "public/wall/ask.html", problem.status, email=typed, errors=errors)
    return web.redirect(f"/{language}/wall/mine/sent")


@get("/{language:str}/wall/mine/sent", guards=[anyone])
async def asked(request: Request, language: FromPath[str]) -> Response[str]:
    """The same for every address."""
    web.spoken(language)
    return web.html(request, "public/wall/asked.html")


async def _take(request: Request, language: str, mine: Mine, token: str, arrived: Arrived) -> Response[Any]:
    try:
        await posting.admit(web.client_of(request), arrived.upload is not None)
        refused = await arriving.take_photo(arrived)
        if arrived.looks_for_somebody:
            return await _page(request, mine, token, arrived.values, errors=refused, kept=arrived.kept)
        waits = await _change(mine, arrived, refused, language)
    except (Invalid, TooMany) as problem:
        return await _page(request, mine, token, arrived.values, problem.status, problem.fields, arrived.kept)
    return web.redirect(f"/{language}/wall/mine/{token}", (_WAITS if waits else _SAVED).into(language))


async def _change(mine: Mine, arrived: Arrived, refused: dict[str, Sentence], language: str) -> bool:
    """Whether it has to be looked at again. Raises Invalid with all that is wrong."""
    wrong = dict(refused)
    new: tuple[int, Wishes] | None = None
    with arriving.gathering(wrong):
        if arrived.kept:
            new = (arriving.photo(arrived), arriving.asked_for(arrived))
    with arriving.gathering(wrong):
        typed = await draft.checked(arrived.values, arrived.ticked, is_new=False)
    if wrong:
        raise Invalid(wrong)
    try:
        organisation = await organisations.required()
        return await own.change(mine.face.id, typed, new, arrived.ticked, organisation, language)
    except PhotoRefused as problem:
        raise arriving.lost(arrived, problem) from None


def _values(mine: Mine) -> dict[str, str]:
    face = mine.face
    texts = {"sentence": face.sentence, "name": face.name, "role": face.role, "town": face.town}
    ticks = {"in_mails": face.in_mails, "on_social": face.on_social, "noindex": face.noindex}
    whom = {"country": mine.country, "prisoner": face.person.key if face.person else ""}
    return texts | whom | {name: "yes" if on else "" for name, on in ticks.items()}


async def _page(
    request: Request,
    mine: Mine,
    token: str,
    values: dict[str, str],
    status: int = 200,
    errors: Any = None,
    kept: str = "",
) -> Response[str]:
    language = web.language_of(request)
    organisation = await organisations.required()
    values = dict.fromkeys((*arriving.TEXTS, *arriving.TICKED), "") | values
    return web.html(
        request,
        "public/wall/own.html",
        status,
        mine=mine,
        token=token,
        confirm_path=links.confirm(mine.face.id, language) if mine.state == PostState.UNCONFIRMED else "",
        reply=reasons.reply(mine.reason) if mine.state == PostState.REJECTED else "",
        values=values,
        errors=errors or {},
        kept=kept,
        choices=await choices.prisoners(values["prisoner"], values["who"], language),
        countries=countries.names(language),
        consents=[box for box in consent.asked(organisation.name) if box.field in _PERMISSIONS],
    )


ROUTES = [ask_to_confirm, confirm, show, change, take_down, gone, photo, ask_form, ask, asked]

"""Where a subscriber votes, if they like to say so: mails then name their own members. Only the area is kept."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from service.advocacy import in_campaigns, places
from service.advocacy.pages import where
from service.advocacy.pages.where import Known, Where
from service.auth.guards import anyone
from service.kit import web
from service.kit.i18n import lazy as _
from service.kit.tokens import ExpiredToken
from service.subscribers import preferences
from service.subscribers.pages.preferences import ask_anew
from service.subscribers.tables import SubscriberState

WORDS = _("I agree that you keep in which area I vote, so that mails can name the members who represent me.")
SAVED = _("It is saved. From the next mail on we name the members who represent you.")
REMOVED = _("It is removed.")
# A list of who votes there must not come to be.
_NEVER = "BY"
_PATH = "/{language:str}/preferences/{token:str}/area"


@get(_PATH, guards=[anyone], exception_handlers={ExpiredToken: ask_anew})
async def form(request: Request, language: FromPath[str], token: FromPath[str]) -> Response[Any]:
    web.spoken(language)
    if (await preferences.person_of(token)).state == SubscriberState.UNSUBSCRIBED:
        return _gone(language, token)
    return await _page(request, token, await _known(language), Where())


@post(_PATH, guards=[anyone], exception_handlers={ExpiredToken: ask_anew})
async def choose(request: Request, language: FromPath[str], token: FromPath[str]) -> Response[Any]:
    web.refuse_foreign_forms(request)
    web.spoken(language)
    person = await preferences.person_of(token)
    if person.state == SubscriberState.UNSUBSCRIBED:
        return _gone(language, token)
    if (await web.form(request)).text("do") == "remove":
        await preferences.vote_in(person, None, "", language)
        return web.redirect(request.url.path, flash=REMOVED.into(language))
    known = await _known(language)
    told = await where.told(request, known)
    if told.area:
        await preferences.vote_in(person, told.area, WORDS.into(language), language)
        return web.redirect(request.url.path, flash=SAVED.into(language))
    return await _page(request, token, known, told)


def _gone(language: str, token: str) -> Response[None]:
    """Who has unsubscribed gets no mail that could name anybody, so nothing more is kept of them."""
    return web.redirect(f"/{language}/preferences/{token}")


async def _known(language: str) -> Known:
    return await where.known([code for code in await places.countries() if code != _NEVER], language)


async def _page(request: Request, token: str, known: Known, told: Where) -> Response[str]:
    language = web.language_of(request)
    person = await preferences.person_of(token)
    now = await in_campaigns.named_areas(language, [person.area] if person.area else [])
    return where.page(
        request,
        "public/advocacy/voting.html",
        known,
        told,
        back=f"/{language}/preferences/{token}",
        votes_in=now.get(person.area or 0, ""),
        words=WORDS,
    )


ROUTES = [form, choose]

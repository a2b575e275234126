"""Where a subscriber votes, if they like to say so: mails then name their own members. Only the area is kept."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from service.advocacy import in_campaigns, places
from service.advocacy.places import Choice
from service.auth.guards import anyone
from service.kit import countries, web
from service.kit.i18n import Sentence
from service.kit.i18n import lazy as _
from service.kit.tokens import ExpiredToken
from service.subscribers import preferences
from service.subscribers.pages.preferences import ask_anew
from service.subscribers.tables import SubscriberState

WORDS = _("I agree that you keep in which area I vote, so that mails can name the members who represent me.")
SAVED = _("It is saved. From the next mail on we name the members who represent you.")
REMOVED = _("It is removed.")
_EMPTY = _("Please enter your postcode, or choose where you vote from the list below.")
_UNKNOWN = _("We do not know this postcode. Please look at it once more, or choose where you vote below.")
_CHOOSE = _("Please choose one of these.")
_LONGEST_POSTCODE = 40
# A list of who votes there must not come to be.
_NEVER = "BY"
_PATH = "/{language:str}/preferences/{token:str}/area"


@get(_PATH, guards=[anyone], exception_handlers={ExpiredToken: ask_anew})
async def form(request: Request, language: FromPath[str], token: FromPath[str]) -> Response[Any]:
    web.spoken(language)
    if (await preferences.person_of(token)).state == SubscriberState.UNSUBSCRIBED:
        return _gone(language, token)
    return await _page(request, token)


@post(_PATH, guards=[anyone], exception_handlers={ExpiredToken: ask_anew})
async def choose(request: Request, language: FromPath[str], token: FromPath[str]) -> Response[Any]:
    """The postcode is read here and goes nowhere: neither into an address nor into a record."""
    web.refuse_foreign_forms(request)
    web.spoken(language)
    person = await preferences.person_of(token)
    if person.state == SubscriberState.UNSUBSCRIBED:
        return _gone(language, token)
    typed = await web.form(request)
    if typed.text("do") == "remove":
        await preferences.vote_in(person, None, "", language)
        return web.redirect(request.url.path, flash=REMOVED.into(language))
    country, postcode = typed.text("country", 2).upper(), typed.text("postcode", _LONGEST_POSTCODE)
    known = await _known(language)
    if area := _chosen(typed.number("area"), known):
        return await _saved(request, token, area, language)
    found = await places.areas_of(country, postcode, language) if postcode and country in known else []
    if len(found) == 1:
        return await _saved(request, token, found[0].area, language)
    if found:
        errors = {"area": _CHOOSE} if typed.checked("choosing") else None
        return await _page(request, token, country, postcode, found, errors)
    return await _page(request, token, country, postcode, errors={"postcode": _UNKNOWN if postcode else _EMPTY})


def _gone(language: str, token: str) -> Response[None]:
    """Who has unsubscribed gets no mail that could name anybody, so nothing more is kept of them."""
    return web.redirect(f"/{language}/preferences/{token}")


async def _saved(request: Request, token: str, area: int, language: str) -> Response[Any]:
    person = await preferences.person_of(token)
    await preferences.vote_in(person, area, WORDS.into(language), language)
    return web.redirect(request.url.path, flash=SAVED.into(language))


def _chosen(area: int, known: dict[str, list[Choice]]) -> int:
    """0 for what is no area of today."""
    return area if any(choice.area == area for choices in known.values() for choice in choices) else 0


async def _known(language: str) -> dict[str, list[Choice]]:
    """The areas by country."""
    return {code: await places.all_areas(code, language) for code in await places.countries() if code != _NEVER}


async def _page(
    request: Request,
    token: str,
    country: str = "",
    postcode: str = "",
    several: list[Choice] | None = None,
    errors: dict[str, Sentence] | None = None,
) -> Response[str]:
    """`several`: areas that the postcode lies in, to choose one of."""
    language = web.language_of(request)
    person, known = await preferences.person_of(token), await _known(language)
    now = await in_campaigns.named_areas(language, [person.area] if person.area else [])
    return web.html(
        request,
        "public/advocacy/voting.html",
        422 if errors else 200,
        back=f"/{language}/preferences/{token}",
        votes_in=now.get(person.area or 0, ""),
        words=WORDS,
        country=country if country in known else next(iter(known), ""),
        countries={code: countries.name(code, language) for code in known},
        postcode=postcode,
        several=several or [],
        by_hand=_by_hand(known, language),
        errors=errors or {},
    )


def _by_hand(known: dict[str, list[Choice]], language: str) -> dict[int, str]:
    """All areas by their ids, with the country before them where there are several."""
    alone = len(known) == 1
    return {
        choice.area: choice.name if alone else f"{countries.name(code, language)}: {choice.name}"
        for code, choices in known.items()
        for choice in choices
    }


ROUTES = [form, choose]

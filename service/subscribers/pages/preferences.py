"""The page of one subscriber, behind a link that is mailed on request and lives an hour."""

from typing import Any

import msgspec
from litestar import MediaType, Request, Response, get, post
from litestar.params import FromPath

from service.auth.guards import anyone
from service.kit import tokens, web
from service.kit.errors import Invalid
from service.kit.i18n import lazy as _
from service.kit.limits import TooMany
from service.kit.tokens import ExpiredToken
from service.organisation import queries as organisations
from service.subscribers import consent, erasure, leaving, preferences, queries, topics
from service.subscribers.preferences import Wanted
from service.subscribers.queries import Person
from service.subscribers.tables import SubscriberState

SAVED = _("Your choice is saved.")


def ask_anew(request: Request, _error: Exception) -> Response[str]:
    """A link that is no longer good leads to the page that mails a fresh one."""
    return web.html(request, "public/subscribers/expired.html", 410, again="preferences")


@get("/{language:str}/preferences", guards=[anyone])
async def form(request: Request, language: FromPath[str]) -> Response[str]:
    web.spoken(language)
    return _form(request)


@post("/{language:str}/preferences", guards=[anyone])
async def ask(request: Request, language: FromPath[str]) -> Response[Any]:
    web.spoken(language)
    web.refuse_foreign_forms(request)
    typed = (await web.form(request)).text("address")
    try:
        await preferences.ask(typed, language, web.client_of(request))
    except Invalid as problem:
        return _form(request, typed, problem.status, dict(problem.fields))
    except TooMany as problem:
        return _form(request, typed, problem.status, {"": problem.told})
    return web.redirect(f"/{language}/preferences/sent")


@get("/{language:str}/preferences/sent", guards=[anyone])
async def sent(request: Request, language: FromPath[str]) -> Response[str]:
    web.spoken(language)
    return web.html(request, "public/subscribers/link_sent.html")


@get("/{language:str}/preferences/ask/{token:str}", guards=[anyone])
async def offer_link(request: Request, language: FromPath[str], token: FromPath[str]) -> Response[str]:
    """Shows nothing of the person: this link may have been forwarded."""
    web.spoken(language)
    tokens.read(preferences.ASK, token)
    return web.html(request, "public/subscribers/ask_link.html")


@post("/{language:str}/preferences/ask/{token:str}", guards=[anyone])
async def mail_link(request: Request, language: FromPath[str], token: FromPath[str]) -> Response[None]:
    web.spoken(language)
    web.refuse_foreign_forms(request)
    await preferences.ask_again(token, web.client_of(request))
    return web.redirect(f"/{language}/preferences/sent")


@get("/{language:str}/preferences/{token:str}", guards=[anyone], exception_handlers={ExpiredToken: ask_anew})
async def show(request: Request, language: FromPath[str], token: FromPath[str]) -> Response[str]:
    web.spoken(language)
    person = await preferences.person_of(token)
    lists = await queries.lists_of(person.id)
    on = [str(row["id"]) for row in lists]
    wanted = Wanted(person.language, person.topics, person.first_name, on, person.country)
    return await _preferences(request, person, wanted)


@post("/{language:str}/preferences/{token:str}", guards=[anyone], exception_handlers={ExpiredToken: ask_anew})
async def change(request: Request, language: FromPath[str], token: FromPath[str]) -> Response[Any]:
    web.spoken(language)
    web.refuse_foreign_forms(request)
    person = await preferences.person_of(token)
    typed = await web.form(request)
    wanted = Wanted(
        typed.text("language"),
        typed.all("topics"),
        typed.text("first_name", 80),
        typed.all("lists"),
        typed.text("country"),
    )
    try:
        await preferences.change(person, wanted, language, await organisations.required())
    except Invalid as problem:
        return await _preferences(request, person, wanted, problem.status, dict(problem.fields))
    chosen = wanted.language
    return web.redirect(f"/{chosen}/preferences/{token}", flash=SAVED.into(chosen))


@post("/{language:str}/preferences/{token:str}/leave", guards=[anyone], exception_handlers={ExpiredToken: ask_anew})
async def leave(request: Request, language: FromPath[str], token: FromPath[str]) -> Response[str]:
    web.spoken(language)
    web.refuse_foreign_forms(request)
    person = await preferences.person_of(token)
    undo = await leaving.leave(person.id, preferences.SOURCE)
    return web.html(request, "public/subscribers/left.html", undo=undo)


@get("/{language:str}/preferences/{token:str}/data", guards=[anyone], exception_handlers={ExpiredToken: ask_anew})
async def data(language: FromPath[str], token: FromPath[str]) -> Response[bytes]:
    """All that we hold about the person, as a file."""
    web.spoken(language)
    person = await preferences.person_of(token)
    held = msgspec.json.format(msgspec.json.encode(await erasure.export_person(person.address)))
    return Response(held, media_type=MediaType.JSON, headers=web.download("my-data.json"))


@get("/{language:str}/preferences/{token:str}/erase", guards=[anyone], exception_handlers={ExpiredToken: ask_anew})
async def ask_to_erase(request: Request, language: FromPath[str], token: FromPath[str]) -> Response[str]:
    web.spoken(language)
    await preferences.person_of(token)
    return web.html(request, "public/subscribers/erase.html", token=token)


@post("/{language:str}/preferences/{token:str}/erase", guards=[anyone], exception_handlers={ExpiredToken: ask_anew})
async def erase(request: Request, language: FromPath[str], token: FromPath[str]) -> Response[None]:
    web.spoken(language)
    web.refuse_foreign_forms(request)
    person = await preferences.person_of(token)
    await erasure.forget(person.address)
    return web.redirect(f"/{language}/preferences/erased")


@get("/{language:str}/preferences/erased", guards=[anyone])
async def erased(request: Request, language: FromPath[str]) -> Response[str]:
    web.spoken(language)
    return web.html(request, "public/subscribers/erased.html")


def _form(request: Request, address: str = "", status: int = 200, errors: Any = None) -> Response[str]:
    return web.html(request, "public/subscribers/find.html", status, address=address, errors=errors or {})


async def _preferences(
    request: Request, person: Person, wanted: Wanted, status: int = 200, errors: Any = None
) -> Response[str]:
    organisation = await organisations.required()
    return web.html(
        request,
        "public/subscribers/preferences.html",
        status,
        gone=person.state == SubscriberState.UNSUBSCRIBED,
        wanted=wanted,
        topics=topics.choices(),
        countries=preferences.countries_to_choose(web.language_of(request)),
        consent=consent.sentence(organisation.name),
        lists=await queries.lists_of(person.id),
        errors=errors or {},
    )


ROUTES = [form, ask, sent, offer_link, mail_link, show, change, leave, data, ask_to_erase, erase, erased]

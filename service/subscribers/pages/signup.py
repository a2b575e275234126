"""Signing up and confirming. Every address gets the same answer."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from service.auth.guards import anyone
from service.kit import web
from service.kit.errors import Invalid
from service.kit.limits import TooMany
from service.kit.tokens import ExpiredToken
from service.organisation import queries as organisations
from service.subscribers import signup, topics
from service.subscribers.signup import Typed


def ask_anew(request: Request, _error: Exception) -> Response[str]:
    """A confirmation link that is no longer good leads back to the form."""
    return web.html(request, "public/subscribers/expired.html", 410, again="subscribe")


@get("/{language:str}/subscribe", guards=[anyone])
async def form(request: Request, language: FromPath[str]) -> Response[str]:
    return await _form(request, Typed(address="", language=web.spoken(language), topics=[]))


@post("/{language:str}/subscribe", guards=[anyone])
async def subscribe(request: Request, language: FromPath[str]) -> Response[Any]:
    web.spoken(language)
    web.refuse_foreign_forms(request)
    sent = await web.form(request)
    typed = Typed(address=sent.text("address"), language=sent.text("language"), topics=sent.all("topics"))
    # Nobody sees this field, and only a robot fills it in.
    if not sent.checked("subject"):
        try:
            await signup.ask(typed, language, await organisations.required(), web.client_of(request))
        except Invalid as problem:
            return await _form(request, typed, problem.status, dict(problem.fields))
        except TooMany as problem:
            return await _form(request, typed, problem.status, {"": problem.told})
    return web.redirect(f"/{language}/subscribe/sent")


@get("/{language:str}/subscribe/sent", guards=[anyone])
async def sent(request: Request, language: FromPath[str]) -> Response[str]:
    web.spoken(language)
    return web.html(request, "public/subscribers/sent.html")


@get("/{language:str}/confirm/{token:str}", guards=[anyone], exception_handlers={ExpiredToken: ask_anew})
async def ask_to_confirm(request: Request, language: FromPath[str], token: FromPath[str]) -> Response[str]:
    """Changes nothing: mail scanners open every link, and some run scripts."""
    web.spoken(language)
    waiting = await signup.check(token)
    offer = signup.offer(await organisations.required())
    labels = topics.labels(waiting.topics, language)
    return web.html(request, "public/subscribers/confirm.html", offer=offer, topics=labels, done=waiting.done)


@post("/{language:str}/confirm/{token:str}", guards=[anyone], exception_handlers={ExpiredToken: ask_anew})
async def confirm(request: Request, language: FromPath[str], token: FromPath[str]) -> Response[None]:
    web.spoken(language)
    web.refuse_foreign_forms(request)
    await signup.confirm(token)
    return web.redirect(f"/{language}/subscribe/welcome")


@get("/{language:str}/subscribe/welcome", guards=[anyone])
async def welcome(request: Request, language: FromPath[str]) -> Response[str]:
    web.spoken(language)
    return web.html(request, "public/subscribers/welcome.html")


async def _form(request: Request, typed: Typed, status: int = 200, errors: Any = None) -> Response[str]:
    offer = signup.offer(await organisations.required())
    return web.html(
        request, "public/subscribers/subscribe.html", status, typed=typed, offer=offer, errors=errors or {}
    )


ROUTES = [form, subscribe, sent, ask_to_confirm, confirm, welcome]

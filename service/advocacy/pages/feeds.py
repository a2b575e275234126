"""The actions for feed readers."""

from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath

from service.advocacy import feeds
from service.auth.guards import anyone
from service.kit import feeds as formats
from service.kit import revalidating, web
from service.kit.feeds import Feed
from service.organisation import queries as organisations


@get("/{language:str}/actions/feed.atom", guards=[anyone])
async def atom(request: Request, language: FromPath[str]) -> Response[Any]:
    entries = await feeds.newest(web.spoken(language))
    return revalidating.fresh(request, formats.atom(await _feed(language), entries), formats.ATOM)


@get("/{language:str}/actions/feed.json", guards=[anyone])
async def json(request: Request, language: FromPath[str]) -> Response[Any]:
    entries = await feeds.newest(web.spoken(language))
    return revalidating.fresh(request, formats.json(await _feed(language), entries), formats.JSON)


async def _feed(language: str) -> Feed:
    return feeds.feed((await organisations.required()).name, language)


ROUTES = [atom, json]

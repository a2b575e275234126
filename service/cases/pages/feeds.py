"""New cases and birthdays for feed readers and calendars."""

import asyncio
from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath

from service.auth.guards import anyone
from service.cases import birthdays, calendar_file, feeds, listing
from service.kit import clock, revalidating, web
from service.kit import feeds as formats
from service.kit.feeds import Entry, Feed
from service.kit.keeping import Kept
from service.organisation import queries as organisations

_calendars = Kept(most=20, patience=12)


@get("/{language:str}/prisoners/feed.atom", guards=[anyone])
async def atom(request: Request, language: FromPath[str]) -> Response[Any]:
    return revalidating.fresh(request, formats.atom(await _feed(language), await _new(language)), formats.ATOM)


@get("/{language:str}/prisoners/feed.json", guards=[anyone])
async def json(request: Request, language: FromPath[str]) -> Response[Any]:
    return revalidating.fresh(request, formats.json(await _feed(language), await _new(language)), formats.JSON)


@get("/{language:str}/birthdays.ics", guards=[anyone])
async def calendar(request: Request, language: FromPath[str]) -> Response[Any]:
    web.spoken(language)
    facility = web.number(request.query_params.get("facility", ""))
    name = (await organisations.required()).name
    mark = revalidating.digest(f"{language} {facility} {name} {await birthdays.mark()}".encode())
    if revalidating.has(request, mark):
        return revalidating.unchanged(mark)

    async def make() -> bytes:
        people = await birthdays.celebrating(language, facility)
        return await asyncio.to_thread(calendar_file.calendar, people, name, language)

    return revalidating.file(await _calendars.get(mark, make), mark, calendar_file.TYPE)


async def _new(language: str) -> list[Entry]:
    return feeds.entries(await listing.new_since(clock.now() - listing.NEW_FOR, clock.now(), language))


async def _feed(language: str) -> Feed:
    return feeds.feed((await organisations.required()).name, web.spoken(language))


ROUTES = [atom, json, calendar]

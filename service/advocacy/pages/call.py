"""The telephone: a short guide. And whoever acted without us says so, to be counted."""

import re

from litestar import Request, Response, get, post
from litestar.params import FromPath

from service.advocacy import own_ways, queries
from service.auth.guards import anyone
from service.kit import web
from service.subscribers import requests

# Of one client in a day: a school class or a stand in the street may share one.
MOST_TOLD = (30, 86_400)


@get("/{language:str}/actions/{key:str}/call/{member:str}", guards=[anyone])
async def guide(
    request: Request, language: FromPath[str], key: FromPath[str], member: FromPath[str]
) -> Response[str]:
    action = await queries.open_action(key, web.spoken(language))
    whom = await own_ways.member(action, member, language)
    return web.html(
        request,
        "public/advocacy/call.html",
        action=action,
        member=whom,
        dialled=re.sub(r"[^+0-9]", "", whom.phone),
        points=action.edition.points_for(whom.party),
        area=web.number(request.query_params.get("area", "")),
    )


@post("/{language:str}/actions/{key:str}/own/{member:str}", guards=[anyone])
async def own(request: Request, language: FromPath[str], key: FromPath[str], member: FromPath[str]) -> Response[None]:
    web.refuse_foreign_forms(request)
    form = await web.form(request)
    action = await queries.open_action(key, web.spoken(language))
    whom = await own_ways.member(action, member, language)
    await requests.take_both("own way", web.client_of(request), *MOST_TOLD)
    thanks = await own_ways.tell(action, whom, form.text("way", 5))
    return web.redirect(f"/{language}/actions/{key}/share", thanks.into(language))


ROUTES = [guide, own]

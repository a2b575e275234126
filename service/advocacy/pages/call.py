"""The telephone: a short guide. And whoever acted without us says so, to be counted."""

import re

from litestar import Request, Response, get, post
from litestar.params import FromPath

from service.advocacy import own_ways, queries
from service.auth.guards import anyone
from service.kit import limits, web

# Of one client in a day: a school class or a stand in the street may share one.
MOST_TOLD = (30, 86_400)


@get("/{language:str}/actions/{key:str}/call/{representative:str}", guards=[anyone])
async def guide(
    request: Request, language: FromPath[str], key: FromPath[str], representative: FromPath[str]
) -> Response[str]:
    action = await queries.open_action(key, web.spoken(language))
    member = await own_ways.member(action, representative, language)
    return web.html(
        request,
        "public/advocacy/call.html",
        action=action,
        member=member,
        dialled=re.sub(r"[^+0-9]", "", member.phone),
        points=action.edition.points_for(member.party),
        area=web.number(request.query_params.get("area", "")),
    )


@post("/{language:str}/actions/{key:str}/own/{representative:str}", guards=[anyone])
async def own(
    request: Request, language: FromPath[str], key: FromPath[str], representative: FromPath[str]
) -> Response[None]:
    web.refuse_foreign_forms(request)
    form = await web.form(request)
    action = await queries.open_action(key, web.spoken(language))
    member = await own_ways.member(action, representative, language)
    await limits.take("own way", web.client_of(request), *MOST_TOLD)
    thanks = await own_ways.tell(action, member, form.text("way", 5), form.number("area"))
    return web.redirect(f"/{language}/actions/{key}/share", thanks.into(language))


ROUTES = [guide, own]

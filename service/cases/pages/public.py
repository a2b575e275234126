"""The prisoners, as everybody may see them."""

from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath

from service.auth.guards import anyone
from service.cases import company, listing, portraits, queries, share, timeline
from service.cases.pages import choices
from service.cases.tables import State
from service.kit import clock, limits, revalidating, web
from service.kit.i18n import LANGUAGES
from service.organisation import queries as organisations

MOST_NEW = 60
# To one reader in a minute: drawing costs more than asking.
MOST_PICTURES = 60
_PAGES = {
    State.DETAINED: "public/cases/person.html",
    State.RELEASED: "public/cases/free.html",
    State.DIED: "public/cases/remembered.html",
}


@get("/{language:str}/prisoners", guards=[anyone])
async def people(request: Request, language: FromPath[str]) -> Response[str]:
    wanted = listing.filters(request.query_params)
    found = await listing.find(wanted, web.spoken(language), await organisations.today())
    return web.html(
        request,
        "public/cases/list.html",
        wanted=wanted,
        found=found,
        places=choices.places(await listing.places(), language),
        months=choices.months(language),
        statuses=choices.statuses(await listing.organisations()),
        link=web.links(f"/{language}/prisoners", wanted),
        alternates={code: web.links(f"/{code}/prisoners", wanted)() for code in LANGUAGES},
        **choices.words(language),
    )


@get("/{language:str}/prisoners/new", guards=[anyone])
async def new(request: Request, language: FromPath[str]) -> Response[str]:
    now = clock.now()
    found = await listing.new_since(now - listing.NEW_FOR, now, web.spoken(language), MOST_NEW)
    return web.html(request, "public/cases/new.html", found=found, **choices.words(language))


@get("/{language:str}/prisoners/{key:str}", guards=[anyone])
async def person(request: Request, language: FromPath[str], key: FromPath[str]) -> Response[str]:
    found = await queries.person(key, web.spoken(language))
    return web.html(
        request,
        _PAGES[State(found.state)],
        person=found,
        happenings=await timeline.of(found),
        company=await company.of(found),
        today=await organisations.today(),
        share_text=share.text(found),
        share_ways=share.ways(found),
        share_size=(share.WIDTH, share.HEIGHT),
        **choices.words(language),
    )


@get("/{language:str}/prisoners/{key:str}/share.png", guards=[anyone])
async def picture(request: Request, language: FromPath[str], key: FromPath[str]) -> Response[Any]:
    found = await queries.person(key, web.spoken(language))
    organisation = (await organisations.required()).name
    mark = share.mark(found, organisation)
    if revalidating.has(request, mark):
        return revalidating.unchanged(mark)
    await limits.take("share_picture", web.client_of(request), MOST_PICTURES, 60)
    return revalidating.file(await share.picture(found, organisation), mark, "image/png")


@get("/photos/{size:str}/{key:str}", guards=[anyone])
async def portrait(request: Request, size: FromPath[str], key: FromPath[str]) -> Response[Any]:
    content = await portraits.portrait(key, size)
    mark = f"{size}-{key}"
    if revalidating.has(request, mark):
        return revalidating.unchanged(mark)
    return revalidating.file(content, mark, portraits.TYPE)


ROUTES = [people, new, person, picture, portrait]

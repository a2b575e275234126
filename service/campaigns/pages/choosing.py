"""The audience, with its live count."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from service.advocacy import in_campaigns
from service.auth.guards import can
from service.campaigns import audience, queries
from service.campaigns.queries import Audience
from service.kit import countries, web
from service.kit.i18n import LANGUAGES
from service.kit.web import Form
from service.organisation import queries as organisations
from service.subscribers import list_queries, topics

# In the form, for those who named no country.
NOWHERE = "-"


@get("/staff/campaigns/{campaign:int}/audience", guards=[can("campaigns.view")])
async def page(request: Request, campaign: FromPath[int]) -> Response[str]:
    found = await queries.find(campaign)
    return await _page(request, campaign, found.audience)


@post("/staff/campaigns/{campaign:int}/audience", guards=[can("campaigns.edit")])
async def choose(request: Request, campaign: FromPath[int]) -> Response[Any]:
    """`do=count` only counts, for browsers without scripts."""
    sent = await web.form(request)
    chosen = _chosen(sent)
    if sent.text("do") == "count":
        return await _page(request, campaign, chosen)
    await audience.choose(campaign, chosen, request.state.staff.id)
    return web.redirect(f"/staff/campaigns/{campaign}/audience", flash="The audience is saved.")


@post("/staff/campaigns/{campaign:int}/audience/count", guards=[can("campaigns.edit")])
async def count(request: Request, campaign: FromPath[int]) -> Response[str]:
    """The part of the page that counts, for what is ticked at this moment."""
    shown = await _counted(campaign, _chosen(await web.form(request)))
    return web.html(request, "staff/campaigns/_count.html", **shown)


async def _page(request: Request, campaign: int, chosen: Audience) -> Response[str]:
    return web.html(
        request,
        "staff/campaigns/audience.html",
        editions=await queries.editions(campaign),
        lists=await list_queries.in_use(),
        topics=topics.choices(),
        countries=_countries(await audience.posting_from(), chosen),
        nowhere=NOWHERE,
        actions=[(action.id, action.name) for action in await in_campaigns.choices()],
        **await _counted(campaign, chosen),
    )


async def _counted(campaign: int, chosen: Audience) -> dict[str, Any]:
    fallback = (await organisations.required()).fallback_language
    return {
        "campaign": await queries.find(campaign),
        "chosen": chosen,
        "reach": await audience.reached(chosen, await queries.editions(campaign), fallback),
        "fallback": fallback,
    }


def _chosen(sent: Form) -> Audience:
    return Audience(
        lists=[id for value in sent.all("lists")[:1000] if (id := web.number(value))],
        topics=topics.known(sent.all("topics")),
        languages=[language for language in LANGUAGES if language in sent.all("languages")],
        countries=[
            "" if code == NOWHERE else code
            for code in (NOWHERE, *countries.names("en"))
            if code in sent.all("countries")
        ],
        took_part=sent.number("took_part"),
        took_no_part=sent.number("took_no_part"),
    )


def _countries(named: dict[str, int], chosen: Audience) -> list[tuple[str, str]]:
    """To choose from: where somebody posts from, and what is chosen. Nothing while nobody named a country."""
    codes = {code for code in (*named, *chosen.countries) if code}
    known = [(code, name) for code, name in countries.names("en").items() if code in codes]
    return [*known, (NOWHERE, "Named no country")] if known or chosen.countries else []


ROUTES = [page, choose, count]

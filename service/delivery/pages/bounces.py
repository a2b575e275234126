"""Bounces that look like one bad filter: what was kept back, and what staff say that it was."""

from litestar import Request, Response, get, post
from litestar.params import FromPath

from service.auth.guards import can
from service.delivery import breaker, mailing_queries
from service.delivery.tables import HoldDecision
from service.kit import web
from service.organisation import queries as organisations

PAGE = "/staff/delivery/bounces"
_DECIDED = {
    HoldDecision.GONE: "They count as gone, and nobody writes to them any more.",
    HoldDecision.FILTER: "It was a filter, and everybody stays.",
}


@get(PAGE, guards=[can("campaigns.view")])
async def page(request: Request) -> Response[str]:
    return await _page(request)


@post(f"{PAGE}/{{hold:int}}", guards=[can("subscribers.edit")])
async def decide(request: Request, hold: FromPath[int]) -> Response:
    said = (await web.form(request)).text("decision")
    decision = next((known for known in _DECIDED if known == said), None)
    if decision is None:
        return await _page(request, 422, [(f"hold-{hold}", "Please press one of the two buttons.")])
    await breaker.decide(hold, decision, request.state.staff.id)
    return web.redirect(PAGE, _DECIDED[decision])


async def _page(request: Request, status: int = 200, errors: list[tuple[str, str]] | None = None) -> Response[str]:
    holds = await breaker.holds()
    language = (await organisations.required()).fallback_language
    return web.html(
        request,
        "staff/delivery/bounces.html",
        status,
        errors=errors or [],
        waiting=[hold for hold in holds if not hold.decision],
        decided=[hold for hold in holds if hold.decision],
        subjects={
            mailing: await mailing_queries.subject(mailing, language) for mailing in {hold.mailing for hold in holds}
        },
    )


ROUTES = [page, decide]

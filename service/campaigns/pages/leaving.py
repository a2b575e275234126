"""Checking, sending, and what becomes of it."""

from datetime import timedelta
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from service.auth.guards import can
from service.campaigns import (
    acts,
    audience,
    automation_queries,
    checks,
    compose,
    moments,
    queries,
    sending,
    withdrawals,
)
from service.campaigns.moments import Moment
from service.campaigns.queries import Campaign
from service.campaigns.sending import NotReady
from service.delivery import breaker, mailing_queries
from service.delivery import queries as deliveries
from service.delivery.replies import REASONS
from service.kit import clock, web
from service.kit.errors import Problem
from service.kit.formats import filters
from service.kit.web import Form
from service.organisation import queries as organisations


@get("/staff/campaigns/{campaign:int}", guards=[can("campaigns.view")])
async def page(request: Request, campaign: FromPath[int]) -> Response[str]:
    """A draft with its next steps, or how the sending goes."""
    found = await queries.find(campaign)
    if found.is_blueprint:
        return web.redirect(f"/staff/automations/{found.automation}")  # type: ignore[return-value]
    editions = await queries.editions(campaign)
    if found.mailing:
        return await _progress(request, found, editions)
    organisation = await organisations.required()
    return web.html(
        request,
        "staff/campaigns/draft.html",
        campaign=found,
        editions=editions,
        missing=[language for language in organisation.languages if language not in editions],
        reach=await audience.reached(found.audience, editions, organisation.fallback_language),
        overdue=found.is_overdue(clock.now()),
        maker=await automation_queries.maker(found.automation),
    )


@get("/staff/campaigns/{campaign:int}/send", guards=[can("campaigns.send")])
async def check(request: Request, campaign: FromPath[int]) -> Response[str]:
    return await _check(request, campaign)


@post("/staff/campaigns/{campaign:int}/send", guards=[can("campaigns.send")])
async def send(request: Request, campaign: FromPath[int]) -> Response[Any]:
    """`when`: now, or later at the local time `at`."""
    sent = await web.form(request)
    try:
        moment = await _moment(sent)
        seen = sent.number("version", -1)
        await sending.schedule(campaign, moment, request.state.staff.id, seen, sent.checked("understood"))
    except (moments.NotATime, moments.TimePassed, moments.TooFar, acts.TooLateForIt) as problem:
        return await _check(request, campaign, problem, {"at": problem.told}, sent)
    except NotReady as problem:
        errors = {} if any(found.is_error for found in problem.findings) else {"understood": _UNSEEN}
        return await _check(request, campaign, problem, errors, sent)
    except (sending.ChangedSince, sending.Stopped) as problem:
        return await _check(request, campaign, problem, {"": problem.told}, sent)
    if sent.text("when") == "now":
        return web.redirect(f"/staff/campaigns/{campaign}", flash="It leaves now.")
    zone = (await organisations.required()).timezone
    flash = f"It leaves on {filters('en')['local'](moment.at, zone)}. {moment.note}".strip()
    return web.redirect(f"/staff/campaigns/{campaign}", flash=flash)


@post("/staff/campaigns/{campaign:int}/unschedule", guards=[can("campaigns.send")])
async def unschedule(request: Request, campaign: FromPath[int]) -> Response[Any]:
    await sending.unschedule(campaign, request.state.staff.id)
    return web.redirect(f"/staff/campaigns/{campaign}", flash="Taken back: it is a draft again and leaves nobody.")


@post("/staff/campaigns/{campaign:int}/pause", guards=[can("campaigns.send")])
async def pause(request: Request, campaign: FromPath[int]) -> Response[Any]:
    await sending.pause(campaign, request.state.staff.id, request.state.staff.name)
    return web.redirect(f"/staff/campaigns/{campaign}", flash="Paused. What is being handed over now still arrives.")


@post("/staff/campaigns/{campaign:int}/resume", guards=[can("campaigns.send")])
async def resume(request: Request, campaign: FromPath[int]) -> Response[Any]:
    await sending.resume(campaign, request.state.staff.id)
    return web.redirect(f"/staff/campaigns/{campaign}", flash="It goes on where it stopped.")


@post("/staff/campaigns/{campaign:int}/cancel", guards=[can("campaigns.send")])
async def cancel(request: Request, campaign: FromPath[int]) -> Response[Any]:
    spared = await sending.cancel(campaign, request.state.staff.id)
    return web.redirect(f"/staff/campaigns/{campaign}", flash=f"Cancelled. {spared} people do not get it any more.")


@post("/staff/campaigns/{campaign:int}/unknown", guards=[can("campaigns.send")])
async def unknown(request: Request, campaign: FromPath[int]) -> Response[Any]:
    """`do`: again or leave."""
    if (await web.form(request)).text("do") == "again":
        again = await sending.resend_unknown(campaign, request.state.staff.id)
        return web.redirect(f"/staff/campaigns/{campaign}", flash=f"{again} mails are sent again.")
    left = await sending.leave_unknown(campaign, request.state.staff.id)
    return web.redirect(f"/staff/campaigns/{campaign}", flash=f"{left} are left as they are.")


@post("/staff/campaigns/{campaign:int}/archive", guards=[can("campaigns.edit")])
async def archive(request: Request, campaign: FromPath[int]) -> Response[Any]:
    shown = (await web.form(request)).checked("shown")
    await compose.show_in_archive(campaign, shown, request.state.staff.id)
    told = "It stands in the public archive." if shown else "It does not stand in the public archive."
    return web.redirect(f"/staff/campaigns/{campaign}", flash=told)


async def _check(
    request: Request, campaign: int, problem: Problem | None = None, errors: Any = None, sent: Form | None = None
) -> Response[str]:
    found, organisation = await queries.find(campaign), await organisations.required()
    if found.is_started or found.is_blueprint:
        return web.redirect(f"/staff/campaigns/{campaign}")  # type: ignore[return-value]
    editions = await queries.editions(campaign)
    tomorrow = clock.now().astimezone(organisation.zone) + timedelta(days=1)
    return web.html(
        request,
        "staff/campaigns/send.html",
        problem.status if problem else 200,
        campaign=found,
        editions=editions,
        reach=await audience.reached(found.audience, editions, organisation.fallback_language),
        findings=await checks.run(found),
        at=sent.text("at") if sent else found.send_at_local.replace(" ", "T") or f"{tomorrow:%Y-%m-%d}T09:00",
        understood=sent.checked("understood") if sent else False,
        errors=errors or {},
    )


async def _progress(request: Request, campaign: Campaign, editions: Any) -> Response[str]:
    assert campaign.mailing
    return web.html(
        request,
        "staff/campaigns/progress.html",
        campaign=campaign,
        editions=editions,
        undecided=await queries.undecided(campaign.mailing),
        taken_out=await withdrawals.of_mailing(campaign.mailing),
        progress=await deliveries.progress(campaign.mailing),
        reasons=await deliveries.reasons(campaign.mailing),
        retries=await mailing_queries.retries(campaign.mailing),
        came_back=await mailing_queries.came_back(campaign.mailing),
        held=await breaker.open_holds(campaign.mailing),
        meanings=REASONS,
        acts=await queries.acts(campaign.mailing),
        maker=await automation_queries.maker(campaign.automation),
    )


async def _moment(sent: Form) -> Moment:
    zone = (await organisations.required()).zone
    if sent.text("when") == "now":
        return moments.immediately(zone, clock.now())
    return moments.upcoming(sent.text("at", 40), zone, clock.now())


_UNSEEN = "Tick that you have read the notes above, then send it."

ROUTES = [page, check, send, unschedule, pause, resume, cancel, unknown, archive]

"""Whether mail from here is believed: the records of the sender's domain, and the keys that sign."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from service.auth.guards import can
from service.delivery import dkim_keys
from service.delivery.dkim_keys import KeyState
from service.delivery.dns import dkim, report
from service.delivery.dns.findings import Finding, State
from service.delivery.dns.lookups import BadResolver, Resolver
from service.delivery.dns.report import Seen, Situation
from service.delivery.servers import BadSmtpUrl
from service.kit import web
from service.kit.errors import Problem

PAGE = "/staff/deliverability"
_KINDS = {
    State.GOOD: "good",
    State.BETTER: "info",
    State.MISSING: "warning",
    State.WRONG: "bad",
    State.UNKNOWN: "neutral",
    State.NOTE: "neutral",
}
_KEY_KINDS = {
    KeyState.WAITING: "warning",
    KeyState.SIGNING: "good",
    KeyState.RESTING: "neutral",
    KeyState.SPENT: "neutral",
}


@get(PAGE, guards=[can("settings.edit")])
async def page(request: Request) -> Response[Any]:
    return await _page(request)


@post(f"{PAGE}/again", guards=[can("settings.edit")])
async def again(request: Request) -> Response[Any]:
    report.forget()
    return web.redirect(PAGE)


@post(f"{PAGE}/keys", guards=[can("settings.edit")])
async def make(request: Request) -> Response[Any]:
    algorithm = (await web.form(request)).text("algorithm")
    try:
        key = await dkim_keys.make((await report.situation()).sender, algorithm, by=request.state.staff.id)
    except (dkim_keys.BadAlgorithm, dkim_keys.AnotherWaits, dkim_keys.BadDomain) as problem:
        return await _page(request, problem, "algorithm")
    return web.redirect(PAGE, f"The key {key.selector} is made. Its record is below: write it into your DNS.")


@post(f"{PAGE}/keys/{{key:int}}/start", guards=[can("settings.edit")])
async def start(request: Request, key: FromPath[int]) -> Response[Any]:
    anyway = (await web.form(request)).checked("anyway")
    chosen = await dkim_keys.get(key)
    try:
        await dkim.start(chosen, Resolver(), anyway, by=request.state.staff.id)
    except dkim.NotSeen as problem:
        return await _page(request, problem, f"key-{key}")
    return web.redirect(PAGE, f"The key {chosen.selector} signs.")


@post(f"{PAGE}/keys/{{key:int}}/retire", guards=[can("settings.edit")])
async def retire(request: Request, key: FromPath[int]) -> Response[Any]:
    await dkim_keys.retire(key, by=request.state.staff.id)
    return web.redirect(PAGE, "The key signs no more. Leave its record in the DNS for a week.")


@post(f"{PAGE}/keys/{{key:int}}/remove", guards=[can("settings.edit")])
async def remove(request: Request, key: FromPath[int]) -> Response[Any]:
    try:
        await dkim_keys.remove(key, by=request.state.staff.id)
    except dkim_keys.StillNeeded as problem:
        return await _page(request, problem, f"key-{key}")
    return web.redirect(PAGE, "The key is removed. Its record can leave the DNS.")


async def _page(request: Request, problem: Problem | None = None, where: str = "") -> Response[Any]:
    situation, seen, obstacle = await _looked_up()
    findings = seen.findings if seen else []
    keys = await dkim_keys.listing()
    return web.html(
        request,
        "staff/delivery/deliverability.html",
        problem.status if problem else 200,
        errors=[(where, problem.told)] if problem else [],
        situation=situation,
        obstacle=obstacle,
        seen=seen,
        findings=[(finding, _KINDS[finding.state]) for finding in findings],
        asking=sum(finding.asks for finding in findings),
        unknown=sum(finding.state is State.UNKNOWN for finding in findings),
        keys=[(key, _KEY_KINDS[key.state], _is_published(dkim.title(key), findings)) for key in keys],
        algorithms=[(str(algorithm), name) for algorithm, name in dkim_keys.NAMES.items()],
    )


async def _looked_up() -> tuple[Situation | None, Seen | None, Problem | None]:
    """What our side says and what was found, or what has to be mended on our side first."""
    try:
        situation = await report.situation()
        return situation, await report.recent(situation), None
    except (dkim_keys.BadDomain, BadSmtpUrl, BadResolver) as problem:
        return None, None, problem


def _is_published(title: str, findings: list[Finding]) -> bool:
    return any(finding.title == title and finding.state is State.GOOD for finding in findings)


ROUTES = [page, again, make, start, retire, remove]

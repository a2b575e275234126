"""The console's pages about two records that look like one person."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath, FromQuery

from service.auth.guards import can
from service.cases import merging, publication, queries, registry, stopping
from service.cases.pages import parts
from service.cases.records import Record
from service.kit import web
from service.kit.errors import NotFound
from service.kit.i18n import Sentence


@get("/staff/prisoners/pairs", guards=[can("cases.view")])
async def pairs(request: Request) -> Response[str]:
    return web.html(request, "staff/cases/pairs.html", pairs=await merging.pairs(), states=parts.STATES)


@get("/staff/prisoners/{prisoner:int}/merge", guards=[can("cases.edit")])
async def choose(
    request: Request, prisoner: FromPath[int], other: FromQuery[str] = "", q: FromQuery[str] = ""
) -> Response[str]:
    kept = await queries.record(prisoner)
    gone = await _other(prisoner, web.number(other))
    return await _page(request, kept, gone, q[:200])


@post("/staff/prisoners/{prisoner:int}/merge", guards=[can("cases.edit")])
async def merge(request: Request, prisoner: FromPath[int]) -> Response[Any]:
    form = await web.form(request)
    kept = await queries.record(prisoner)
    gone = await _other(prisoner, form.number("other"))
    if gone is None:
        raise merging.Merging
    if (form.number("version"), form.number("other_version")) != (kept.version, gone.version):
        told = Sentence("One of the two records has changed since you opened this page. Please look at both again.")
        return await _page(request, kept, gone, "", {"": told}, 409)
    stopped = await merging.merge(kept.id, gone.id, request.state.staff.id)
    mails = f" The other one was taken out of {stopped:,} mails that had not left." if stopped else ""
    return web.redirect(f"/staff/prisoners/{kept.id}", f"The two records are one now.{mails}")


@post("/staff/prisoners/{prisoner:int}/apart", guards=[can("cases.edit")])
async def apart(request: Request, prisoner: FromPath[int]) -> Response[Any]:
    other = (await web.form(request)).number("other")
    await merging.tell_apart(prisoner, other, request.state.staff.id)
    return web.redirect("/staff/prisoners/pairs", "They are two people, and are not shown as a pair again.")


async def _other(prisoner: int, other: int) -> Record | None:
    """None where nobody was chosen, or somebody who is not there any more."""
    try:
        return await queries.record(other) if other and other != prisoner else None
    except NotFound:
        return None


async def _page(
    request: Request,
    kept: Record,
    gone: Record | None,
    q: str,
    errors: dict[str, Sentence] | None = None,
    status: int = 200,
) -> Response[str]:
    wanted = q or publication.name_in(kept, "en")
    found = await registry.find(registry.Filters(wanted)) if gone is None else None
    return web.html(
        request,
        "staff/cases/merge.html",
        status,
        kept=kept,
        gone=gone,
        name=publication.name_in(kept, "en"),
        other_name=publication.name_in(gone, "en") if gone else "",
        q=wanted,
        choices=[row for row in found.rows if row.id != kept.id] if found else [],
        differences=merging.differences(kept, gone) if gone else [],
        unsent=await stopping.unsent(gone.id) if gone else 0,
        states=parts.STATES,
        errors=errors or {},
    )


ROUTES = [pairs, choose, merge, apart]

"""Who changed what."""

from typing import Any
from urllib.parse import urlencode

from litestar import Request, Response, get

from service.auth import accounts
from service.auth.guards import can
from service.kit import web
from service.organisation import queries as organisations
from service.staff import audit_words, queries


@get("/staff/audit", guards=[can("audit.view")])
async def page(request: Request) -> Response[Any]:
    """Newest first; `before` is the id of the last line of the page before."""
    action = request.query_params.get("action", "")[:60]
    person, before = (web.number(request.query_params.get(name, "")) or None for name in ("person", "before"))
    entries = await queries.audit_page(action, person, before)
    organisation, lists = await organisations.required(), await queries.lists()
    people = await accounts.everybody()
    kept = {"action": action, "person": person or ""}
    more = len(entries) > queries.PAGE
    return web.html(
        request,
        "staff/audit/page.html",
        entries=entries[: queries.PAGE],
        details={entry.id: audit_words.details(entry.detail, organisation, lists) for entry in entries},
        actions={name: audit_words.spoken(name) for name in await queries.actions()},
        people={account.id: account.name for account in people},
        campaigns=await queries.campaigns([entry.subject for entry in entries]),
        advocacy_actions=await queries.advocacy_actions([entry.subject for entry in entries]),
        subjects={f"account {account.id}": account.name for account in people},
        action=action,
        person=person,
        first_url=f"/staff/audit?{urlencode(kept)}" if before else None,
        next_url=f"/staff/audit?{urlencode({**kept, 'before': entries[queries.PAGE - 1].id})}" if more else None,
    )


ROUTES = [page]

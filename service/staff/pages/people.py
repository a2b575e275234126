"""The people on the staff: invitations, roles, leaving and coming back."""

from collections.abc import Awaitable
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from service.auth import accounts
from service.auth.guards import can
from service.auth.permissions import ROLES
from service.kit import web
from service.kit.errors import Invalid
from service.kit.i18n import Sentence
from service.kit.limits import TooMany
from service.staff import invitations, queries, roles


@get("/staff/people", guards=[can("staff.manage")])
async def listing(request: Request) -> Response[Any]:
    return web.html(request, "staff/people/list.html", people=await queries.people())


@get("/staff/people/invite", guards=[can("staff.manage")])
async def invite_page(request: Request) -> Response[Any]:
    return _invite_page(request)


@post("/staff/people/invite", guards=[can("staff.manage")])
async def invite(request: Request) -> Response[Any]:
    form = await web.form(request)
    address, name, role = form.text("address", 320), form.text("name", 120), form.text("role")
    try:
        await invitations.invite(address, role, name, by=request.state.staff.id)
    except Invalid as invalid:
        return _invite_page(request, invalid.fields, address, name, role)
    return web.redirect("/staff/people", "The invitation is on its way. Its link works once, within a week.")


@get("/staff/people/{person:int}", guards=[can("staff.manage")])
async def person_page(request: Request, person: FromPath[int]) -> Response[Any]:
    return await _person(request, person)


@post("/staff/people/{person:int}/role", guards=[can("staff.manage")])
async def change_role(request: Request, person: FromPath[int]) -> Response[Any]:
    role = (await web.form(request)).text("role")
    return await _done(request, person, roles.change(person, role, request.state.staff.id), "The role is changed.")


@post("/staff/people/{person:int}/deactivate", guards=[can("staff.manage")])
async def deactivate(request: Request, person: FromPath[int]) -> Response[Any]:
    change = roles.deactivate(person, request.state.staff.id)
    return await _done(request, person, change, "Signed out everywhere, and no longer able to sign in.")


@post("/staff/people/{person:int}/reactivate", guards=[can("staff.manage")])
async def reactivate(request: Request, person: FromPath[int]) -> Response[Any]:
    return await _done(request, person, roles.reactivate(person, request.state.staff.id), "Welcome back.")


@post("/staff/people/{person:int}/resend", guards=[can("staff.manage")])
async def resend(request: Request, person: FromPath[int]) -> Response[Any]:
    change = invitations.resend(person, request.state.staff.id)
    return await _done(request, person, change, "A fresh invitation is on its way.")


@post("/staff/people/{person:int}/forget-second-factor", guards=[can("staff.manage")])
async def forget_second_factor(request: Request, person: FromPath[int]) -> Response[Any]:
    change = roles.forget_second_factor(person, request.state.staff.id)
    return await _done(request, person, change, "The second factor is off; the password alone signs in.")


async def _done(request: Request, person: int, change: Awaitable[None], sentence: str) -> Response[Any]:
    """Makes the change and goes back to the person, or says on the person's page why it cannot be."""
    try:
        await change
    except (roles.LastOwner, invitations.AlreadyJoined, TooMany, Invalid) as problem:
        return await _person(request, person, problem.fields, problem.status)
    return web.redirect(f"/staff/people/{person}", sentence)


async def _person(
    request: Request, person: int, errors: dict[str, Sentence] | None = None, status: int = 200
) -> Response[Any]:
    account = await accounts.get(person)
    return web.html(
        request,
        "staff/people/person.html",
        status,
        person=account,
        state=queries.state_of(account, await queries.last_seen(person)),
        roles=_choices(),
        errors=errors or {},
    )


def _invite_page(
    request: Request, errors: dict[str, Sentence] | None = None, address: str = "", name: str = "", role: str = ""
) -> Response[Any]:
    return web.html(
        request,
        "staff/people/invite.html",
        422 if errors else 200,
        errors=errors or {},
        address=address,
        name=name,
        role=role or "viewer",
        roles=_choices(),
    )


def _choices() -> list[tuple[str, str, str]]:
    return [(str(role), role.capitalize(), said) for role, said in ROLES.items()]


ROUTES = [
    listing,
    invite_page,
    invite,
    person_page,
    change_role,
    deactivate,
    reactivate,
    resend,
    forget_second_factor,
]

"""The way in and out: sign-in, second factor, links that work once, a forgotten password."""

from typing import Any
from urllib.parse import quote

from litestar import Request, Response, get, post
from litestar.background_tasks import BackgroundTask
from litestar.params import FromPath

from service.auth import accounts, audit, links, sessions, signin
from service.auth.accounts import Account
from service.auth.guards import anyone, can, own_path
from service.auth.links import Purpose
from service.kit import db, web
from service.kit.errors import Invalid
from service.kit.i18n import Sentence
from service.kit.limits import TooMany
from service.staff import invitations, queries, recovery


@get("/staff/sign-in", guards=[anyone])
async def sign_in_page(request: Request) -> Response[Any]:
    wanted = own_path(request.query_params.get("next", ""))
    if await sessions.find(_key(request)):
        return web.redirect(wanted)
    return web.html(request, "staff/auth/sign-in.html", wanted=wanted, address="", problem=None)


@post("/staff/sign-in", guards=[anyone])
async def sign_in(request: Request) -> Response[Any]:
    web.refuse_foreign_forms(request)
    form = await web.form(request)
    address, wanted = form.text("address", 320), own_path(form.text("next"))
    device = request.cookies.get(signin.DEVICE_COOKIE, "")
    try:
        account = await signin.check_password(address, secret(form), web.client_of(request), device)
    except (signin.NotSignedIn, TooMany) as problem:
        return web.html(
            request, "staff/auth/sign-in.html", problem.status, wanted=wanted, address=address, problem=problem
        )
    return await enter(request, account, "password", wanted)


@get("/staff/second-factor", guards=[anyone])
async def second_factor_page(request: Request) -> Response[Any]:
    if await sessions.find(_key(request), complete=False) is None:
        return web.redirect("/staff/sign-in")
    wanted = own_path(request.query_params.get("next", ""))
    return web.html(request, "staff/auth/second-factor.html", wanted=wanted, problem=None)


@post("/staff/second-factor", guards=[anyone])
async def second_factor(request: Request) -> Response[Any]:
    web.refuse_foreign_forms(request)
    form = await web.form(request)
    wanted = own_path(form.text("next"))
    try:
        key = await signin.complete(_key(request), form.text("code", 100))
    except signin.Late as late:
        return web.redirect("/staff/sign-in", str(late), "info")
    except (signin.WrongCode, TooMany) as problem:
        return web.html(request, "staff/auth/second-factor.html", problem.status, wanted=wanted, problem=problem)
    return await _signed_in(key, wanted)


@post("/staff/sign-out", guards=[can("account.edit")])
async def sign_out(request: Request) -> Response[Any]:
    async with db.transaction():
        await sessions.end(_key(request))
        await audit.record(request.state.staff.id, "session.ended")
    response = web.redirect("/staff/sign-in", "You are signed out.")
    response.delete_cookie(sessions.COOKIE, path=sessions.COOKIE_PATH)
    return response


@get("/staff/enter/{key:str}", guards=[anyone])
async def enter_page(request: Request, key: FromPath[str]) -> Response[Any]:
    await links.holder(key, Purpose.SIGN_IN)
    return web.html(request, "staff/auth/enter.html")


@post("/staff/enter/{key:str}", guards=[anyone])
async def enter_by_link(request: Request, key: FromPath[str]) -> Response[Any]:
    web.refuse_foreign_forms(request)
    return await enter(request, await invitations.enter(key), "link", "/staff")


@get("/staff/invitation/{key:str}", guards=[anyone])
async def invitation_page(request: Request, key: FromPath[str]) -> Response[Any]:
    return await _invitation(request, key)


@post("/staff/invitation/{key:str}", guards=[anyone])
async def accept_invitation(request: Request, key: FromPath[str]) -> Response[Any]:
    web.refuse_foreign_forms(request)
    form = await web.form(request)
    name = form.text("name", 200)
    try:
        account = await invitations.accept(key, name, secret(form))
    except Invalid as invalid:
        return await _invitation(request, key, name, invalid.fields)
    return await enter(request, account, "invitation", "/staff")


@get("/staff/recover", guards=[anyone])
async def recovery_page(request: Request) -> Response[Any]:
    return web.html(request, "staff/auth/recover.html")


@post("/staff/recover", guards=[anyone])
async def ask_for_recovery(request: Request) -> Response[Any]:
    web.refuse_foreign_forms(request)
    await recovery.allow(web.client_of(request))
    address = (await web.form(request)).text("address", 320)
    sentence = "If somebody on the staff has this address, a mail with a link is on its way. It works for an hour."
    response = web.redirect("/staff/sign-in", sentence, "info")
    response.background = BackgroundTask(recovery.ask, address)
    return response


@get("/staff/recover/{key:str}", guards=[anyone])
async def choose_password_page(request: Request, key: FromPath[str]) -> Response[Any]:
    await links.holder(key, Purpose.RECOVERY)
    return web.html(request, "staff/auth/choose-password.html", errors={})


@post("/staff/recover/{key:str}", guards=[anyone])
async def choose_password(request: Request, key: FromPath[str]) -> Response[Any]:
    web.refuse_foreign_forms(request)
    try:
        await recovery.choose(key, secret(await web.form(request)))
    except Invalid as invalid:
        return web.html(request, "staff/auth/choose-password.html", 422, errors=invalid.fields)
    return web.redirect("/staff/sign-in", "Your new password works now. Please sign in with it.")


async def enter(request: Request, account: Account, way: str, wanted: str) -> Response[Any]:
    """Starts a new session; whatever key the browser came with stops working."""
    key, complete = await signin.enter(account, way, _key(request))
    if complete:
        return await _signed_in(key, wanted)
    response = web.redirect(f"/staff/second-factor?next={quote(wanted, safe='/')}")
    _set_cookie(response, sessions.COOKIE, key)
    return response


def secret(form: web.Form, name: str = "password") -> str:
    """A password exactly as it was typed, blanks at its ends included."""
    value = form.data.get(name)
    return value[:1000] if isinstance(value, str) else ""


async def _invitation(
    request: Request, key: str, typed: str | None = None, errors: dict[str, Sentence] | None = None
) -> Response[Any]:
    """Raises Spent."""
    account = await accounts.get(await links.holder(key, Purpose.INVITATION))
    return web.html(
        request,
        "staff/auth/invitation.html",
        422 if errors else 200,
        address=account.address,
        inviter=await queries.inviter_of(account.id),
        name=invitations.name_given(account) if typed is None else typed,
        errors=errors or {},
    )


async def _signed_in(key: str, wanted: str) -> Response[Any]:
    staff = await sessions.find(key)
    assert staff, "a session that was just begun"
    response = web.redirect(wanted)
    _set_cookie(response, sessions.COOKIE, key)
    device, days = signin.device_cookie(staff.id), signin.DEVICE_FOR.days
    _set_cookie(response, signin.DEVICE_COOKIE, device, max_age=days * signin.DAY)
    return response


def _set_cookie(response: Response[Any], name: str, value: str, max_age: int | None = None) -> None:
    response.set_cookie(
        name,
        value,
        max_age=max_age,
        path=sessions.COOKIE_PATH,
        httponly=True,
        samesite="lax",
        secure=web.is_https(),
    )


def _key(request: Request) -> str:
    return request.cookies.get(sessions.COOKIE, "")


ROUTES = [
    sign_in_page,
    sign_in,
    second_factor_page,
    second_factor,
    sign_out,
    enter_page,
    enter_by_link,
    invitation_page,
    accept_invitation,
    recovery_page,
    ask_for_recovery,
    choose_password_page,
    choose_password,
]

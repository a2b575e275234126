"""One's own account: name, address, password, second factor, and where one is signed in."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from service.auth import accounts, audit, second_factor, sessions, signin
from service.auth.accounts import Account
from service.auth.guards import can
from service.kit import db, qr, sealing, web
from service.kit.errors import Invalid, NotFound
from service.kit.i18n import Sentence
from service.staff.pages.way_in import secret

SETUP = "totp setup"


@get("/staff/account", guards=[can("account.edit")])
async def page(request: Request) -> Response[Any]:
    return await _page(request)


@post("/staff/account/name", guards=[can("account.edit")])
async def rename(request: Request) -> Response[Any]:
    name = (await web.form(request)).text("name", 200)
    try:
        async with db.transaction():
            await accounts.rename(request.state.staff.id, name)
            await audit.record(request.state.staff.id, "account.renamed")
    except Invalid as invalid:
        return await _page(request, invalid.fields, name=name)
    return web.redirect("/staff/account", "Saved.")


@post("/staff/account/address", guards=[can("account.edit")])
async def move(request: Request) -> Response[Any]:
    form = await web.form(request)
    account = await accounts.get(request.state.staff.id)
    address = form.text("address", 320)
    try:
        await _confirm(account, form, "address-confirm")
        async with db.transaction():
            await accounts.move(account.id, address)
            await audit.record(account.id, "account.address_changed")
    except Invalid as invalid:
        return await _page(request, invalid.fields, address=address)
    return web.redirect("/staff/account", "Saved. Please sign in with the new address from now on.")


@post("/staff/account/password", guards=[can("account.edit")])
async def change_password(request: Request) -> Response[Any]:
    form = await web.form(request)
    account = await accounts.get(request.state.staff.id)
    try:
        await _confirm(account, form, "password-confirm")
        async with db.transaction():
            await accounts.set_password(account, secret(form), keep=request.state.staff.session)
            await audit.record(account.id, "password.changed")
    except Invalid as invalid:
        return await _page(request, invalid.fields)
    return web.redirect("/staff/account", "Your new password works now. Everywhere else you are signed out.")


@get("/staff/account/second-factor", guards=[can("account.edit")])
async def second_factor_page(request: Request) -> Response[Any]:
    return await _second_factor_page(request, second_factor.new_secret())


@post("/staff/account/second-factor", guards=[can("account.edit")])
async def set_up_second_factor(request: Request) -> Response[Any]:
    form = await web.form(request)
    account = await accounts.get(request.state.staff.id)
    key = _opened(form.text("setup"), account.id)
    if key is None:
        return web.redirect("/staff/account/second-factor", "Please scan this new code.", "info")
    try:
        await _confirm(account, form, "confirm")
        async with db.transaction():
            codes = await second_factor.set_up(account.id, key, form.text("code", 20))
            await sessions.end_all(account.id, except_for=request.state.staff.session)
            await audit.record(account.id, "second_factor.set_up", subject=f"account {account.id}")
    except Invalid as invalid:
        return await _second_factor_page(request, key, invalid.fields)
    return web.html(request, "staff/account/recovery-codes.html", codes=codes)


@post("/staff/account/second-factor/off", guards=[can("account.edit")])
async def turn_off_second_factor(request: Request) -> Response[Any]:
    account = await accounts.get(request.state.staff.id)
    try:
        await _confirm(account, await web.form(request), "second-factor-confirm")
    except Invalid as invalid:
        return await _page(request, invalid.fields)
    async with db.transaction():
        await second_factor.turn_off(account.id)
        await audit.record(account.id, "second_factor.turned_off", subject=f"account {account.id}")
    return web.redirect("/staff/account", "The second factor is off.", "info")


@post("/staff/account/recovery-codes", guards=[can("account.edit")])
async def renew_recovery_codes(request: Request) -> Response[Any]:
    account = await accounts.get(request.state.staff.id)
    if account.totp_secret is None:
        return web.redirect("/staff/account/second-factor")
    try:
        await _confirm(account, await web.form(request), "second-factor-confirm")
    except Invalid as invalid:
        return await _page(request, invalid.fields)
    async with db.transaction():
        codes = await second_factor.renew_recovery_codes(account.id)
        await audit.record(account.id, "second_factor.codes_renewed", subject=f"account {account.id}")
    return web.html(request, "staff/account/recovery-codes.html", codes=codes)


@post("/staff/account/sessions/{session:int}/end", guards=[can("account.edit")])
async def end_session(request: Request, session: FromPath[int]) -> Response[Any]:
    async with db.transaction():
        if not await sessions.end_one(request.state.staff.id, session):
            raise NotFound
        await audit.record(request.state.staff.id, "session.revoked")
    return web.redirect("/staff/account#sessions", "That browser is signed out.")


@post("/staff/account/sessions/end-others", guards=[can("account.edit")])
async def end_other_sessions(request: Request) -> Response[Any]:
    async with db.transaction():
        await sessions.end_all(request.state.staff.id, except_for=request.state.staff.session)
        await audit.record(request.state.staff.id, "session.revoked", detail={"which": "all others"})
    return web.redirect("/staff/account#sessions", "You are signed out everywhere but here.")


async def _page(
    request: Request, errors: dict[str, Sentence] | None = None, name: str | None = None, address: str | None = None
) -> Response[Any]:
    account = await accounts.get(request.state.staff.id)
    return web.html(
        request,
        "staff/account/page.html",
        422 if errors else 200,
        errors=errors or {},
        name=account.name if name is None else name,
        address=account.address if address is None else address,
        account=account,
        codes_left=await second_factor.recovery_codes_left(account.id),
        sessions=await sessions.listing(account.id),
    )


async def _second_factor_page(request: Request, key: str, errors: dict[str, Sentence] | None = None) -> Response[Any]:
    account = await accounts.get(request.state.staff.id)
    return web.html(
        request,
        "staff/account/second-factor.html",
        422 if errors else 200,
        errors=errors or {},
        account=account,
        key=" ".join(key[i : i + 4] for i in range(0, len(key), 4)),
        picture=qr.picture(second_factor.uri(key, account.address)),
        # Travels with the form, so that opening the page changes nothing; only we can read it.
        setup=sealing.seal(f"{SETUP} {account.id}", key).hex(),
    )


async def _confirm(account: Account, form: web.Form, field: str) -> None:
    """Raises Invalid for `field` unless it holds the present password, or TooMany."""
    if not await signin.confirm_password(account, secret(form, field)):
        raise Invalid({field: Sentence("This is not your present password. Please try again.")})


def _opened(setup: str, account: int) -> str | None:
    try:
        return sealing.unseal(f"{SETUP} {account}", bytes.fromhex(setup))
    except (ValueError, IndexError, sealing.Unsealable):
        return None


ROUTES = [
    page,
    rename,
    move,
    change_password,
    second_factor_page,
    set_up_second_factor,
    turn_off_second_factor,
    renew_recovery_codes,
    end_session,
    end_other_sessions,
]

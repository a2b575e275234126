"""The guard on every route's own line: `anyone`, or `can("permission")` for somebody signed in who may."""

import hmac
import re
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import quote

from litestar import Request, Response
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler, HTTPRouteHandler
from litestar.types import Receive, Scope, Send

from service.auth import audit, permissions, sessions
from service.auth.sessions import Staff
from service.auth.tables import Role
from service.kit import web
from service.kit.errors import Forbidden, Problem
from service.kit.i18n import Sentence

Guard = Callable[[ASGIConnection, BaseRouteHandler], Awaitable[None]]

SIGN_IN = "/staff/sign-in"
SECOND_FACTOR = "/staff/account/second-factor"
LARGEST_FORM = 50_000_000
_OWN_PATH = re.compile(r"/staff(/[\w./-]*)?(\?[\w./=&%+-]*)?", re.ASCII)


class SignedOut(Problem):
    code = "signed_out"
    status = 401
    sentence = Sentence(
        "You are signed out, so nothing was changed. Please sign in in a new tab, come back here and send it again."
    )


class WrongForm(Problem):
    code = "wrong_form"
    status = 403
    sentence = Sentence(
        "This form is from an earlier visit, so nothing was changed. Please go back, reload the page and try again."
    )


class SecondFactorMissing(Problem):
    code = "second_factor_missing"
    status = 403
    sentence = Sentence(
        "Owners and editors need a second factor by now, so nothing was changed. Set it up under your account; it "
        "takes two minutes, and everything is open to you again."
    )


class Frozen(Problem):
    code = "frozen"
    status = 403
    sentence = Sentence(
        "{who} has stopped everything: nothing is sent, and only owners work here until it goes on. "
        "Nothing is lost. Please ask {who} what happened, and open this page again when you hear that it goes on."
    )


async def anyone(_connection: ASGIConnection, _handler: BaseRouteHandler) -> None:
    """For the public: nobody is asked who they are."""


def can(permission: str) -> Guard:
    """For staff whose role includes `permission`; a form must also carry the csrf token of the session."""
    assert permission in permissions.PERMISSIONS, permission

    async def guard(connection: ASGIConnection, handler: BaseRouteHandler) -> None:
        assert isinstance(connection, Request)
        staff = await sessions.find(connection.cookies.get(sessions.COOKIE))
        if staff is None:
            raise SignedOut
        show(connection, staff)
        # Before the form: whoever may not send it does not have it read into our memory either.
        if not staff.can(permission):
            raise Forbidden
        if _is_shut_out(staff) and permission != "account.edit":
            raise await frozen(connection, staff)
        if staff.owes_second_factor and permission != "account.edit":
            raise SecondFactorMissing
        if connection.method not in ("GET", "HEAD"):
            web.refuse_foreign_forms(connection)
            await _refuse_foreign_session(connection, staff, handler)

    guard.permission = permission  # type: ignore[attr-defined]
    return guard


def show(request: Request, staff: Staff) -> None:
    """Lets the handler and its pages know who is signed in."""
    request.state.staff = staff
    request.state.page = {**request.state.get("page", {}), "staff": staff, "csrf": staff.csrf}


async def frozen(request: Request, staff: Staff) -> Frozen:
    """The page that tells it has no ways that all lead to itself; only the one out."""
    request.state.page = {**request.state.page, "staff": None, "shut_out": staff.name}
    return Frozen(who=await audit.who_last("organisation.frozen") or "An owner")


def _is_shut_out(staff: Staff) -> bool:
    return staff.frozen and staff.role != Role.OWNER


def recognising(answer: Callable[[Request, Any], Response[Any]]) -> Callable[[Request, Any], Response[Any]]:
    """An exception handler whose pages of the console know who is signed in where no guard has asked."""

    def answer_whom(request: Request, error: Any) -> Response[Any]:
        key = request.cookies.get(sessions.COOKIE)
        asked = "staff" in request.state.get("page", {})
        return answer(request, error) if asked or not key else _Recognising(request, error, answer)

    return answer_whom


class _Recognising(Response[None]):
    """Asks for the session when it is sent: an exception handler itself cannot wait."""

    def __init__(self, request: Request, error: Exception, answer: Callable[[Request, Any], Response[Any]]) -> None:
        super().__init__(None)
        self._request, self._error, self._answer = request, error, answer

    def to_asgi_response(self, *given: Any, **more: Any) -> Any:
        async def send_it(scope: Scope, receive: Receive, send: Send) -> None:
            answer = await self._recognised()
            await answer.to_asgi_response(*given, **more)(scope, receive, send)

        return send_it

    async def _recognised(self) -> Response[Any]:
        try:
            staff = await sessions.find(self._request.cookies.get(sessions.COOKIE))
            if staff:
                show(self._request, staff)
            if staff and _is_shut_out(staff):
                return web.problem_page(self._request, await frozen(self._request, staff))
        except Exception as error:
            return web.unforeseen(self._request, error)
        return self._answer(self._request, self._error)


def signed_out(request: Request, problem: SignedOut) -> Response[Any]:
    """A page leads to the sign-in and back; a form is told that it was not taken."""
    if request.method != "GET" or "application/json" in request.headers.get("accept", ""):
        return web.problem_page(request, problem)
    query = request.url.query
    wanted = request.url.path + (f"?{query}" if query else "")
    response = web.redirect(f"{SIGN_IN}?next={quote(own_path(wanted), safe='/')}")
    response.headers.update(web.HEADERS)
    return response


def second_factor_missing(request: Request, problem: SecondFactorMissing) -> Response[Any]:
    """A page leads to where it is set up; a form is told that it was not taken."""
    if request.method != "GET" or "application/json" in request.headers.get("accept", ""):
        return web.problem_page(request, problem)
    response = web.redirect(SECOND_FACTOR)
    response.headers.update(web.HEADERS)
    return response


def own_path(wanted: str) -> str:
    """`wanted` if it is an address of the console, else its first page."""
    return wanted if _OWN_PATH.fullmatch(wanted) and "//" not in wanted else "/staff"


def _is_streamed(handler: BaseRouteHandler) -> bool:
    """Whether what the route takes is too large to be read as a form, in clear, before we know who sent it."""
    assert isinstance(handler, HTTPRouteHandler)
    return (handler.resolve_request_max_body_size() or 0) > LARGEST_FORM


async def _refuse_foreign_session(request: Request, staff: Staff, handler: BaseRouteHandler) -> None:
    # The header or query first: a large upload is refused before its body is read.
    sent = request.headers.get("x-csrf-token") or request.query_params.get("csrf")
    if sent is None and _is_streamed(handler):
        raise WrongForm
    if sent is None:
        sent = (await web.form(request)).text("csrf", 100)
    if not hmac.compare_digest(sent.encode(), staff.csrf.encode()):
        raise WrongForm

"""The links at the foot of every mail: they work for years, and answer everybody the same."""

from litestar import Request, Response, get, post
from litestar.params import FromPath

from service.auth.guards import anyone
from service.kit import web
from service.kit.tokens import ExpiredToken
from service.subscribers import leaving, queries


def too_late(request: Request, _error: Exception) -> Response[str]:
    return web.html(request, "public/subscribers/too_late.html", 410)


@get("/u/{token:str}", guards=[anyone])
async def ask_to_leave(request: Request, token: FromPath[str]) -> Response[str]:
    """Changes nothing: mail scanners open every link."""
    subscriber, _source = leaving.subscriber_of(token)
    if subscriber == leaving.NOBODY:
        return _of_a_test(request)
    await _speak_to(request, subscriber)
    return web.html(request, "public/subscribers/leave.html")


@post("/u/{token:str}", guards=[anyone], status_code=200)
async def leave(request: Request, token: FromPath[str]) -> Response[str]:
    """Also RFC 8058: a mail provider posts here without cookie or origin; what the body says does not matter."""
    subscriber, source = leaving.subscriber_of(token)
    if subscriber == leaving.NOBODY:
        return _of_a_test(request)
    await _speak_to(request, subscriber)
    return web.html(request, "public/subscribers/left.html", undo=await leaving.leave(subscriber, source))


@post("/u/undo/{token:str}", guards=[anyone], status_code=200, exception_handlers={ExpiredToken: too_late})
async def undo(request: Request, token: FromPath[str]) -> Response[str]:
    web.refuse_foreign_forms(request)
    await _speak_to(request, leaving.undoer(token))
    await leaving.undo(token)
    return web.html(request, "public/subscribers/back.html")


def _of_a_test(request: Request) -> Response[str]:
    """Only such a link may be told apart: for the others it must not matter whether we know the person."""
    return web.html(request, "public/subscribers/test_mail.html")


async def _speak_to(request: Request, subscriber: int) -> None:
    if language := await queries.language_of(subscriber):
        request.state.language = language


ROUTES = [ask_to_leave, leave, undo]

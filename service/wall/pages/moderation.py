"""The console's queue of the wall: one post after the other, many at once, and back."""

from typing import Any
from urllib.parse import urlencode

from litestar import Request, Response, get, post
from litestar.params import FromPath, FromQuery

from service.auth.guards import can
from service.kit import web
from service.kit.errors import Invalid, NotFound
from service.kit.i18n import LANGUAGES
from service.wall import moderating, own, reasons, reports, states
from service.wall import moderation_queries as queries
from service.wall.moderating import Outcome
from service.wall.moderation_queries import SHOWN

_MANY = 200
_STEPS = {
    "wall.published": "Published",
    "wall.rejected": "Rejected",
    "wall.waiting": "Put back in the queue",
    "wall.reported": "Reported by a visitor",
    "wall.hidden": "Hidden, since visitors reported it",
    "wall.pinned": "Pinned to the top",
    "wall.unpinned": "Pinned no more",
    "wall.ambassador": "Marked as an ambassador",
    "wall.no_ambassador": "No ambassador any more",
}


@get("/staff/wall", guards=[can("wall.moderate")])
async def queue(request: Request) -> Response[str]:
    """The first that waits."""
    return await _look(request, await queries.first())


@get("/staff/wall/posts/{number:int}", guards=[can("wall.moderate")])
async def one(request: Request, number: FromPath[int]) -> Response[str]:
    return await _look(request, number, wanted=True)


@get("/staff/wall/list", guards=[can("wall.moderate")])
async def listing(
    request: Request,
    show: FromQuery[str] = "queue",
    q: FromQuery[str] = "",
    page: FromQuery[int] = 1,
    ticked: FromQuery[str] = "",
) -> Response[str]:
    """`ticked`: the posts that were chosen when a decision could not be taken, such as 12,13."""
    if show not in SHOWN or not 0 < page < 100_000:
        raise NotFound
    words = " ".join(q.split())[:100]
    found = await queries.listed(show, words, page)
    return web.html(
        request,
        "staff/wall/list.html",
        posts=found[: queries.A_PAGE],
        previous=_address(show, words, page - 1) if page > 1 else None,
        following=_address(show, words, page + 1) if len(found) > queries.A_PAGE else None,
        words=words,
        page=page,
        ticked={web.number(each) for each in ticked.split(",")[:_MANY]},
        **await _frame(request, show),
    )


@post("/staff/wall/decide", guards=[can("wall.moderate")])
async def decide(request: Request) -> Response[Any]:
    """Fields: `post` "id:version" (several from the list), `do` approve, queue, reject or reject:REASON, `reason`."""
    form = await web.form(request)
    seen = _seen(form.all("post"))
    back = _list(form) if form.checked("show") else await _next(seen)
    if not seen:
        return web.redirect(back, "Please tick at least one post first.", "bad")
    done, _colon, reason = form.text("do", 40).partition(":")
    try:
        outcome = await _decide(done, seen, reason or form.text("reason", 20), request.state.staff.id)
    except Invalid as problem:
        return web.redirect(_here(form, seen, back), " ".join(map(str, problem.fields.values())), "bad")
    return web.redirect(back, *_told(done, outcome))


@post("/staff/wall/undo", guards=[can("wall.moderate")])
async def undo(request: Request) -> Response[Any]:
    form = await web.form(request)
    try:
        undone = await moderating.undo(request.state.staff.id)
    except moderating.NothingToUndo as problem:
        return web.redirect("/staff/wall", str(problem), "info")
    one = len(undone) == 1
    back = f"/staff/wall/posts/{undone[0]}" if one else _list(form)
    return web.redirect(
        back, f"Taken back. {'Its author hears' if one else 'Their authors hear'} nothing of it.", "info"
    )


@post("/staff/wall/posts/{number:int}/mark", guards=[can("wall.moderate")])
async def mark(request: Request, number: FromPath[int]) -> Response[Any]:
    """Field `do`: pin, unpin, ambassador, no_ambassador."""
    done, by = (await web.form(request)).text("do", 20), request.state.staff.id
    if done in ("pin", "unpin"):
        await moderating.pin(number, done == "pin", by)
    elif done in ("ambassador", "no_ambassador"):
        await moderating.ambassador(number, done == "ambassador", by)
    else:
        raise NotFound
    said = {
        "pin": "It stands first on the wall now.",
        "unpin": "It stands where its day is again.",
        "ambassador": "Marked as an ambassador.",
        "no_ambassador": "No ambassador any more.",
    }
    return web.redirect(f"/staff/wall/posts/{number}", said[done])


@post("/staff/wall/posts/{number:int}/erase", guards=[can("wall.moderate")])
async def erase(request: Request, number: FromPath[int]) -> Response[Any]:
    """For whoever asks us instead of using the link of their mail."""
    await own.take_down(number, request.state.staff.id)
    return web.redirect("/staff/wall", "It is gone for good: photo, words and address. Its addresses answer “gone”.")


async def _look(request: Request, number: int | None, wanted: bool = False) -> Response[str]:
    """`wanted`: asked for by its number; else the next that waits, and perhaps there is none."""
    looked = await queries.one(number) if number else None
    if wanted and looked is None:
        raise NotFound
    following = await queries.after(number) if number else None
    return web.html(
        request,
        "staff/wall/post.html",
        looked=looked,
        waits=looked is not None and looked.state in ("waiting", "reported"),
        following=following,
        ahead=await queries.one(following) if following else None,
        similar=await queries.similar(number) if looked and number else [],
        earlier=await queries.earlier(number) if looked and number else [],
        reports=await queries.reports(number) if looked and number else [],
        history=await queries.history(number) if looked and number else [],
        steps=_STEPS,
        complaints=reports.LABELS,
        replies=reasons.REPLIES,
        **await _frame(request, looked.state if looked and looked.state in SHOWN else "one"),
    )


async def _frame(request: Request, show: str) -> dict[str, Any]:
    """What stands around each of these pages."""
    return {
        "show": show,
        "counts": await queries.counts(),
        "last": await queries.last_decision(request.state.staff.id),
        "reasons": reasons.LABELS,
        "spoken": LANGUAGES,
        "undo_minutes": int(states.UNTOLD.total_seconds() // 60),
    }


async def _decide(done: str, seen: dict[int, int], reason: str, by: int) -> Outcome:
    match done:
        case "approve":
            return await moderating.approve(seen, by)
        case "reject":
            return await moderating.reject(seen, by, reason)
        case "queue":
            return await moderating.to_queue(seen, by)
    raise NotFound


def _told(done: str, outcome: Outcome) -> tuple[str, str]:
    """What the next page says, and how. Of what was published or rejected it speaks itself, beside the undo."""
    if outcome.left:
        which = "One post was" if outcome.left == 1 else f"{outcome.left} posts were"
        return f"{which} changed or decided by somebody else meanwhile, and left alone. Please look again.", "info"
    return ("", "") if done != "queue" else ("Back in the queue: nobody sees it until it is approved.", "info")


def _seen(values: list[str]) -> dict[int, int]:
    """The version that was looked at, by post; from values such as 12:3."""
    pairs = [value.partition(":") for value in values[:_MANY]]
    return {web.number(id): web.number(version) for id, _colon, version in pairs if web.number(id)}


async def _next(seen: dict[int, int]) -> str:
    following = await queries.after(next(iter(seen))) if seen else None
    return f"/staff/wall/posts/{following}" if following else "/staff/wall"


def _here(form: web.Form, seen: dict[int, int], back: str) -> str:
    if form.checked("show"):
        return back + "&" + urlencode({"ticked": ",".join(map(str, seen))}, safe=",")
    return f"/staff/wall/posts/{next(iter(seen))}"


def _list(form: web.Form) -> str:
    show = form.text("show", 10)
    return _address(show if show in SHOWN else "queue", form.text("q", 100), max(1, form.number("page", 1)))


def _address(show: str, words: str, page: int) -> str:
    return web.address("/staff/wall/list", show=show, q=words, page=page if page > 1 else 0)


ROUTES = [queue, one, listing, decide, undo, mark, erase]

"""The console's queue of letters that are held: one after the other, many at once, and back."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath, FromQuery

from service.advocacy import deciding, failing, insults
from service.advocacy import held_queries as queries
from service.advocacy.deciding import Outcome
from service.advocacy.held_queries import Held
from service.auth.guards import can
from service.kit import web
from service.kit.errors import Invalid, NotFound
from service.kit.i18n import LANGUAGES

_MANY = 100
_QUEUE = "/staff/actions/held"
_WORDS = f"{_QUEUE}/words"


@get(_QUEUE, guards=[can("actions.moderate")])
async def queue(request: Request) -> Response[str]:
    """The one that has waited longest."""
    first = await queries.first()
    return await _look(request, await queries.one(first) if first else None)


@get(_QUEUE + "/{letter:int}", guards=[can("actions.moderate")])
async def one(request: Request, letter: FromPath[int]) -> Response[str]:
    found = await queries.one(letter)
    if found is None:
        raise NotFound
    return await _look(request, found)


@get(f"{_QUEUE}/list", guards=[can("actions.moderate")])
async def listing(
    request: Request, action: FromQuery[int] = 0, like: FromQuery[int] = 0, page: FromQuery[int] = 1
) -> Response[str]:
    """`like`: a letter; those that say nearly the same as it."""
    if not 0 < page < 100_000 or not 0 <= action < 1 << 31 or not 0 <= like < 1 << 31:
        raise NotFound
    found = await queries.listed(action, like, page)
    return web.html(
        request,
        "staff/advocacy/held/list.html",
        letters=found[: queries.A_PAGE],
        action=action,
        like=like,
        page=page,
        previous=_list(action, like, page - 1) if page > 1 else None,
        following=_list(action, like, page + 1) if len(found) > queries.A_PAGE else None,
        **await _frame(request),
    )


@post(f"{_QUEUE}/decide", guards=[can("actions.moderate")])
async def decide(request: Request) -> Response[Any]:
    """Fields: `letter` (several from the list), `do` release, return or return:WHY, `why`; `list`: back there."""
    form = await web.form(request)
    letters = [web.number(value) for value in form.all("letter")[:_MANY] if web.number(value)]
    back = _back(form) if form.checked("list") else await _next(letters)
    if not letters:
        return web.redirect(back, "Please tick at least one letter first.", "bad")
    done, _colon, why = form.text("do", 40).partition(":")
    try:
        outcome = await _decide(done, letters, why or form.text("why", 20), request.state.staff.id)
    except Invalid as problem:
        here = back if form.checked("list") else f"{_QUEUE}/{letters[0]}"
        return web.redirect(here, " ".join(map(str, problem.fields.values())), "bad")
    return web.redirect(back, _told(outcome), "info")


@post(f"{_QUEUE}/undo", guards=[can("actions.moderate")])
async def undo(request: Request) -> Response[Any]:
    try:
        undone = await deciding.undo(request.state.staff.id)
    except deciding.NothingToUndo as problem:
        return web.redirect(_QUEUE, str(problem), "info")
    back = f"{_QUEUE}/{undone[0]}" if len(undone) == 1 else f"{_QUEUE}/list"
    return web.redirect(
        back, "Taken back. It waits for a decision again." if len(undone) == 1 else "Taken back.", "info"
    )


@get(_WORDS, guards=[can("actions.moderate")])
async def words(request: Request) -> Response[str]:
    return await _words(request)


@post(_WORDS, guards=[can("actions.moderate")])
async def add_words(request: Request) -> Response[Any]:
    lines = (await web.form(request)).lines("words", 20_000)
    try:
        new = await insults.add(lines, request.state.staff.id)
    except Invalid as problem:
        return await _words(request, lines, problem.fields)
    if not new:
        return web.redirect(_WORDS, "All of that is on the list already.", "info")
    which = "this word" if new == 1 else f"these {new} words"
    return web.redirect(_WORDS, f"From now on one of you looks at letters with {which} before they leave.")


@post(_WORDS + "/{entry:int}/remove", guards=[can("actions.moderate")])
async def remove_words(request: Request, entry: FromPath[int]) -> Response[Any]:
    await insults.remove(entry, request.state.staff.id)
    return web.redirect(_WORDS, "Removed. Letters that are held already stay where they are.", "info")


async def _look(request: Request, held: Held | None) -> Response[str]:
    return web.html(
        request,
        "staff/advocacy/held/letter.html",
        held=held,
        following=await queries.after(held.id) if held else None,
        noticed=await queries.noticed(held) if held else [],
        copies=await queries.copies(held.id) if held and held.waits else 0,
        replies=failing.REPLIES,
        **await _frame(request),
    )


async def _words(request: Request, typed: str = "", errors: Any = None) -> Response[str]:
    return web.html(
        request,
        "staff/advocacy/held/words.html",
        422 if errors else 200,
        entries=await insults.listing(),
        typed=typed,
        errors=errors or {},
        waiting=await queries.waiting(),
    )


async def _frame(request: Request) -> dict[str, Any]:
    """What stands around the queue and the list."""
    by_action = await queries.by_action()
    return {
        "by_action": by_action,
        "waiting": sum(each.held for each in by_action),
        "last": await queries.last_decision(request.state.staff.id),
        "reasons": failing.LABELS,
        "spoken": LANGUAGES,
        "undo_minutes": int(deciding.UNTOLD.total_seconds() // 60),
    }


async def _decide(done: str, letters: list[int], why: str, by: int) -> Outcome:
    match done:
        case "release":
            return await deciding.release(letters, by)
        case "return":
            return await deciding.send_back(letters, by, why)
    raise NotFound


def _told(outcome: Outcome) -> str:
    """Of what was decided the next page speaks itself, beside the undo."""
    if not outcome.left:
        return ""
    which = "One letter was" if outcome.left == 1 else f"{outcome.left} letters were"
    return f"{which} decided by somebody else meanwhile, and left alone."


async def _next(letters: list[int]) -> str:
    following = await queries.after(letters[0]) if letters else None
    return f"{_QUEUE}/{following}" if following else _QUEUE


def _back(form: web.Form) -> str:
    return _list(form.number("action"), form.number("like"), max(1, form.number("page", 1)))


def _list(action: int, like: int, page: int) -> str:
    return web.address(f"{_QUEUE}/list", action=action, like=like, page=page if page > 1 else 0)


ROUTES = [queue, one, listing, decide, undo, words, add_words, remove_words]

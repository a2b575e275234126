"""The letter: prompts and fields, then the whole of it to read and to change. Nothing is kept before it is sent."""

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath, FromQuery

from service.advocacy import asking, composing, draft, likeness, mail, queries, scrubbing, submitting
from service.advocacy.asking import Ask, NotAsked
from service.advocacy.draft import Draft
from service.advocacy.pages.area import AT_REST
from service.advocacy.queries import Closed, Frozen
from service.auth.guards import anyone
from service.kit import web
from service.kit.errors import Invalid, Problem
from service.kit.i18n import LANGUAGES
from service.kit.i18n import lazy as _
from service.kit.limits import TooMany

TEXTS = ("name", "street", "postcode", "town", "email", "subject", "text")
# More than any field takes: what is too long comes back whole.
_LONGEST_TEXT = 20_000
_MOST_PROMPTS = 12
_EXAMPLE = _(
    "This is our example almost word for word. Members set such letters aside; said in your own words, it counts."
)
_BY_A_MACHINE = _("This form was filled in as a machine would do it. Please send it once more.")
_NO_ADDRESS = _("There is no e-mail address of this person that works. A letter on paper or a call arrives.")


class Arrived(msgspec.Struct):
    """`values`: every name of TEXTS, and own-1 and so on; `about`: the keys of prisoners."""

    values: dict[str, str]
    about: list[str]
    step: str
    by_a_machine: bool

    @property
    def words(self) -> str:
        """What somebody wrote, whichever way."""
        own = [value for name, value in self.values.items() if name.startswith("own-")]
        return self.values["text"] or "\n\n".join(value for value in own if value)


_Then = Callable[[Request, Ask, Arrived], Awaitable[Response[Any]]]


@get("/{language:str}/actions/{key:str}/write/{member:str}", guards=[anyone], exception_handlers=AT_REST)
async def form(
    request: Request,
    language: FromPath[str],
    key: FromPath[str],
    member: FromPath[str],
    area: FromQuery[list[int] | None] = None,
) -> Response[Any]:
    areas = asking.few(area or [])
    try:
        ask = await asking.of(key, member, areas, web.spoken(language))
    except NotAsked:
        # Who changes the language, or cuts the address short, says again where they vote.
        return web.redirect(asking.with_areas(f"/{language}/actions/{key}/members", areas))
    return _form(request, ask, _nothing())


@post("/{language:str}/actions/{key:str}/write/{member:str}", guards=[anyone])
async def preview(
    request: Request,
    language: FromPath[str],
    key: FromPath[str],
    member: FromPath[str],
    area: FromQuery[list[int] | None] = None,
) -> Response[Any]:
    """The whole letter; it comes from the fields, or from the page that shows it and was changed there."""
    return await _taken(request, language, key, member, area, _preview)


@post("/{language:str}/actions/{key:str}/send/{member:str}", guards=[anyone])
async def send(
    request: Request,
    language: FromPath[str],
    key: FromPath[str],
    member: FromPath[str],
    area: FromQuery[list[int] | None] = None,
) -> Response[Any]:
    return await _taken(request, language, key, member, area, _send)


@get("/{language:str}/actions/{key:str}/sent", guards=[anyone])
async def sent(
    request: Request, language: FromPath[str], key: FromPath[str], area: FromQuery[list[int] | None] = None
) -> Response[str]:
    """The same for every address."""
    await queries.shown_action(key, web.spoken(language))
    path = asking.with_areas(f"/{language}/actions/{key}/members", asking.few(area or []))
    days = mail.CONFIRM_FOR.days
    return web.html(request, "public/advocacy/sent.html", members_path=path, key=key, expires_days=days)


async def _taken(
    request: Request, language: str, key: str, member: str, area: list[int] | None, then: _Then
) -> Response[Any]:
    """What was written goes on to `then` with whom it is for; where that cannot be, all of it comes back."""
    web.spoken(language)
    web.refuse_foreign_forms(request)
    arrived = await _read(request)
    try:
        ask = await asking.of(key, member, asking.few(area or []), language)
    except (Closed, Frozen, NotAsked) as problem:
        return _given_back(request, problem, arrived, key)
    try:
        return await then(request, ask, arrived)
    except (Invalid, TooMany) as problem:
        return _form(request, ask, arrived, problem)


async def _preview(request: Request, ask: Ask, arrived: Arrived) -> Response[str]:
    if arrived.step == "change":
        return _form(request, ask, arrived)
    written = await _checked(request, ask, arrived)
    mailto = ""
    if ask.can_mail and not ask.action.is_test:
        mailto = composing.mailto(ask.member.email, written.subject, written.body)
    return web.html(
        request,
        "public/advocacy/preview.html",
        ask=ask,
        draft=written,
        email=arrived.values["email"],
        about=arrived.about,
        feedback=await likeness.feedback(ask.action.id, written.text),
        mailto=mailto,
        mailto_has_text=composing.has_text(mailto),
        query=asking.with_areas("", ask.areas),
        longest=draft.LONGEST,
        kept_days=scrubbing.KEPT_FOR.days,
    )


async def _send(request: Request, ask: Ask, arrived: Arrived) -> Response[None]:
    written = await _checked(request, ask, arrived)
    _must_be_sendable(ask, arrived)
    await submitting.admit_address(web.client_of(request), written.address)
    await submitting.submit(ask, written, [person.id for person in _chosen(ask, arrived)])
    return web.redirect(asking.with_areas(f"{ask.path}/sent", ask.areas))


async def _read(request: Request) -> Arrived:
    typed = await web.form(request)
    prompts = [f"own-{n}" for n in range(1, _MOST_PROMPTS + 1)]
    return Arrived(
        values={name: typed.lines(name, _LONGEST_TEXT) for name in (*TEXTS, *prompts)},
        about=typed.all("about")[:100],
        step=typed.text("step"),
        by_a_machine=typed.checked("website"),
    )


def _nothing() -> Arrived:
    return Arrived(dict.fromkeys(TEXTS, ""), [], "", False)


async def _checked(request: Request, ask: Ask, arrived: Arrived) -> Draft:
    """With its whole text: put together from the answers where there is none yet. Raises Invalid, TooMany."""
    await submitting.admit(web.client_of(request))
    edition = ask.action.edition
    written = draft.checked(arrived.values, len(ask.prompts), with_address=ask.can_mail)
    if not written.text:
        about = [person.name for person in _chosen(ask, arrived)]
        text = composing.letter(ask.member, written.own, edition.ask, about, ask.language)
        subject = draft.plain(edition.subject or edition.title)
        written = msgspec.structs.replace(written, text=text, subject=subject)
    if await likeness.is_example(ask.action.id, written.text):
        raise Invalid({"text" if arrived.values["text"] else draft.FIRST_PROMPT: _EXAMPLE})
    return written


def _must_be_sendable(ask: Ask, arrived: Arrived) -> None:
    """Raises Invalid."""
    if not ask.can_mail:
        raise Invalid({"": _NO_ADDRESS})
    if arrived.by_a_machine:
        raise Invalid({"": _BY_A_MACHINE})


def _chosen(ask: Ask, arrived: Arrived) -> list[Any]:
    return [person for person in ask.people if person.key in arrived.about] if ask.has_choice else []


def _form(request: Request, ask: Ask, arrived: Arrived, problem: Invalid | TooMany | None = None) -> Response[str]:
    """`values` with a text: the letter is there and is changed as a whole; without one the prompts are asked."""
    return web.html(
        request,
        "public/advocacy/write.html",
        problem.status if problem else 200,
        ask=ask,
        values=arrived.values,
        about=arrived.about,
        errors=problem.fields if problem else {},
        query=asking.with_areas("", ask.areas),
        others=[(code, LANGUAGES[code]) for code in ask.others],
    )


def _given_back(request: Request, problem: Problem, arrived: Arrived, key: str) -> Response[str]:
    """It cannot be sent any more, and nothing of it is lost."""
    return web.html(
        request,
        "public/advocacy/given_back.html",
        problem.status,
        problem=problem,
        letters=[(arrived.values["subject"], arrived.words)] if arrived.words else [],
        key=key,
        waits=False,
    )


ROUTES = [form, preview, send, sent]

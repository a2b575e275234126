"""The console's forms of one action: what it is about, whom it asks, what it says."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from service.advocacy import actions, editions, framing, queries, reach, target_choices
from service.advocacy.changing import Over, Overtaken
from service.advocacy.queries import Action, Edition, Point
from service.advocacy.tables import ActionState as State
from service.advocacy.targets import Targets
from service.auth.guards import can
from service.cases import listing
from service.cases import queries as cases
from service.cases.listing import Filters
from service.kit import web
from service.kit.errors import Invalid
from service.kit.i18n import LANGUAGES
from service.kit.web import Form
from service.organisation import queries as organisations

_NUMBERS = ("goal", "per_hour", "from_hour", "until_hour")
# Talking points that can be added at once.
_MORE_POINTS = 3


@get("/staff/actions/{action:int}/about", guards=[can("actions.edit")])
async def about(request: Request, action: FromPath[int]) -> Response[str]:
    found = await _editable(action)
    last = framing.last_day(found, (await organisations.required()).zone)
    typed = {name: str(getattr(found, name)) for name in ("name", *_NUMBERS)}
    typed |= {"last_day": last.isoformat() if last else "", "spread": "yes" if found.spread else ""}
    return await _about(request, found, typed, found.prisoners)


@post("/staff/actions/{action:int}/about", guards=[can("actions.edit")])
async def save_about(request: Request, action: FromPath[int]) -> Response[Any]:
    """`do`: save; or find, somebody in prison by the name in `who`, as Enter in that field does too."""
    sent, found = await web.form(request), await _editable(action)
    typed = {name: sent.text(name, 300) for name in ("name", "last_day", "spread", "who", *_NUMBERS)}
    chosen = _numbers(sent, "prisoners")
    if _seeks(sent):
        return await _about(request, found, typed, chosen, version=sent.number("version"))
    try:
        frame = await framing.checked(typed, chosen, bool(typed["spread"]))
        await actions.frame(action, sent.number("version"), frame, request.state.staff.id)
    except Invalid as problem:
        return await _about(request, found, typed, chosen, problem.fields, sent.number("version"))
    except Overtaken as problem:
        return await _about(request, await _editable(action), typed, chosen, {"": problem.told}, status=409)
    return web.redirect(f"/staff/actions/{action}", "Saved.")


@get("/staff/actions/{action:int}/targets", guards=[can("actions.edit")])
async def targets(request: Request, action: FromPath[int]) -> Response[str]:
    found = await _editable(action)
    return await _targets(request, found, found.targets)


@post("/staff/actions/{action:int}/targets", guards=[can("actions.edit")])
async def save_targets(request: Request, action: FromPath[int]) -> Response[Any]:
    """`do`: save; find, a member by the name in `who`; or look, whom these targets would reach."""
    sent, found = await web.form(request), await _editable(action)
    chosen = Targets(
        parliaments=_numbers(sent, "parliaments"),
        committees=_numbers(sent, "committees"),
        people=_numbers(sent, "people"),
        sponsors=sent.checked("sponsors"),
    )
    version, who = sent.number("version"), sent.text("who", 120)
    if _seeks(sent) or sent.text("do") == "look":
        return await _targets(request, found, chosen, version=version, who=who)
    try:
        await actions.aim(action, version, chosen, request.state.staff.id)
    except Invalid as problem:
        return await _targets(request, found, chosen, problem.fields, version, who)
    except Overtaken as problem:
        return await _targets(request, await _editable(action), chosen, {"": problem.told}, status=409)
    return web.redirect(f"/staff/actions/{action}", "Saved.")


@get("/staff/actions/{action:int}/texts/{language:str}", guards=[can("actions.edit")])
async def texts(request: Request, action: FromPath[int], language: FromPath[str]) -> Response[str]:
    found, edition = await _editable(action), await editions.find(action, language)
    return await _texts(request, found, edition, _typed(edition), edition.points)


@post("/staff/actions/{action:int}/texts/{language:str}", guards=[can("actions.edit")])
async def save_texts(request: Request, action: FromPath[int], language: FromPath[str]) -> Response[Any]:
    """`do`: save; or more, to get room for more talking points."""
    sent, found = await web.form(request), await _editable(action)
    edition = await editions.find(action, language)
    typed = {name: sent.lines(name, 20_000) for name in (*editions.LONGEST, "prompts")}
    points, version = _points(sent), sent.number("version")
    try:
        checked = editions.checked(language, typed, points)
        await editions.save(action, checked, version, request.state.staff.id)
    except Invalid as problem:
        return await _texts(request, found, edition, typed, points, problem.fields, version)
    except Overtaken as problem:
        latest = await editions.find(action, language)
        return await _texts(request, found, latest, typed, points, {"": problem.told}, status=409)
    back = f"/staff/actions/{action}/texts/{language}"
    return web.redirect(f"{back}#points" if sent.text("do") == "more" else back, "Saved.")


async def _editable(action: int) -> Action:
    """Raises NotFound, Over."""
    found = await queries.by_id(action, "en")
    if found.state == State.CLOSED:
        raise Over
    return found


async def _about(
    request: Request,
    action: Action,
    typed: dict[str, str],
    chosen: list[int],
    errors: Any = None,
    version: int | None = None,
    status: int = 0,
) -> Response[str]:
    who = typed.get("who", "")
    today = await organisations.today()
    found = (await listing.find(Filters(q=who), "en", today)).people if who else []
    return web.html(
        request,
        "staff/advocacy/about.html",
        status or (422 if errors else 200),
        action=action,
        typed={"who": "", **typed},
        chosen=await cases.people(list(dict.fromkeys(chosen)), "en"),
        found=[person for person in found if person.id not in chosen],
        version=action.version if version is None else version,
        errors=errors or {},
    )


async def _targets(
    request: Request,
    action: Action,
    chosen: Targets,
    errors: Any = None,
    version: int | None = None,
    who: str = "",
    status: int = 0,
) -> Response[str]:
    found = await target_choices.named(who)
    return web.html(
        request,
        "staff/advocacy/targets.html",
        status or (422 if errors else 200),
        action=action,
        targets=chosen,
        chambers=await target_choices.chambers(),
        people=await target_choices.people(chosen.people),
        found=[member for member in found if member.id not in chosen.people],
        who=who,
        reached=await reach.of(chosen),
        version=action.version if version is None else version,
        errors=errors or {},
    )


async def _texts(
    request: Request,
    action: Action,
    edition: Edition,
    typed: dict[str, str],
    points: list[Point],
    errors: Any = None,
    version: int | None = None,
    status: int = 0,
) -> Response[str]:
    parties = {*await target_choices.parties(), *(point.party for point in points if point.party)}
    return web.html(
        request,
        "staff/advocacy/texts.html",
        status or (422 if errors else 200),
        action=action,
        edition=edition,
        editions=await queries.editions(action.id),
        typed=typed,
        points=[*points, *[Point("")] * _MORE_POINTS],
        parties=sorted(parties, key=str.casefold),
        longest=editions.LONGEST,
        version=edition.version if version is None else version,
        errors=errors or {},
    )


def _seeks(sent: Form) -> bool:
    """Whether a name was typed that nobody has looked for yet: then saving can wait."""
    who = sent.text("who", 120)
    return sent.text("do") == "find" or (sent.text("do") == "save" and who not in ("", sent.text("sought", 120)))


def _typed(edition: Edition) -> dict[str, str]:
    return {name: getattr(edition, name) for name in editions.LONGEST} | {"prompts": "\n".join(edition.prompts)}


def _points(sent: Form) -> list[Point]:
    """Also those that are too long; the empty ones are left out."""
    found = []
    for number in range(editions.MOST_POINTS + _MORE_POINTS):
        text = sent.text(f"point.{number}.text", 5000)
        if text:
            found.append(Point(text, sent.text(f"point.{number}.party", 300)))
    return found


def _numbers(sent: Form, name: str) -> list[int]:
    found = (web.number(text) for text in sent.all(name)[:1000])
    return list(dict.fromkeys(number for number in found if number))


@get("/staff/actions/{action:int}/texts", guards=[can("actions.edit")])
async def first_texts(action: FromPath[int]) -> Response[None]:
    said = await queries.editions(action)
    order = [*(await organisations.required()).languages, *LANGUAGES]
    first = min(said, key=order.index, default="")
    return web.redirect(f"/staff/actions/{action}/texts/{first}" if first else f"/staff/actions/{action}#editions")


ROUTES: list[Any] = [about, save_about, targets, save_targets, first_texts, texts, save_texts]

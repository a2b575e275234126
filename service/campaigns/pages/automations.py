"""Automations: what is made again and again, when, and what became of it."""

from datetime import datetime
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from service.auth.guards import can
from service.campaigns import audience, automation_queries, automations, planning, queries, standards
from service.campaigns.automation_queries import KINDS, Automation
from service.campaigns.planning import Outlook
from service.campaigns.tables import AutomationKind
from service.kit import clock, countries, web
from service.kit.errors import Invalid
from service.kit.i18n import Sentence
from service.kit.web import Form
from service.organisation import queries as organisations
from service.schedules import recurrence
from service.schedules.recurrence import Daily, Monthly, Rule, Weekly

ABOUT = {
    AutomationKind.NEW_CASES: "A digest of the people who are new on the list, in the weeks in which there are some.",
    AutomationKind.BIRTHDAYS: "Whose birthday it is in the time to come, to write to well ahead.",
    AutomationKind.BIRTHDAY_REMINDER: "Each reader hears of a birthday just as early as the post from their country "
    "needs.",
    AutomationKind.WALL_GREW: "How many people stand on the photo wall, and the new faces among them, once a month.",
    AutomationKind.ACTION_OPENED: "What an action asks and to whom each reader can write, when it has opened.",
    AutomationKind.ACTION_REMINDER: "Five days before an action ends, to those who have not taken part in it.",
    AutomationKind.ACTION_THANKS: "What came of an action once it is over, to those who took part in it.",
}


@get("/staff/automations", guards=[can("campaigns.view")])
async def index(request: Request) -> Response[str]:
    return web.html(request, "staff/campaigns/automations.html", **await all_of_them())


async def all_of_them() -> dict[str, Any]:
    """What pages show of the automations that there are, and of the kinds that there could be."""
    found = await automation_queries.listing()
    known = {automation.kind for automation in found}
    missing = [kind for kind in AutomationKind if kind not in known]
    return {"automations": found, "missing": missing, "kinds": KINDS, "about": ABOUT}


@post("/staff/automations/standard", guards=[can("campaigns.send")])
async def set_up(request: Request) -> Response[Any]:
    """Those that are not there yet, all at once."""
    made = await standards.set_up(list(AutomationKind), request.state.staff.id)
    told = "They are set up. Read their texts once; their drafts wait for you before anybody gets them."
    return web.redirect("/staff/automations", flash=told if made else "They are set up already.")


@post("/staff/automations", guards=[can("campaigns.edit")])
async def create(request: Request) -> Response[Any]:
    kind = (await web.form(request)).text("kind", 20)
    if kind not in KINDS:
        return web.redirect("/staff/automations", flash="Choose what it is about.", kind="bad")
    made = await standards.create(AutomationKind(kind), request.state.staff.id)
    return web.redirect(f"/staff/automations/{made}", flash="It is set up and turned off: read it, then turn it on.")


@get("/staff/automations/{automation:int}", guards=[can("campaigns.view")])
async def page(request: Request, automation: FromPath[int]) -> Response[str]:
    return await _page(request, await automation_queries.find(automation))


@post("/staff/automations/{automation:int}", guards=[can("campaigns.send")])
async def change(request: Request, automation: FromPath[int]) -> Response[Any]:
    sent = await web.form(request)
    try:
        rule = recurrence.checked(_rule(sent))
        await automations.change(
            automation, sent.text("name", 300), rule, sent.checked("sends_itself"), request.state.staff.id
        )
    except Invalid as problem:
        errors = {"when" if field in ("weekday", "day") else field: told for field, told in problem.fields.items()}
        return await _page(request, await automation_queries.find(automation), 422, sent, errors)
    return web.redirect(f"/staff/automations/{automation}", flash="Saved.")


@post("/staff/automations/{automation:int}/turn", guards=[can("campaigns.send")])
async def turn(request: Request, automation: FromPath[int]) -> Response[Any]:
    """`to`: on or off."""
    on = (await web.form(request)).text("to") == "on"
    await automations.turn(automation, on, request.state.staff.id)
    told = "It is on." if on else "It is off: nothing more is made. What it made stays."
    return web.redirect(f"/staff/automations/{automation}", flash=told)


@post("/staff/automations/{automation:int}/run", guards=[can("campaigns.edit")])
async def run(request: Request, automation: FromPath[int]) -> Response[Any]:
    """`seen`: when it had run last, as the page showed it."""
    seen = (await web.form(request)).text("seen", 40)
    ran = await automations.run_by_hand(automation, _moment(seen), request.state.staff.id)
    to = f"/staff/campaigns/{ran.drafts[0]}" if len(ran.drafts) == 1 else f"/staff/automations/{automation}"
    return web.redirect(
        to, flash=f"{ran.sentence[0].upper()}{ran.sentence[1:]}.", kind="good" if ran.drafts else "info"
    )


@post("/staff/automations/{automation:int}/delete", guards=[can("campaigns.edit")])
async def delete(request: Request, automation: FromPath[int]) -> Response[Any]:
    await automations.delete(automation, request.state.staff.id)
    return web.redirect("/staff/automations", flash="It was deleted. What it made stays.")


async def _page(
    request: Request, found: Automation, status: int = 200, sent: Form | None = None, errors: Any = None
) -> Response[str]:
    blueprint, editions = await queries.find(found.blueprint), await queries.editions(found.blueprint)
    organisation, at = await organisations.required(), found.next_at or clock.now()
    outlook = await Outlook.over(at, at)
    return web.html(
        request,
        "staff/campaigns/automation.html",
        status,
        automation=found,
        about=ABOUT[found.kind],
        campaign=blueprint,
        editions=editions,
        missing=[language for language in organisation.languages if language not in editions],
        reach=await audience.reached(blueprint.audience, editions, organisation.fallback_language),
        plan=await planning.plan(found, at, outlook),
        made=await automation_queries.made(found.id),
        leads=outlook.leads if found.kind == AutomationKind.BIRTHDAY_REMINDER else None,
        country=lambda code: countries.name(code, "en"),
        whens=WHENS,
        errors=errors or {},
        values={
            "name": sent.text("name", 300) if sent else found.name,
            "when": sent.text("when", 20) if sent else _when(found.rule),
            "time": sent.text("time", 20) if sent else found.rule.time,
            "sends_itself": sent.checked("sends_itself") if sent else found.sends_itself,
        },
    )


def _when(rule: Rule) -> str:
    match rule:
        case Weekly():
            return f"week-{rule.weekday}"
        case Monthly():
            return f"month-{rule.day}"
        case Daily():
            return "day"


def _rule(sent: Form) -> Rule:
    """As `when` and `time` say it; of what is no choice nothing is made. Raises Invalid."""
    every, _dash, number = sent.text("when", 20).partition("-")
    time = sent.text("time", 20)
    match every:
        case "week":
            return Weekly(web.number(number), time)
        case "month":
            return Monthly(web.number(number, -1), time)
        case "day":
            return Daily(time)
    raise Invalid({"when": Sentence("Choose how often.")})


def _moment(seen: str) -> datetime | None:
    try:
        return datetime.fromisoformat(seen) if seen else None
    except ValueError:
        return None


# Every choice that there is, so that one field says it without a script.
WHENS = [
    ("day", "Every day"),
    *((f"week-{number}", f"Every {name}") for number, name in enumerate(recurrence.WEEKDAYS, 1)),
    *((f"month-{day}", f"Every month on the {recurrence.ordinal(day)}") for day in range(1, 29)),
    (f"month-{recurrence.LAST}", "Every month on its last day"),
]
ROUTES = [index, set_up, create, page, change, turn, run, delete]

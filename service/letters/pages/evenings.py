"""The console's pages about letter evenings: plan and print, then write down what was posted."""

import re
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from service.auth.guards import can
from service.kit import dates, web
from service.kit.errors import Invalid
from service.kit.i18n import LANGUAGES, Sentence
from service.letters import allotting, cards, evening_paper, evenings, printing
from service.organisation import queries as organisations

USUAL_CARDS = 30


@get("/staff/letters/evenings", guards=[can("letters.edit")])
async def listing(request: Request) -> Response[str]:
    return web.html(
        request,
        "staff/letters/evenings.html",
        evenings=await evenings.latest(),
        totals=await evenings.totals(),
    )


@get("/staff/letters/evenings/new", guards=[can("letters.edit")])
async def new(request: Request) -> Response[str]:
    own = await organisations.required()
    today = (await organisations.today()).isoformat()
    typed = {"name": "", "day": today, "language": own.fallback_language, "cards": str(USUAL_CARDS)}
    return _new(request, typed)


@post("/staff/letters/evenings", guards=[can("letters.edit")])
async def plan(request: Request) -> Response[Any]:
    form = await web.form(request)
    typed = {name: form.text(name, 120) for name in ("name", "day", "language", "cards")}
    try:
        made = await evenings.plan(
            typed["name"],
            dates.typed(typed["day"]),
            typed["language"],
            web.number(typed["cards"]),
            request.state.staff.id,
        )
    except Invalid as problem:
        return _new(request, typed, problem.status, problem.fields)
    except allotting.NobodyToWriteTo as problem:
        return _new(request, typed, problem.status, {"": problem.told})
    return web.redirect(f"/staff/letters/evenings/{made}", "Chosen. These people are held back for your evening.")


@get("/staff/letters/evenings/{evening:int}", guards=[can("letters.edit")])
async def show(request: Request, evening: FromPath[int]) -> Response[str]:
    found = await evenings.required(evening)
    seats = await evenings.seats(found, "en")
    return web.html(request, "staff/letters/evening.html", evening=found, seats=seats)


@get("/staff/letters/evenings/{evening:int}/cards.pdf", guards=[can("letters.edit")])
async def card_file(request: Request, evening: FromPath[int]) -> Response[bytes]:
    found = await evenings.required(evening)
    await _admit(request)
    people = [seat.person for seat in await evenings.seats(found, found.language)]
    return web.pdf(await cards.cards(people, "a6", found.language), f"letter-evening-{evening}-cards.pdf")


@get("/staff/letters/evenings/{evening:int}/list.pdf", guards=[can("letters.edit")])
async def list_file(request: Request, evening: FromPath[int]) -> Response[bytes]:
    found = await evenings.required(evening)
    await _admit(request)
    people = [seat.person for seat in await evenings.seats(found, found.language)]
    return web.pdf(await evening_paper.list_file(found, people), f"letter-evening-{evening}-list.pdf")


@post("/staff/letters/evenings/{evening:int}", guards=[can("letters.edit")])
async def log(request: Request, evening: FromPath[int]) -> Response[Any]:
    form = await web.form(request)
    everybody = form.text("action", 10) == "all"
    chosen = {int(id) for id in form.all("posted") if re.fullmatch("[0-9]{1,18}", id)}
    letters = await evenings.log(evening, None if everybody else chosen, request.state.staff.id)
    said = (
        f"{letters} {'letter is' if letters == 1 else 'letters are'} written down. Thank you for the evening."
        if letters
        else "Written down: no letter."
    )
    return web.redirect(f"/staff/letters/evenings/{evening}", said)


def _new(
    request: Request, typed: dict[str, str], status: int = 200, errors: dict[str, Sentence] | None = None
) -> Response[str]:
    return web.html(
        request,
        "staff/letters/evening_new.html",
        status,
        typed=typed,
        languages_of_cards=LANGUAGES,
        most=evenings.MOST_CARDS,
        errors=errors or {},
    )


async def _admit(request: Request) -> None:
    await printing.admit(f"staff {request.state.staff.id}")


ROUTES = [listing, new, plan, show, card_file, list_file, log]

"""What is there to print: cards, address labels, and the birthdays as a list."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from service.auth.guards import anyone
from service.cases import birthdays, queries
from service.cases.birthdays import Birthday
from service.kit import limits, typesetting, web
from service.kit.errors import NotFound
from service.letters import birthday_list, cards, labels, printing, routes
from service.letters.pages import guide
from service.organisation import queries as organisations


@get("/{language:str}/prisoners/{key:str}/card.pdf", guards=[anyone])
async def card(request: Request, language: FromPath[str], key: FromPath[str]) -> Response[bytes]:
    return await _card(request, language, key, "")


@post("/{language:str}/prisoners/{key:str}/card.pdf", guards=[anyone], status_code=200)
async def card_with_letter(request: Request, language: FromPath[str], key: FromPath[str]) -> Response[Any]:
    """The letter is in the file and nowhere else; where no file can be made, it stands in the letter check again."""
    web.refuse_foreign_forms(request)
    text = (await web.form(request)).lines("text")
    person = await queries.person(key, web.spoken(language))
    if text and (told := guide.wrong(text)):
        return guide.page(request, person, text, 422, {"text": told})
    try:
        return await _card(request, language, key, text)
    except (limits.TooMany, typesetting.PrinterBusy, typesetting.NotPrinted, cards.NoAddress) as problem:
        return guide.page(request, person, text, problem.status, {"": problem.told})


@get("/{language:str}/birthdays/list.pdf", guards=[anyone])
async def list_file(request: Request, language: FromPath[str]) -> Response[bytes]:
    found, first, last = await _birthdays(request, web.spoken(language))
    await printing.admit(web.client_of(request), lists=True)
    return web.pdf(await birthday_list.printed(found, first, last, language), "birthdays.pdf")


@get("/{language:str}/birthdays/labels", guards=[anyone])
async def choose_labels(request: Request, language: FromPath[str]) -> Response[str]:
    """Which paper, and which of its labels are used already."""
    found, first, last = await _birthdays(request, web.spoken(language))
    people = {each.person.key for each in found if each.person.can_be_written_to}
    return web.html(
        request,
        "public/letters/labels.html",
        sheets=labels.SHEETS,
        usual=labels.USUAL,
        people=len(people),
        most=labels.MOST,
        suspended=await routes.names_of_suspended(language),
        first=first,
        last=last,
        month=_number(request, "month"),
        facility=_number(request, "facility"),
    )


@get("/{language:str}/birthdays/labels.pdf", guards=[anyone])
async def labels_file(request: Request, language: FromPath[str]) -> Response[bytes]:
    sheet = labels.SHEETS.get(request.query_params.get("sheet", labels.USUAL))
    if sheet is None:
        raise NotFound
    found, _first, _last = await _birthdays(request, web.spoken(language))
    await printing.admit(web.client_of(request), lists=True)
    people = [each.person for each in found]
    return web.pdf(await labels.labels(people, sheet, _number(request, "start"), language), "labels.pdf")


async def _card(request: Request, language: str, key: str, letter: str) -> Response[bytes]:
    size = request.query_params.get("size", "a6")
    if size not in cards.SIZES:
        raise NotFound
    person = await queries.person(key, web.spoken(language))
    await printing.admit(web.client_of(request))
    return web.pdf(await cards.card(person, size, letter), f"card-{size}.pdf")


async def _birthdays(request: Request, language: str) -> tuple[Sequence[Birthday], date, date]:
    """As the page of birthdays shows them with the same filters, and from when to when."""
    month = _number(request, "month")
    first, last = birthdays.window(await organisations.today(), month if month <= 12 else 0)
    return await birthdays.between(first, last, language, _number(request, "facility")), first, last


def _number(request: Request, name: str) -> int:
    return web.number(request.query_params.get(name, ""))


ROUTES = [card, card_with_letter, list_file, choose_labels, labels_file]

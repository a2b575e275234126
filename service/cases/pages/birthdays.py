"""Birthdays to come, for who wants to write."""

from datetime import date
from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath

from service.auth.guards import anyone
from service.cases import birthdays, listing
from service.cases.birthdays import Birthday
from service.cases.pages import choices
from service.kit import web
from service.kit.settings import settings
from service.organisation import queries as organisations


@get("/{language:str}/birthdays", guards=[anyone])
async def page(request: Request, language: FromPath[str]) -> Response[str]:
    month = web.number(request.query_params.get("month", ""))
    facility = web.number(request.query_params.get("facility", ""))
    month = month if 1 <= month <= 12 else 0
    first, last = birthdays.window(await organisations.today(), month)
    found = await birthdays.between(first, last, web.spoken(language), facility)
    return web.html(
        request,
        "public/cases/birthdays.html",
        found=_by_month(found),
        how_many=len(found),
        first=first,
        last=last,
        month=month,
        facility=facility,
        months=choices.months(language),
        places=choices.places(await listing.places(), language),
        query=web.address("", month=month, facility=facility),
        calendar=_calendar(language, facility),
        **choices.words(language),
    )


def _by_month(found: list[Birthday]) -> dict[date, list[Birthday]]:
    """Under the first of each month, in order."""
    months: dict[date, list[Birthday]] = {}
    for each in found:
        months.setdefault(each.day.replace(day=1), []).append(each)
    return months


def _calendar(language: str, facility: int) -> dict[str, Any]:
    """The addresses for a calendar: to copy, to open in one, and to keep as a file."""
    path = web.address(f"/{language}/birthdays.ics", facility=facility)
    address = settings().origin + path
    return {
        "path": path,
        "address": address,
        "webcal": f"webcal:{address.partition(':')[2]}",
    }


ROUTES = [page]

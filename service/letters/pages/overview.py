"""The console's page about letters: who is forgotten, how evenly they fall, what is under way."""

from collections.abc import Sequence

from litestar import Request, Response, get
from litestar.params import FromQuery

from service.auth.guards import can
from service.cases import queries
from service.cases.publication import Person
from service.kit import web
from service.letters import spread
from service.letters.spread import Count
from service.subscribers import exporting

A_PAGE = 25
USUAL = 90
_COLUMNS = ["name", "on_the_envelope", "facility", "letters", "to_come", "letters_ever", "last_letter", "weight"]


@get("/staff/letters", guards=[can("cases.view")])
async def show(
    request: Request, days: FromQuery[int] = USUAL, facility: FromQuery[int] = 0, page: FromQuery[int] = 1
) -> Response[str]:
    counted, chosen = await _counted(days, facility)
    start = (max(page, 1) - 1) * A_PAGE
    forgotten = counted[start : start + A_PAGE]
    return web.html(
        request,
        "staff/letters/overview.html",
        days=chosen,
        periods=spread.PERIODS,
        facility=facility,
        facilities=await queries.facilities(),
        spread=spread.of(counted),
        forgotten=forgotten,
        people=await spread.people(forgotten),
        months=await spread.months(),
        reservations=await spread.reservations(),
        transfers=await spread.transfers(),
        download=_address("/staff/letters/forgotten.csv", chosen, facility),
        previous=_address("/staff/letters", chosen, facility, page - 1) if page > 1 else None,
        following=_address("/staff/letters", chosen, facility, page + 1) if start + A_PAGE < len(counted) else None,
    )


@get("/staff/letters/forgotten.csv", guards=[can("cases.view")])
async def download(request: Request, days: FromQuery[int] = USUAL, facility: FromQuery[int] = 0) -> Response[str]:
    counted, _chosen = await _counted(days, facility)
    people = await spread.people(counted)
    rows = [_row(one, people[one.id]) for one in counted if one.id in people]
    body = exporting.MARK + exporting.lines([_COLUMNS, *rows])
    return Response(body, media_type="text/csv; charset=utf-8", headers=web.download("letters.csv"))


async def _counted(days: int, facility: int) -> tuple[list[Count], int]:
    chosen = days if days in spread.PERIODS else USUAL
    return await spread.counts(chosen, facility), chosen


def _row(one: Count, person: Person) -> Sequence[object]:
    place = f"{person.facility.name}, {person.facility.town}" if person.facility else ""
    last = one.last.isoformat() if one.last else ""
    return [person.name, person.envelope, place, one.recent, one.coming, one.ever, last, one.weight]


def _address(path: str, days: int, facility: int, page: int = 1) -> str:
    return web.address(path, days=days if days != USUAL else 0, facility=facility, page=page if page > 1 else 0)


ROUTES = [show, download]

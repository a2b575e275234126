"""The wall where it is not read but seen: on a screen in a room, on paper, in a strip on another site."""

from html import escape
from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath, FromQuery

from service.auth.guards import anyone
from service.cases import queries as cases
from service.cases.publication import Person
from service.kit import limits, qr, web
from service.kit.i18n import known
from service.kit.i18n import lazy as _
from service.kit.settings import settings
from service.organisation import queries as organisations
from service.wall import listing, share, walking
from service.wall import sheet as sheets

# How long a face stays on the screen, in seconds: a long sentence is read twice.
STAYS = 14
MOST_IN_STRIP = 24
_IN_STRIP = 12
# To one reader in a minute: drawing costs more than asking.
MOST_SHEETS = 10
# For the page of another site, whose author copies it.
_FRAME = '<iframe src="{address}" title="{title}" width="100%" height="330" style="border:0" loading="lazy"></iframe>'


@get("/{language:str}/wall/elsewhere", guards=[anyone])
async def ways(request: Request, language: FromPath[str], prisoner: FromQuery[str] = "") -> Response[str]:
    person = await _person(prisoner, web.spoken(language))
    key = person.key if person else ""
    strip = settings().origin + web.address("/wall/embed", language=language, prisoner=key)
    return web.html(
        request,
        "public/wall/elsewhere.html",
        person=person,
        chosen=web.address("", prisoner=key),
        strip=strip,
        lines=_FRAME.format(address=escape(strip), title=escape(_("Faces of solidarity").into(language))),
    )


@get("/{language:str}/wall/projector", guards=[anyone])
async def projector(
    request: Request, language: FromPath[str], prisoner: FromQuery[str] = "", after: FromQuery[str] = ""
) -> Response[str]:
    person = await _person(prisoner, web.spoken(language))
    step = await walking.step(language, person, after[:32])
    key = person.key if person else ""
    form = settings().origin + web.address(f"/{language}/wall/stand", prisoner=key)
    return web.html(
        request,
        "public/wall/projector.html",
        step=step,
        person=person,
        count=await share.count(person),
        stays=STAYS,
        next=web.address(f"/{language}/wall/projector", prisoner=key, after=step.after),
        form=form,
        code=qr.picture(form),
    )


@get("/{language:str}/wall/print.pdf", guards=[anyone])
async def sheet(request: Request, language: FromPath[str], prisoner: FromQuery[str] = "") -> Response[bytes]:
    person = await _person(prisoner, web.spoken(language))
    await limits.take("wall_sheet", web.client_of(request), MOST_SHEETS, 60)
    faces = await listing.elsewhere(language, sheets.MOST, person)
    organisation = (await organisations.required()).name
    return web.pdf(await sheets.printed(faces, person, organisation, language), "wall.pdf")


@get("/wall/embed", guards=[anyone])
async def strip(
    request: Request, language: FromQuery[str] = "", prisoner: FromQuery[str] = "", count: FromQuery[str] = ""
) -> Response[str]:
    """For a frame on any other site: its links open in a window of their own."""
    if language:
        request.state.language = known(language)
    spoken = web.language_of(request)
    person = await _person(prisoner, spoken)
    most = min(max(web.number(count, _IN_STRIP), 1), MOST_IN_STRIP)
    faces, said = await listing.elsewhere(spoken, most, person), await share.count(person)
    response = web.html(request, "public/wall/embed.html", faces=faces, person=person, count=said)
    response.headers.update(web.FRAMED)
    return response


async def _person(key: str, language: str) -> Person | None:
    """Raises NotFound for a key that leads to nobody."""
    return await cases.person(key, language) if key else None


ROUTES: list[Any] = [ways, projector, sheet, strip]

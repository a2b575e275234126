"""The wall outside of its pages: a picture of a post to pass on, and faces on paper."""

from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath, FromQuery

from service.auth.guards import anyone
from service.cases import queries as cases
from service.kit import limits, revalidating, web
from service.kit.errors import NotFound
from service.organisation import queries as organisations
from service.wall import share, showing
from service.wall import sheet as sheets

# To one reader in a minute: drawing costs more than asking.
MOST_PICTURES = 60
MOST_SHEETS = 10


@get("/{language:str}/wall/faces/{key:str}/share.png", guards=[anyone])
async def picture(request: Request, language: FromPath[str], key: FromPath[str]) -> Response[Any]:
    face = await showing.face(key, web.spoken(language))
    if not face.on_social:
        raise NotFound
    organisation = (await organisations.required()).name
    said = await share.count(face.person)
    mark = share.mark(face, said, organisation)
    if revalidating.has(request, mark):
        return revalidating.unchanged(mark)
    await limits.take("share_picture", web.client_of(request), MOST_PICTURES, 60)
    return revalidating.file(await share.picture(face, said, organisation), mark, "image/png")


@get("/{language:str}/wall/print.pdf", guards=[anyone])
async def sheet(request: Request, language: FromPath[str], prisoner: FromQuery[str] = "") -> Response[bytes]:
    web.spoken(language)
    person = await cases.person(prisoner, language) if prisoner else None
    await limits.take("wall_sheet", web.client_of(request), MOST_SHEETS, 60)
    organisation = (await organisations.required()).name
    printed = await sheets.printed(await sheets.newest(language, person), person, organisation, language)
    return web.pdf(printed, "wall.pdf")


ROUTES = [picture, sheet]

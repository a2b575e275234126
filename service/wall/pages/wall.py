"""The wall, and the page of each face."""

import gzip
from collections.abc import Sequence
from typing import Any

import msgspec
from litestar import MediaType, Request, Response, get
from litestar.params import FromPath

from service.auth.guards import anyone
from service.cases import company
from service.cases import listing as prisoners
from service.cases.publication import Person
from service.kit import clock, db, web
from service.kit.errors import Problem
from service.kit.i18n import LANGUAGES
from service.wall import kept_pages, listing, passing_on, share, showing
from service.wall.kept_pages import KeptPages, Page
from service.wall.listing import Filters, Found
from service.wall.showing import Face

# Beside a face, and on the page of a prisoner.
BESIDE = 6
# Frames without a face on the first page, each behind so many faces.
_FRAMES = (5, 14, 25)
_kept = KeptPages(most=300)


class Company(msgspec.Struct, frozen=True):
    """Who stands by one prisoner: how many there are, and some of them."""

    count: int
    faces: Sequence[Face]


@get("/{language:str}/wall", guards=[anyone], opt={"compresses_itself": True})
async def wall(request: Request, language: FromPath[str]) -> Response[Any]:
    wanted = listing.filters(request.query_params)
    web.spoken(language)
    if wanted.q or wanted.name or web.FLASH in request.cookies:
        return await _made(request, wanted, language)
    organisation = request.state.page["organisation"].name
    page = await _kept.get(
        (language, wanted, organisation, clock.now().date()), lambda: _page(request, wanted, language)
    )
    return _answer(request, Response(page.content, headers=web.HEADERS | {"Cache-Control": "no-store"}))


def taken_down(request: Request, problem: Problem) -> Response[str]:
    """For whoever still has the address of a face: the others are one click away."""
    return web.html(request, "public/wall/taken_down.html", problem.status, sentence=problem.sentence)


@get("/{language:str}/wall/faces/{key:str}", guards=[anyone], exception_handlers={showing.Gone: taken_down})
async def face(request: Request, language: FromPath[str], key: FromPath[str]) -> Response[str]:
    found = await showing.face(key, web.spoken(language))
    by_the_same = await _others(found, found.person) if found.person else []
    return web.html(
        request,
        "public/wall/face.html",
        face=found,
        count=await share.count(found.person),
        by_the_same=by_the_same,
        others=by_the_same or await _others(found, None),
        title=passing_on.title(found),
        share_text=passing_on.text(found),
        share_ways=passing_on.ways(found),
        share_size=(share.WIDTH, share.HEIGHT),
    )


async def standing_by(person: Person) -> Company:
    """For the page of a prisoner."""
    return Company(await listing.standing_by(person), await listing.latest(person.language, BESIDE, person))


async def _others(but: Face, person: Person | None) -> list[Face]:
    latest = await listing.latest(but.language, BESIDE + 1, person)
    return [face for face in latest if face.id != but.id][:BESIDE]


async def _page(request: Request, wanted: Filters, language: str) -> Page:
    async with db.snapshot():
        found, missing = await _found(wanted, language)
        made = await _html(request, wanted, found, missing)
        shown = [each.person for each in found.faces if each.person] + missing + (found.people or [])
        ids = sorted({person.id for person in shown})
        return Page(_compressed(made.content), ids, await kept_pages.state(ids))


async def _made(request: Request, wanted: Filters, language: str) -> Response[Any]:
    """What nobody else is likely to ask for, or what is for this reader alone."""
    made: Response[Any] = await _html(request, wanted, *await _found(wanted, language))
    made.content = _compressed(made.content)
    return _answer(request, made)


async def _found(wanted: Filters, language: str) -> tuple[Found, list[Person]]:
    """The faces, and of the first page those whom nobody stands by."""
    found = await listing.find(wanted, language)
    if wanted != Filters():
        return found, []
    alone = await prisoners.find(prisoners.Filters(alone=True), language, clock.now().date())
    # On a wall that has just begun they would be more than the faces.
    return found, alone.people[: max(1, len(found.faces) // 8) if found.faces else len(_FRAMES)]


async def _html(request: Request, wanted: Filters, found: Found, missing: Sequence[Person]) -> Response[str]:
    language = web.language_of(request)
    person = found.people[0] if wanted.prisoner and found.people else None
    link = web.links(f"/{language}/wall", wanted)
    return web.html(
        request,
        "public/wall/wall.html",
        wanted=wanted,
        found=found,
        person=person,
        tiles=_tiles(found.faces, missing),
        count=await share.count(person),
        most_counted=listing.MOST_COUNTED,
        countries=await listing.countries_of(language),
        link=link,
        alternates={code: web.links(f"/{code}/wall", wanted)() for code in LANGUAGES},
    )


def _tiles(faces: Sequence[Face], missing: Sequence[Person]) -> list[tuple[str, Face | Person]]:
    """The faces with an empty frame here and there; on a short wall they stand at the end."""
    tiles: list[tuple[str, Face | Person]] = [("face", each) for each in faces]
    for place, person in reversed(list(zip(_FRAMES, missing, strict=False))):
        tiles.insert(min(place, len(faces)), ("missing", person))
    return tiles


def _compressed(content: Any) -> bytes:
    return gzip.compress(content.encode(), 6, mtime=0)


def _answer(request: Request, response: Response[Any]) -> Response[Any]:
    """As it is kept for whoever can read that, and nearly everybody can."""
    response.media_type = MediaType.HTML
    response.headers["Vary"] = "Accept-Encoding"
    if "gzip" in request.headers.get("accept-encoding", ""):
        response.headers["Content-Encoding"] = "gzip"
    else:
        response.content = gzip.decompress(response.content)
    return response


company.is_told_by("wall", standing_by)
ROUTES = [wall, face]

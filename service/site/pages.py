"""The pages that belong to no feature, the health of the process, and the mails that the catcher caught."""

import hmac
from base64 import b64decode
from datetime import timedelta
from pathlib import Path
from typing import Any

import redis
from litestar import MediaType, Request, Response, get
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath, FromQuery

from service.advocacy import counting, progress
from service.advocacy import queries as actions
from service.auth.guards import anyone
from service.cases import birthdays, listing, partial_dates
from service.delivery import catcher
from service.kit import clock, db, limits, web
from service.kit.errors import NotFound, Problem
from service.kit.i18n import Sentence
from service.kit.settings import settings
from service.organisation import queries as organisations
from service.site import metrics
from service.subscribers import signup
from service.wall import listing as wall
from service.wall import share


class WrongToken(Problem):
    code = "wrong_token"
    status = 401
    sentence = Sentence("The figures are for whoever sends the token in METRICS_TOKEN.")


ROBOTS = "User-agent: *\nDisallow: /staff\nDisallow: /u/\nDisallow: /caught/\n"
# What the start page shows of the cases, and of the wall.
SHOWN = 4
FACES = 6
SOON = timedelta(days=31)
# A mail may carry styles of its own; nothing in it may load, run, post or be framed elsewhere. Its links open a tab.
MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'self'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox"
)


@get("/", guards=[anyone])
async def start(request: Request) -> Response[None]:
    response = web.redirect(f"/{web.language_of(request)}")
    response.headers["Vary"] = "Accept-Language"
    return response


@get("/{language:str}", guards=[anyone])
async def home(request: Request, language: FromPath[str]) -> Response[str]:
    web.spoken(language)
    offer = signup.offer(await organisations.required())
    today, now = await organisations.today(), clock.now()
    current = (await actions.open_ones(language))[:1]
    counts = await counting.of([action.id for action in current])
    return web.html(
        request,
        "public/site/home.html",
        offer=offer,
        soon=(await birthdays.between(today, today + SOON, language))[:SHOWN],
        new=await listing.new_since(now - listing.NEW_FOR, now, language, SHOWN),
        faces=await wall.latest(language, FACES),
        standing_by=await share.count(None),
        actions=[(action, progress.of(action, counts[action.id])) for action in current],
        written=lambda partial: partial_dates.written(partial, language),
    )


@get("/{language:str}/about", guards=[anyone])
async def about(request: Request, language: FromPath[str]) -> Response[str]:
    web.spoken(language)
    return web.html(request, "public/site/about.html")


@get("/{language:str}/privacy", guards=[anyone])
async def privacy(request: Request, language: FromPath[str]) -> Response[str]:
    web.spoken(language)
    return web.html(request, "public/site/privacy.html")


@get("/{language:str}/accessibility", guards=[anyone])
async def accessibility(request: Request, language: FromPath[str]) -> Response[str]:
    web.spoken(language)
    return web.html(request, "public/site/accessibility.html")


@get("/robots.txt", guards=[anyone], media_type=MediaType.TEXT)
async def robots() -> str:
    return ROBOTS


@get("/health/live", guards=[anyone])
async def live() -> dict[str, bool]:
    """The process answers."""
    return {"live": True}


@get("/health/ready", guards=[anyone])
async def ready() -> Response[dict[str, bool]]:
    """503 without PostgreSQL. Without the queue mail waits and nothing is lost, so that alone is no reason."""
    database = await db.fetch_value("SELECT true")
    try:
        queue = await limits.reachable()
    except (redis.RedisError, OSError):
        queue = False
    return Response({"database": database, "queue": queue})


async def collector(connection: ASGIConnection, _handler: BaseRouteHandler) -> None:
    """For whoever sends METRICS_TOKEN. Raises WrongToken; NotFound where that is not set."""
    token = settings().metrics_token
    if not token:
        raise NotFound
    if not hmac.compare_digest(_token_sent(connection.headers.get("authorization", "")).encode(), token.encode()):
        raise WrongToken


# It is nobody of the staff.
collector.permission = None  # type: ignore[attr-defined]


@get("/metrics", guards=[collector])
async def show_metrics() -> Response[str]:
    return Response(
        await metrics.exposition(), media_type=metrics.CONTENT_TYPE, headers={"Cache-Control": "no-store"}
    )


@get("/caught/{key:str}", guards=[anyone])
async def caught(
    request: Request, key: FromPath[str], page: FromQuery[int] = 1, to: FromQuery[str] = ""
) -> Response[str]:
    found = catcher.listing(_caught(key), page, to.strip())
    return web.html(request, "public/caught/list.html", found=found, key=key, to=to.strip())


@get("/caught/{key:str}/{mail_id:str}", guards=[anyone])
async def caught_mail(
    request: Request, key: FromPath[str], mail_id: FromPath[str], view: FromQuery[str] = "html"
) -> Response[str]:
    mail = catcher.read(_caught(key), mail_id)
    return web.html(request, "public/caught/mail.html", mail=mail, key=key, view=view)


@get("/caught/{key:str}/{mail_id:str}/html", guards=[anyone])
async def caught_html(key: FromPath[str], mail_id: FromPath[str]) -> Response[Any]:
    mail = catcher.read(_caught(key), mail_id)
    headers = {"Content-Security-Policy": MAIL_POLICY, "X-Frame-Options": "SAMEORIGIN", "Cache-Control": "no-store"}
    beside = mail.html.replace("<head>", '<head><base target="_blank">', 1)
    return Response(beside, media_type=MediaType.HTML, headers=headers)


def _token_sent(authorization: str) -> str:
    """Of a bearer, or the password of HTTP basic authentication."""
    scheme, _blank, sent = authorization.partition(" ")
    if scheme.lower() != "basic":
        return sent.strip() if scheme.lower() == "bearer" else ""
    try:
        return b64decode(sent).decode().partition(":")[2]
    except ValueError:
        return ""


def _caught(key: str) -> Path:
    """The folder of the catcher, for who knows its key. Raises NotFound, also where no catcher runs."""
    folder = settings().caught
    if folder is None or not hmac.compare_digest(catcher.page_key(folder).encode(), key.encode()):
        raise NotFound
    return folder


ROUTES = [
    *(start, home, about, privacy, accessibility, robots, live, ready),
    show_metrics,
    *(caught, caught_mail, caught_html),
]

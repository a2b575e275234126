"""The web process: every route, and what all of them share."""

import importlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from litestar import Litestar, Request, Response
from litestar.config.compression import CompressionConfig
from litestar.datastructures import CacheControlHeader
from litestar.exceptions import HTTPException
from litestar.static_files import create_static_files_router
from litestar.types import ASGIApp

from service.auth import guards
from service.kit import db, log, paths, web
from service.kit.errors import Problem
from service.organisation import queries as organisations

FEATURES = ("site", "subscribers", "campaigns", "cases", "letters", "wall", "advocacy", "staff", "delivery")


@asynccontextmanager
async def lifespan(_app: Litestar) -> AsyncIterator[None]:
    await db.open_pool()
    yield
    await db.close_pool()


async def before_request(request: Request) -> None:
    """What every page may show; neither a static file nor the pulse of the process needs the database."""
    web.refuse_impossible(request)
    if not request.url.path.startswith(("/static/", "/health/")):
        organisation = await organisations.current()
        has_ended = organisation is not None and organisation.destroyed_at is not None
        shown = {"organisation": organisation} | ({"ended": True} if has_ended else {})
        request.state.page = {**request.state.get("page", {}), **shown}
        # For the pages that are made before or without this: an address that leads nowhere, no database.
        request.app.state.page = shown
        if has_ended:
            raise organisations.Ended


async def after_request(response: Response) -> Response:
    for name, value in web.HEADERS.items():
        response.headers.setdefault(name, value)
    if response.headers["Content-Security-Policy"] == web.FRAMED["Content-Security-Policy"]:
        del response.headers["X-Frame-Options"]
    return response


def routes() -> list[Any]:
    """Every handler that the features' pages.py (or pages/) and api.py list in ROUTES."""
    found: list[Any] = []
    for feature in FEATURES:
        for kind in ("pages", "api"):
            folder = paths.ROOT / "service" / feature
            if (folder / f"{kind}.py").exists() or (folder / kind / "__init__.py").exists():
                found += importlib.import_module(f"service.{feature}.{kind}").ROUTES
    return found


def answering_head(handler: ASGIApp) -> ASGIApp:
    """Whoever asks with HEAD whether something is there is told as with GET; the server leaves the content away."""

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        if scope.get("method") == "HEAD":
            scope = {**scope, "method": "GET"}
        await handler(scope, receive, send)

    return answer


def create() -> Litestar:
    log.set_up()
    static = create_static_files_router(
        path="/static",
        directories=[paths.STATIC],
        cache_control=CacheControlHeader(max_age=31_536_000, public=True, immutable=True),
        include_in_schema=False,
    )
    made = Litestar(
        [*routes(), static],
        lifespan=[lifespan],
        before_request=before_request,
        after_request=after_request,
        exception_handlers={
            guards.SignedOut: guards.signed_out,
            guards.SecondFactorMissing: guards.second_factor_missing,
            Problem: guards.recognising(web.problem_page),
            HTTPException: guards.recognising(web.http_problem),
            Exception: web.unforeseen,
        },
        compression_config=CompressionConfig(
            backend="gzip", minimum_size=1500, exclude=["/staff", "/caught"], exclude_opt_key="compresses_itself"
        ),
        request_max_body_size=1_000_000,
        openapi_config=None,
        logging_config=None,
    )
    made.asgi_handler = answering_head(made.asgi_handler)
    return made


app = create()

"""Every route says on its own line who may call it."""

from collections.abc import Iterator

import pytest
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute

from service.app import app
from service.auth.guards import anyone
from service.auth.permissions import PERMISSIONS

STATIC = "/static/"


def handlers() -> Iterator[tuple[str, HTTPRouteHandler]]:
    for route in app.routes:
        assert isinstance(route, HTTPRoute), f"{route.path}: only plain HTTP"
        for handler in route.route_handlers:
            if not route.path.startswith(STATIC) and handler.handler_name != "options_handler":
                yield route.path, handler


@pytest.mark.parametrize(("path", "handler"), list(handlers()), ids=lambda value: str(value))
def test_every_route_is_open_to_all_or_names_a_permission(path: str, handler: HTTPRouteHandler) -> None:
    guards = list(handler.guards or ())
    assert len(guards) == 1, f"{path} has {len(guards)} guards"
    if guards[0] is not anyone:
        assert getattr(guards[0], "permission", "missing") in {*PERMISSIONS, None}


def test_nothing_of_the_console_is_open_but_the_way_in() -> None:
    open_to_all = {path for path, handler in handlers() if anyone in (handler.guards or ())}
    ways_in = ("/staff/sign-in", "/staff/enter", "/staff/recover", "/staff/invitation", "/staff/second-factor")
    assert {path for path in open_to_all if path.startswith("/staff") and not path.startswith(ways_in)} == set()

"""Every address of the console against every role, and against nobody."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

import tests.make.staff as make
from service.app import app
from service.auth.permissions import allowed
from service.auth.tables import Role


def console() -> Iterator[tuple[str, str, str]]:
    """Method, address (with 1 for every parameter) and permission of each guarded route."""
    for route in app.routes:
        for handler in getattr(route, "route_handlers", []):
            permission = getattr(next(iter(handler.guards or ()), None), "permission", None)
            for method in (handler.http_methods & {"GET", "POST", "PUT", "PATCH", "DELETE"}) if permission else ():
                yield method, re.sub(r"\{[^}]*\}", "1", route.path), permission


ROUTES = sorted(console())


def test_the_console_has_routes() -> None:
    assert len(ROUTES) > 20


async def test_nobody_gets_in_without_signing_in(web: Any) -> None:
    for method, path, _permission in ROUTES:
        answer = await web.request(method, path)
        expected = 303 if method == "GET" else 401
        assert answer.status_code == expected, f"{method} {path}"
        assert method != "GET" or answer.headers["location"].startswith("/staff/sign-in?next="), path


@pytest.mark.parametrize("role", list(Role))
async def test_each_role_meets_its_bounds_everywhere(web: Any, role: Role) -> None:
    csrf = await make.sign_in(web, await make.staff("Anna", role=role))

    for method, path, permission in ROUTES:
        may = allowed(role, permission)
        if may and method != "GET":
            continue
        answer = await web.request(method, path, headers={"X-CSRF-Token": csrf})
        assert (answer.status_code == 403) is not may, f"{role}: {method} {path} wants {permission}"
        assert answer.status_code < 500, f"{method} {path}"


async def test_not_even_an_owner_changes_anything_without_the_token(web: Any) -> None:
    await make.sign_in(web, await make.staff("Olga"))

    for method, path, _permission in ROUTES:
        if method != "GET":
            answer = await web.request(method, path, data={"csrf": "guessed"})
            assert answer.status_code == 403, f"{method} {path}"

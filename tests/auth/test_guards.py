"""The guard on every route's own line, tried on a small application of its own."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from httpx import ASGITransport, AsyncClient
from litestar import Litestar, Request, get, post

import tests.make.staff as make
from service.auth import guards, permissions, sessions
from service.auth.guards import anyone, can
from service.auth.tables import Role
from service.kit import web as pages
from service.kit.errors import Problem


@get("/open", guards=[anyone])
async def open_page() -> str:
    return "open"


@get("/staff/campaigns", guards=[can("campaigns.view")])
async def see(request: Request) -> str:
    return str(request.state.staff.name)


@post("/staff/campaigns", guards=[can("campaigns.edit")])
async def write(request: Request) -> str:
    return (await pages.form(request)).text("title")


@post("/staff/imports", guards=[can("subscribers.import")], request_max_body_size=2_000_000_000)
async def upload(request: Request) -> str:
    return str(len(await request.body()))


@pytest.fixture
async def small(database: None) -> AsyncIterator[Any]:
    handlers = {guards.SignedOut: guards.signed_out, Problem: pages.problem_page}
    app = Litestar([open_page, see, write, upload], exception_handlers=handlers, openapi_config=None)
    async with AsyncClient(transport=ASGITransport(app=app), base_url="https://news.example.org") as client:
        yield client


async def test_a_visitor_reads_what_is_for_anyone(small: Any) -> None:
    assert (await small.get("/open")).text == "open"


async def test_a_visitor_is_led_to_the_sign_in_and_back(small: Any) -> None:
    answer = await small.get("/staff/campaigns?page=2&q=a%20b")

    assert answer.status_code == 303
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["location"] == "/staff/sign-in?next=/staff/campaigns%3Fpage%3D2%26q%3Da%2520b"


async def test_a_form_of_somebody_signed_out_is_refused_with_a_sentence(small: Any) -> None:
    answer = await small.post("/staff/campaigns", data={"title": "June"})

    assert answer.status_code == 401
    assert "signed out" in answer.text


async def test_olga_writes_with_her_token(small: Any) -> None:
    csrf = await make.sign_in(small, await make.staff("Olga"))

    assert (await small.get("/staff/campaigns")).text == "Olga"
    assert (await small.post("/staff/campaigns", data={"title": "June", "csrf": csrf})).text == "June"


async def test_a_token_that_is_missing_wrong_or_of_another_session_is_refused(small: Any) -> None:
    olga = await make.staff("Olga")
    other = await sessions.find(await sessions.begin(olga.id))
    annas = await sessions.find(await sessions.begin((await make.staff("Anna")).id))
    csrf = await make.sign_in(small, olga)
    assert other and annas

    for wrong in (None, "", "é", csrf[:-1], csrf + "0", csrf.upper() + " ", other.csrf, annas.csrf):
        data = {"title": "June"} if wrong is None else {"title": "June", "csrf": wrong}
        assert (await small.post("/staff/campaigns", data=data)).status_code == 403, wrong


async def test_a_form_from_another_site_is_refused_even_with_the_token(small: Any) -> None:
    csrf = await make.sign_in(small, await make.staff())

    for headers in ({"Origin": "https://evil.example.net"}, {"Sec-Fetch-Site": "cross-site"}):
        answer = await small.post("/staff/campaigns", data={"csrf": csrf}, headers=headers)
        assert answer.status_code == 403


async def test_a_large_upload_brings_its_token_beside_the_body(small: Any) -> None:
    csrf = await make.sign_in(small, await make.staff())

    assert (await small.post(f"/staff/imports?csrf={csrf}", content=b"x" * 5000)).text == "5000"
    assert (await small.post("/staff/imports", content=b"xx", headers={"X-CSRF-Token": csrf})).text == "2"
    assert (await small.post("/staff/imports?csrf=0", content=b"xx")).status_code == 403


@pytest.mark.parametrize(("role", "path"), [("viewer", "/staff/campaigns"), ("editor", "/staff/imports")])
async def test_nobody_fills_our_memory_with_a_form_that_would_be_refused(small: Any, role: str, path: str) -> None:
    await make.sign_in(small, await make.staff(role=role))
    read = []

    async def large() -> AsyncIterator[bytes]:
        for number in range(100):
            read.append(number)
            yield b"x=" + b"y" * 9998

    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    assert (await small.post(path, content=large(), headers=kind)).status_code == 403
    assert len(read) < 3


@pytest.mark.parametrize("role", list(Role))
async def test_each_role_does_what_its_permissions_say(small: Any, role: Role) -> None:
    csrf = await make.sign_in(small, await make.staff(role=role))

    answer = await small.post("/staff/campaigns", data={"csrf": csrf, "title": "x"})

    assert answer.status_code == (201 if permissions.allowed(role, "campaigns.edit") else 403)
    assert (await small.get("/staff/campaigns")).status_code == 200


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example.net",
        "//evil.example.net",
        "/staff//evil.example.net",
        "/\\evil.example.net",
        "/staff\\evil",
        "/staffevil",
        "/staff@evil.example.net",
        "/staff\r\nSet-Cookie: a=b",
        "/staff/x#y",
        "javascript:alert(1)",
        "",
    ],
)
def test_only_our_own_pages_are_led_back_to(wanted: str) -> None:
    assert guards.own_path(wanted) == "/staff"


def test_a_page_with_its_question_is_led_back_to() -> None:
    assert (
        guards.own_path("/staff/audit?action=campaign.sent&before=12")
        == "/staff/audit?action=campaign.sent&before=12"
    )

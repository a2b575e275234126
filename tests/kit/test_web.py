from typing import Any

import msgspec
import pytest

from service.kit import db, web


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("fr-CH, fr;q=0.9, en;q=0.8", "fr"),
        ("pl, be;q=0.7, ru;q=0.3", "be"),
        ("xx;q=abc, de;q=0.5", "de"),
        ("*", "en"),
        ("," * 10_000, "en"),
    ],
)
def test_the_browser_s_languages_decide_where_the_start_page_leads(header: str, language: str) -> None:
    assert web.preferred(header) == language


@pytest.mark.parametrize(
    ("typed", "number"), [("12", 12), ("007", 7), ("", 0), ("-1", 0), ("1.5", 0), ("٣", 0), ("9" * 10, 0), ("²", 0)]
)
def test_only_plain_digits_that_fit_a_column_are_a_number(typed: str, number: int) -> None:
    assert web.number(typed) == number


class Wanted(msgspec.Struct):
    q: str = ""
    state: str = "detained"
    alone: bool = False
    page: int = 1


def test_the_address_of_a_list_says_what_is_chosen_and_begins_on_its_first_page() -> None:
    link = web.links("/en/prisoners", Wanted(q="Ma & ria", alone=True, page=7))
    assert link() == "/en/prisoners?q=Ma+%26+ria&alone=True"
    assert link(q="", page=2) == "/en/prisoners?alone=True&page=2"
    assert link(q="", alone=False) == "/en/prisoners"


def test_what_was_emptied_differs_from_what_is_usual() -> None:
    assert web.links("/en/prisoners", Wanted())(state="") == "/en/prisoners?state="


def test_an_address_leaves_out_what_is_empty() -> None:
    assert web.address("/staff/wall/list", show="queue", q="", page=0) == "/staff/wall/list?show=queue"
    assert web.address("/staff/wall/list", q="") == "/staff/wall/list"


async def test_the_start_page_leads_to_the_language_of_the_reader(web: Any) -> None:
    answer = await web.get("/", headers={"Accept-Language": "fr"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/fr")


@pytest.mark.parametrize("path", ["/xx", "/en/nothing", "/en/about/more", "/%00", "/en/%2e%2e/staff"])
async def test_a_wrong_address_gets_a_sentence(web: Any, path: str) -> None:
    answer = await web.get(path)
    assert answer.status_code == 404
    assert "There is nothing at this address" in answer.text
    assert "Traceback" not in answer.text


async def test_a_page_that_leads_nowhere_still_says_whose_it_is(web: Any) -> None:
    await db.execute("UPDATE organisation SET name = 'Lanterna'")
    await web.get("/en/about")
    assert "Lanterna" in (await web.get("/en/nothing")).text


async def test_who_asks_for_json_gets_json(web: Any) -> None:
    answer = await web.get("/en/nothing", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_a_wrong_method_is_named(web: Any) -> None:
    assert (await web.post("/en/about")).status_code == 405


@pytest.mark.parametrize("path", ["/en", "/en/nothing", "/health/live"])
async def test_every_answer_carries_the_strict_headers(web: Any, path: str) -> None:
    headers = (await web.get(path)).headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "unsafe-inline" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["strict-transport-security"] == "max-age=31536000"


async def test_a_strange_host_header_changes_no_link(web: Any) -> None:
    answer = await web.get("/en", headers={"Host": "evil.example.net", "X-Forwarded-Host": "evil.example.net"})
    assert "evil" not in answer.text


async def test_static_files_may_be_kept_for_good(web: Any) -> None:
    answer = await web.get("/static/tokens.css")
    assert answer.status_code == 200
    assert "immutable" in answer.headers["cache-control"]

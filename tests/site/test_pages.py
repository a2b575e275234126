from typing import Any

import pytest

from service.kit import db
from service.kit.i18n import LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", ["", "/about", "/privacy", "/accessibility"])
async def test_a_page_is_there_in_every_language_and_says_so(web: Any, language: str, page: str) -> None:
    answer = await web.get(f"/{language}{page}")
    assert answer.status_code == 200
    assert f'<html lang="{language}"' in answer.text
    assert answer.text.count("<h1") == 1


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_warning_stands_before_the_address_on_the_start_page(web: Any, language: str) -> None:
    page = (await web.get(f"/{language}")).text
    assert -1 < page.index('class="caution"') < page.index('name="address"')


async def test_the_process_lives_and_is_ready(web: Any) -> None:
    assert (await web.get("/health/live")).json() == {"live": True}
    assert (await web.get("/health/ready")).json() == {"database": True, "queue": True}


async def test_without_its_records_the_site_says_so_and_still_lives(web: Any) -> None:
    pool = db.engine().pool
    db.engine().pool = await _closed_pool()
    try:
        assert (await web.get("/health/live")).status_code == 200
        assert (await web.get("/health/ready")).status_code == 503
        page = await web.get("/fr/about")
        assert page.status_code == 503
        assert page.headers["retry-after"] == "60"
        assert "Traceback" not in page.text
    finally:
        db.engine().pool = pool


async def _closed_pool() -> Any:
    import asyncpg

    pool = await asyncpg.create_pool(db.engine().config["dsn"], min_size=0)
    await pool.close()
    return pool


async def test_search_engines_are_told_what_is_not_for_them(web: Any) -> None:
    assert "Disallow: /staff" in (await web.get("/robots.txt")).text


async def test_where_no_catcher_runs_there_is_no_page_of_caught_mails(web: Any) -> None:
    assert (await web.get("/caught/anything")).status_code == 404


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/en/about", 200),
        ("/en/nowhere", 404),
        ("/static/icon.svg", 200),
        ("/staff", 303),
        ("/en/subscribe/sent", 200),
    ],
)
async def test_whoever_only_asks_whether_a_page_is_there_is_told_as_if_they_opened_it(
    web: Any, path: str, status: int
) -> None:
    assert (await web.head(path)).status_code == (await web.get(path)).status_code == status

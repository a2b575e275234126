"""The page where visitors say that something is wrong with a post."""

import pytest

from service.kit import db
from service.kit.i18n import LANGUAGES
from tests.make import wall


@pytest.fixture
async def address(web):
    """Of the form about Anna's post."""
    return f"/en/wall/faces/{await wall.key(await wall.post())}/report"


async def test_clara_reports_a_post_and_is_thanked(web, address):
    assert "Is something wrong" in (await web.get(address)).text
    answer = await web.post(address, data={"reason": "child"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/en/wall/reported")
    assert "Thank you" in (await web.get("/en/wall/reported")).text
    assert await db.fetch_value("SELECT reason FROM wall_report") == "child"


async def test_the_second_report_of_one_house_is_answered_like_the_first_and_counts_nothing(web, address):
    first, second = [await web.post(address, data={"reason": "hate"}) for _again in range(2)]
    assert (first.status_code, first.content) == (second.status_code, second.content)
    assert await db.fetch_value("SELECT reports FROM wall_post") == 1


async def test_a_form_without_a_reason_comes_back(web, address):
    answer = await web.post(address, data={"reason": "<script>"})
    assert answer.status_code == 422
    assert 'href="#reason"' in answer.text and "Please choose what is wrong" in answer.text


@pytest.mark.parametrize("state", ["unconfirmed", "waiting", "reported", "rejected", "withdrawn"])
async def test_what_is_not_shown_has_no_form(web, state):
    address = f"/en/wall/faces/{await wall.key(await wall.post(state=state, published_at=None))}/report"
    assert (await web.get(address)).status_code == 404
    assert (await web.post(address, data={"reason": "hate"})).status_code == 404
    assert await db.fetch_value("SELECT count(*) FROM wall_report") == 0


async def test_another_site_reports_nothing(web, address):
    answer = await web.post(address, data={"reason": "hate"}, headers={"Origin": "https://troll.example.com"})
    assert answer.status_code == 403
    assert await db.fetch_value("SELECT count(*) FROM wall_report") == 0


async def test_opening_the_page_reports_nothing(web, address):
    await web.get(address + "?reason=hate")
    assert await db.fetch_value("SELECT count(*) FROM wall_report") == 0


@pytest.mark.parametrize("language", LANGUAGES)
async def test_it_speaks_five_languages_and_is_in_no_index(web, language):
    address = f"/{language}/wall/faces/{await wall.key(await wall.post())}/report"
    for each in (address, f"/{language}/wall/reported"):
        page = (await web.get(each)).text
        assert f'<html lang="{language}">' in page and 'name="robots" content="noindex"' in page


async def test_a_visitor_who_reports_all_day_is_asked_to_wait(web):
    answers = []
    for _each in range(11):
        address = f"/en/wall/faces/{await wall.key(await wall.post())}/report"
        answers.append((await web.post(address, data={"reason": "other"})).status_code)
    assert answers == [303] * 10 + [429]

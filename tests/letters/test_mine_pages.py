"""A visitor without an account gets people to write to."""

import re

import pytest

from service.kit import clock, db
from service.letters import allotting
from service.letters.pages import mine
from service.organisation import queries as organisations
from tests.make import cases


@pytest.fixture
async def colony(database):
    return await cases.facility()


async def ask(web, count=3):
    return await web.post("/de/letters/mine", data={"count": str(count)})


async def test_emil_gets_three_people_with_their_addresses(web, colony):
    for number in range(4):
        await cases.prisoner(f"Person {number}", colony, key=f"person{number}", name_ru=f"Персона {number}")
    answer = await ask(web)
    assert answer.status_code == 303
    page = (await web.get(answer.headers["location"])).text
    assert len(re.findall(r'class="envelope"', page)) == 3
    assert "246035, г. Гомель<br>REPUBLIC OF BELARUS" in page
    assert page.count("/card.pdf") == 3
    assert answer.headers["location"].replace("/letters/mine/", "/posted/") in page


async def test_opening_the_page_again_gives_nobody_else_and_reserves_nothing_more(web, colony):
    for number in range(6):
        await cases.prisoner(f"Person {number}", colony)
    place = (await ask(web)).headers["location"]
    first = (await web.get(place)).text
    assert (await web.get(place)).text == first
    await web.get("/de/letters/mine")
    assert await db.fetch_value("SELECT sum(reserved) FROM allotment") == 3


async def test_no_cookie_is_set_and_nobody_is_written_down(web, colony):
    await cases.prisoner(place=colony)
    answer = await ask(web, 1)
    await web.get(answer.headers["location"])
    assert not web.cookies
    [row] = await db.fetch("SELECT batch, reserved FROM allotment")
    assert tuple(row) == (f"page {(await organisations.today()).isoformat()}", 1)


@pytest.mark.parametrize("count", ["", "0", "6", "-1", "three", "99999999999999999999"])
async def test_a_number_that_is_none_is_asked_for_again(web, colony, count):
    answer = await ask(web, count)
    assert answer.status_code == 422
    assert 'href="#count"' in answer.text


async def test_with_nobody_to_write_to_the_page_says_so(web, colony):
    answer = await ask(web)
    assert answer.status_code == 409
    assert 'id="count-3" name="count" type="radio" value="3" checked' in answer.text


async def test_who_asks_again_and_again_has_to_wait(web, colony):
    await cases.prisoner(place=colony)
    answers = [await ask(web, 1) for _again in range(mine.MOST_ASKED[0] + 1)]
    assert [answer.status_code for answer in answers] == [303] * mine.MOST_ASKED[0] + [429]
    held = await db.fetch_value("SELECT sum(reserved) FROM allotment")
    assert held == allotting.HELD_BY_PAGES


async def test_while_many_are_shared_out_a_visitor_is_asked_to_come_back(web, colony, monkeypatch):
    await cases.prisoner(place=colony)
    monkeypatch.setattr(allotting, "_PATIENCE", "50ms")
    async with db.transaction():
        await allotting.for_evening(1, 1, clock.now().date())
        other = await _outside(lambda: ask(web, 1))
    assert other.status_code == 503
    assert (await ask(web, 1)).status_code == 303


async def test_who_was_released_meanwhile_needs_no_letter(web, colony):
    await cases.prisoner(place=colony)
    place = (await ask(web, 1)).headers["location"]
    await db.execute("UPDATE prisoner SET state = 'released'")
    page = (await web.get(place)).text
    assert "Maryna Kavalchuk" in page and "envelope" not in page and "card.pdf" not in page


async def test_a_damaged_link_gets_a_kind_page(web, colony):
    assert (await web.get("/en/letters/mine/nothing")).status_code == 400


async def _outside(request):
    """As a request of somebody else, who is not in the transaction of this test."""
    import asyncio
    import contextvars

    return await asyncio.create_task(request(), context=contextvars.Context())

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
import vobject

from service.cases import birthdays
from service.kit import clock
from tests.make import cases

TODAY = datetime(2026, 12, 20, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _advent() -> Iterator[None]:
    with clock.at(TODAY):
        yield


async def page(web: Any, query: str = "") -> str:
    text: str = (await web.get(f"/en/birthdays{query}")).text
    return text


def test_without_a_month_it_is_the_rest_of_this_month_and_the_two_after_it():
    assert birthdays.window(date(2026, 12, 20)) == (date(2026, 12, 20), date(2027, 2, 28))
    assert birthdays.window(date(2026, 1, 31)) == (date(2026, 1, 31), date(2026, 3, 31))
    assert birthdays.window(date(2027, 12, 1)) == (date(2027, 12, 1), date(2028, 2, 29))


def test_a_month_is_the_next_of_its_name():
    assert birthdays.window(date(2026, 12, 20), 12) == (date(2026, 12, 20), date(2026, 12, 31))
    assert birthdays.window(date(2026, 12, 20), 1) == (date(2027, 1, 1), date(2027, 1, 31))
    assert birthdays.window(date(2026, 5, 20), 11) == (date(2026, 11, 1), date(2026, 11, 30))


async def test_people_stand_under_their_month_and_day_with_the_age_that_they_reach(web: Any) -> None:
    await cases.prisoner("Ales Novik", await cases.facility(), born="1990-12-24")
    await cases.prisoner("Vera Lis", born="--01-06")
    await cases.prisoner("Ihar Bor", born="1988-02-29")
    seen = await page(web)
    order = ["December 2026", "24 December", "Ales Novik", "36 years old", "January 2027", "6 January", "Vera Lis"]
    order += ["February 2027", "28 February", "Ihar Bor", "39 years old"]
    places = [seen.index(f">{words}<") for words in order]
    assert places == sorted(places)
    assert "246035, г. Гомель" in seen and seen.count("years old") == 2


async def test_month_and_place_narrow_the_list_and_go_with_it_to_the_printer_and_the_calendar(web: Any) -> None:
    homel, minsk = await cases.facility(), await cases.facility("СИЗО-1")
    await cases.prisoner("Ales Novik", homel, born="1990-07-24")
    await cases.prisoner("Vera Lis", minsk, born="1990-07-25")
    await cases.prisoner("Ihar Bor", homel, born="1990-12-24")
    seen = await page(web, f"?month=7&facility={homel}")
    assert "Ales Novik" in seen and "Vera Lis" not in seen and "Ihar Bor" not in seen
    assert f'href="/en/birthdays/list.pdf?month=7&amp;facility={homel}"' in seen
    assert f'href="/en/birthdays/labels?month=7&amp;facility={homel}"' in seen
    assert f'href="webcal://news.example.org/en/birthdays.ics?facility={homel}"' in seen


async def test_where_nobody_has_a_birthday_the_page_shows_the_way_on(web: Any) -> None:
    await cases.prisoner("Ales Novik", born="1990-07-24")
    assert "All coming birthdays" in await page(web, "?month=8")
    assert "A letter is welcome on any other day" in await page(web)


async def test_the_calendar_can_be_subscribed_to_for_everybody_and_for_one_place(web: Any) -> None:
    homel = await cases.facility()
    await cases.prisoner("Ales Novik", homel)
    await cases.prisoner("Vera Lis")
    answer = await web.get("/en/birthdays.ics")
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    names = {event.summary.value for event in vobject.readOne(answer.text).vevent_list}
    assert names == {"Birthday: Ales Novik", "Birthday: Vera Lis"}
    one = vobject.readOne((await web.get(f"/en/birthdays.ics?facility={homel}")).text)
    assert [event.summary.value for event in one.vevent_list] == ["Birthday: Ales Novik"]


async def test_an_address_that_ceases_to_be_valid_leaves_the_calendar_with_the_day(web: Any) -> None:
    await cases.prisoner("Ales Novik", await cases.facility(valid_until=TODAY.date()))
    before = await web.get("/en/birthdays.ics")
    assert "246035" in before.text
    with clock.at(TODAY.replace(day=21)):
        after = await web.get("/en/birthdays.ics", headers={"If-None-Match": before.headers["etag"]})
    assert after.status_code == 200 and "246035" not in after.text

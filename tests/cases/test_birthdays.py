from datetime import date

import pytest

from service.cases import birthdays
from service.kit import clock
from tests.make import cases

pytestmark = pytest.mark.usefixtures("database")


async def in_days(first: date, last: date) -> list[tuple[date, str, int | None]]:
    return [(each.day, each.person.name, each.age) for each in await birthdays.between(first, last, "en")]


async def test_marynas_birthday_is_in_june_and_she_turns_forty_two():
    await cases.prisoner("Maryna Kavalchuk", born="1984-06-02")
    await cases.prisoner("Ales Novik", born="1990-08-01")
    june = (date(2026, 6, 1), date(2026, 6, 30))
    assert await in_days(*june) == [(date(2026, 6, 2), "Maryna Kavalchuk", 42)]


async def test_the_first_and_the_last_day_count():
    await cases.prisoner(born="1984-06-02")
    assert len(await in_days(date(2026, 6, 2), date(2026, 6, 2))) == 1
    assert await in_days(date(2026, 6, 3), date(2027, 6, 1)) == []


async def test_who_was_born_on_29_february_has_a_birthday_every_year():
    await cases.prisoner(born="1988-02-29")
    assert [day for day, _name, _age in await in_days(date(2027, 2, 1), date(2027, 3, 1))] == [date(2027, 2, 28)]
    assert [day for day, _name, _age in await in_days(date(2028, 2, 1), date(2028, 3, 1))] == [date(2028, 2, 29)]


async def test_without_a_year_there_is_a_birthday_and_no_age_and_without_a_day_there_is_none():
    await cases.prisoner("Vera Lis", born="--06-02")
    await cases.prisoner("Ihar Bor", born="1984-06")
    await cases.prisoner("Yan Klim", born="1984")
    await cases.prisoner("Ala Shur", born="")
    assert await in_days(date(2026, 1, 1), date(2026, 12, 31)) == [(date(2026, 6, 2), "Vera Lis", None)]


async def test_days_come_in_order_across_the_turn_of_the_year():
    await cases.prisoner("Jan", born="1980-01-06")
    await cases.prisoner("Dec", born="1980-12-30")
    found = await in_days(date(2026, 12, 1), date(2027, 1, 31))
    assert [(day, name) for day, name, _age in found] == [(date(2026, 12, 30), "Dec"), (date(2027, 1, 6), "Jan")]


@pytest.mark.parametrize(
    "others",
    [
        {"state": "released"},
        {"state": "died"},
        {"publication": "initials"},
        {"publication": "hidden"},
        {"vetoed_at": 0},
    ],
)
async def test_who_is_free_dead_or_not_to_be_shown_in_full_has_none_here(others):
    await cases.prisoner(born="1984-06-02", **({"vetoed_at": clock.now()} if "vetoed_at" in others else others))
    assert await in_days(date(2026, 6, 1), date(2026, 6, 30)) == []

"""Who is given to whom: the least written-to first, held for a while, also when many ask at the same moment."""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest

from service.kit import clock, db
from service.letters import allotting
from service.letters.allotting import NobodyToWriteTo
from tests.make import cases, letters

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
async def colony(database):
    return await cases.facility()


async def several(colony, count):
    return [await cases.prisoner(f"Person {number}", colony, born="") for number in range(count)]


async def loads():
    return {candidate.id: candidate.load for candidate in await allotting.candidates()}


async def test_whoever_cannot_be_written_to_is_given_to_nobody(colony):
    maryna = await cases.prisoner(place=colony)
    await cases.prisoner(place=colony, publication="hidden")
    await cases.prisoner(place=colony, publication="initials")
    await cases.prisoner(place=colony, vetoed_at=clock.now())
    await cases.prisoner(place=colony, state="released")
    await cases.prisoner(place=colony, state="died")
    await cases.prisoner(place=None)
    await cases.prisoner(place=await cases.facility(valid_from=clock.now().date() + timedelta(days=9)))
    assert list(await loads()) == [maryna]


async def test_letters_of_late_and_those_to_come_count_and_no_letter_counts_twice(colony):
    maryna = await cases.prisoner(place=colony)
    await letters.posted(maryna, 3)
    await letters.posted(maryna, 50, clock.now().date() - timedelta(days=91))
    await letters.allotment(maryna, 10, posted=3)
    await letters.allotment(maryna, 40, batch="mailing 2", days=-1)
    assert await loads() == {maryna: 3 + 7}


async def test_what_was_reserved_and_not_posted_counts_no_more_after_three_weeks(colony):
    maryna = await cases.prisoner(place=colony)
    evening = await allotting.for_evening(1, 1, clock.now().date())
    assert evening == [maryna]
    assert await loads() == {maryna: 1}
    with clock.at(clock.now() + allotting.RESERVED_FOR + timedelta(minutes=1)):
        assert await loads() == {maryna: 0}


async def test_a_visitor_holds_people_back_for_three_days_only(colony):
    maryna = await cases.prisoner(place=colony)
    assert (await allotting.for_page(1))[1] == [maryna]
    assert await loads() == {maryna: 1}
    with clock.at(clock.now() + timedelta(days=3, minutes=1)):
        assert await loads() == {maryna: 0}


async def test_visitors_get_the_least_written_to_each_in_turn(colony):
    people = await several(colony, 6)
    await letters.posted(people[0], 4)
    first, second = [(await allotting.for_page(2))[1] for _visitor in range(2)]
    assert set(first).isdisjoint(second)
    third = (await allotting.for_page(2))[1]
    assert people[0] not in {*first, *second, *third}


async def test_visitors_cannot_drain_the_pool(colony):
    people = await several(colony, 4)
    for _visitor in range(12):
        assert len((await allotting.for_page(4))[1]) == 4
    assert await loads() == dict.fromkeys(people, allotting.HELD_BY_PAGES)


async def test_a_birthday_soon_and_being_alone_weigh_more(colony):
    today = clock.now().date()
    soon, past = today + timedelta(days=10), today - timedelta(days=10)
    with_birthday = await cases.prisoner(place=colony, born=f"1984-{soon:%m-%d}")
    without_year = await cases.prisoner(place=colony, born=f"--{soon:%m-%d}")
    after = await cases.prisoner(place=colony, born=f"1984-{past:%m-%d}")
    alone = await cases.prisoner(place=colony, born="1984-06", weight=4)
    weights = {candidate.id: candidate.weight for candidate in await allotting.candidates()}
    assert weights == {with_birthday: 3, without_year: 3, after: 1, alone: 4}


async def test_who_was_born_on_29_february_weighs_more_in_any_february(colony):
    leapling = await cases.prisoner(place=colony, born="1984-02-29")
    with clock.at(clock.now().replace(year=2027, month=2, day=20)):
        assert [candidate.weight for candidate in await allotting.candidates()] == [3]
    with clock.at(clock.now().replace(year=2027, month=3, day=5)):
        [found] = await allotting.candidates()
    assert (found.id, found.weight) == (leapling, 1)


async def test_with_nobody_to_write_to_it_is_said_and_nothing_is_kept(colony):
    with pytest.raises(NobodyToWriteTo):
        await allotting.for_page(2)
    assert await db.fetch_value("SELECT count(*) FROM allotment") == 0


async def test_nothing_that_is_kept_says_who_was_given_whom(colony):
    await several(colony, 3)
    await allotting.for_page(3)
    columns = await db.fetch(
        "SELECT column_name FROM information_schema.columns WHERE table_name = 'allotment' ORDER BY 1"
    )
    assert [row["column_name"] for row in columns] == [
        *("batch", "expires_at", "id", "made_at", "posted", "prisoner", "reserved")
    ]


async def test_many_who_ask_at_the_same_moment_do_not_take_the_same_least_written_to(colony):
    people = await several(colony, 24)
    given = await asyncio.gather(*(allotting.for_page(3) for _visitor in range(8)))
    assert Counter(id for _batch, row in given for id in row) == Counter(people)


async def test_evenings_and_visitors_who_ask_at_once_share_the_people_between_them(colony):
    people = await several(colony, 30)
    printed, *visits = await asyncio.gather(
        allotting.for_evening(1, 15, clock.now().date()), *(allotting.for_page(3) for _visitor in range(5))
    )
    assert sorted([*printed, *(id for _batch, row in visits for id in row)]) == sorted(people)

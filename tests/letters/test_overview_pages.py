"""Staff see who is forgotten, how evenly letters fall, and what went to an old address."""

import csv
import io
import itertools
import re
from datetime import timedelta

import pytest

from service.kit import clock
from service.letters import spread
from tests.make import cases, letters
from tests.make.staff import sign_in, staff


@pytest.fixture
async def colony(database):
    return await cases.facility()


@pytest.fixture
async def vera(web):
    """She only looks."""
    return await sign_in(web, await staff("Vera", "viewer"))


def days_ago(days):
    return clock.now().date() - timedelta(days=days)


async def test_the_most_forgotten_come_first(colony):
    often, late, early, never, coming = [await cases.prisoner(f"Person {n}", colony) for n in range(5)]
    await letters.posted(often, 3)
    await letters.posted(late, 1, days_ago(100))
    await letters.posted(early, 1, days_ago(200))
    await letters.allotment(coming, 2)
    assert [one.id for one in await spread.counts(90)] == [never, early, late, coming, often]
    assert next(one.id for one in await spread.counts(365)) == never


async def test_the_spread_says_least_middle_and_most_and_counts_everybody_once(colony):
    for count in (0, 0, 1, 2, 7):
        someone = await cases.prisoner(f"Person {count}", colony)
        if count:
            await letters.posted(someone, count)
    found = spread.of(await spread.counts(90))
    assert (found.least, found.median, found.most, found.nobody_ever, found.people) == (0, 1, 7, 2, 5)
    assert [(bar.least, bar.most, bar.people) for bar in found.bars if bar.people] == [
        *((0, 0, 2), (1, 1, 1), (2, 2, 1), (7, 7, 1))
    ]


@pytest.mark.parametrize("most", [0, 1, 11, 12, 13, 100, 1234])
def test_the_bars_are_few_and_hold_everybody(most):
    counted = [spread.Count(n, 1, 1, n * most // 40, 0, None, 0) for n in range(41)]
    bars = spread.of(counted).bars
    assert len(bars) <= 13
    assert sum(bar.people for bar in bars) == 41
    assert bars[0].least == 0 and bars[-1].least <= most <= bars[-1].most
    assert all(one.most + 1 == other.least for one, other in itertools.pairwise(bars))


async def test_months_without_letters_are_there_too(colony):
    maryna = await cases.prisoner(place=colony)
    with clock.at(clock.now().replace(year=2027, month=2, day=10)):
        await letters.posted(maryna, 4, clock.now().date())
        await letters.posted(maryna, 2, clock.now().date(), "evening")
        await letters.posted(maryna, 9, clock.now().date().replace(year=2025))
        months = await spread.months()
    assert [(m.first.isoformat(), m.letters, m.at_evenings) for m in months[:2]] == [
        *(("2027-02-01", 6, 2), ("2027-01-01", 0, 0))
    ]
    assert len(months) == 12 and sum(month.letters for month in months) == 6


async def test_a_transfer_shows_what_went_to_the_old_address(colony):
    maryna, pavel = await cases.prisoner(place=colony), await cases.prisoner("Pavel Sapega", colony)
    new = await cases.facility("Тюрьма №8", town="г. Жодино")
    for prisoner in (maryna, pavel):
        await letters.stay(prisoner, colony, 400)
    with clock.at(clock.now() - timedelta(days=10)):
        await letters.allotment(maryna, 5, posted=1, days=30)
    await letters.posted(maryna, 2, days_ago(20))
    await letters.posted(maryna, 9, days_ago(100))
    await letters.stay(maryna, new, 5)
    await letters.posted(maryna, 9)
    await letters.allotment(maryna, 8, "mailing 9")
    [moved] = await spread.transfers()
    assert (moved.person.id, moved.old, moved.new) == (maryna, "ИК №4, г. Гомель", "Тюрьма №8, г. Жодино")
    assert (moved.posted, moved.coming) == (2, 4)


async def test_a_transfer_long_ago_or_of_somebody_hidden_is_not_shown(colony):
    maryna, pavel = await cases.prisoner(place=colony), await cases.prisoner(place=colony, publication="hidden")
    for prisoner, days in ((maryna, 61), (pavel, 5)):
        await letters.stay(prisoner, colony, 400)
        await letters.stay(prisoner, await cases.facility("Тюрьма №8"), days)
    assert await spread.transfers() == []


async def test_vera_sees_the_page_with_and_without_letters(web, vera, colony):
    assert "Nobody can be written to yet" in (await web.get("/staff/letters")).text
    maryna = await cases.prisoner(place=colony)
    await letters.posted(maryna, 2)
    await letters.allotment(maryna, 3, "evening 4")
    page = (await web.get("/staff/letters?days=30")).text
    assert "Maryna Kavalchuk" in page and "A letter evening" in page
    assert re.search(r'<th scope="row">5</th>\s*<td class="length"><meter min="0" max="1" value="1"', page)
    assert "/staff/letters/evenings" not in page


async def test_the_filters_narrow_the_list_and_nonsense_is_taken_kindly(web, vera, colony):
    other = await cases.facility("Тюрьма №8")
    await cases.prisoner(place=colony)
    await cases.prisoner("Pavel Sapega", other)
    page = (await web.get(f"/staff/letters?facility={other}")).text
    assert "Pavel Sapega" in page and "Maryna" not in page
    for query in ("days=-5&page=-1", "facility=999999", "page=4000"):
        assert (await web.get(f"/staff/letters?{query}")).status_code == 200


async def test_the_list_has_pages(web, vera, colony):
    for number in range(26):
        await cases.prisoner(f"Person {number}", colony)
    assert 'rel="next" href="/staff/letters?page=2"' in (await web.get("/staff/letters")).text
    second = (await web.get("/staff/letters?page=2")).text
    assert 'rel="prev" href="/staff/letters"' in second and "Person 25" in second and 'rel="next"' not in second


async def test_the_download_holds_everybody_and_no_formula(web, vera, colony):
    await cases.prisoner('=HYPERLINK("https://example.com")', colony)
    await cases.prisoner("Pavel Sapega", colony)
    answer = await web.get("/staff/letters/forgotten.csv")
    assert 'filename="letters.csv"' in answer.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff"))))
    assert {row["name"] for row in rows} == {'\'=HYPERLINK("https://example.com")', "Pavel Sapega"}
    assert {row["facility"] for row in rows} == {"ИК №4, г. Гомель"}


async def test_who_is_hidden_or_free_stands_in_no_list(web, vera, colony):
    await cases.prisoner("Hidden One", colony, publication="hidden")
    await cases.prisoner("Free One", colony, state="released")
    for place in ("/staff/letters", "/staff/letters/forgotten.csv"):
        assert "One" not in (await web.get(place)).text


async def test_a_stranger_is_asked_to_sign_in(web):
    for place in ("/staff/letters", "/staff/letters/forgotten.csv"):
        assert (await web.get(place)).status_code == 303

from datetime import date

from service.cases import birthdays
from service.letters import birthday_list
from tests.letters.test_cards import LONG, MARYNAS
from tests.make import cases, paper

FIRST, LAST = date(2026, 11, 22), date(2027, 1, 21)


async def printed(language="en"):
    found = await birthdays.between(FIRST, LAST, language)
    return await birthday_list.printed(found, FIRST, LAST, language)


async def test_who_has_a_birthday_stands_under_the_month_with_age_and_address(database):
    homel = await cases.facility()
    await cases.prisoner(place=homel, born="1984-12-24")
    await cases.prisoner("Ivan Novik", born="--01-02")
    await cases.prisoner("Anna Bondar", born="1990-06-01")
    made = await printed()
    said = paper.lines(made)
    assert paper.size(made) == (210, 297) and paper.fonts_embedded(made)
    places = ["\n".join(said).index(word) for word in ("\nDecember 2026", "turns 42", "\nJanuary 2027", "Ivan Novik")]
    assert places == sorted(places)
    assert all(line in "\n".join(said) for line in MARYNAS)
    assert "Anna Bondar" not in "\n".join(said)


async def test_a_full_list_keeps_to_its_margins_on_every_page(database):
    far = await cases.facility(**LONG)
    for day in range(1, 29):
        await cases.prisoner("Aliaksandra Kanstantsinopalskaya-Praabrazhenskaya", place=far, born=f"1984-12-{day:02}")
    made = await printed("fr")
    assert paper.pages(made) > 2
    assert paper.text(made).count("REPUBLIC OF BELARUS") == 28
    for page in range(paper.pages(made)):
        left, top, right, bottom = paper.ink(made, page)
        assert left >= 15 and top >= 15 and right <= 195 and bottom <= 290


async def test_the_list_says_where_no_mail_is_taken(database):
    said = " ".join(paper.lines(await printed()))
    assert "always or at times: Finland, Ukraine, United States." in said
    assert "https://news.example.org/en/birthdays" in said


async def test_an_empty_list_says_so(database):
    assert "Nobody whom we know has a birthday in these days." in paper.lines(await printed())


async def test_belarusian_months_are_written_as_headings(database):
    await cases.prisoner(born="1984-12-24")
    assert "Снежань 2026" in paper.lines(await printed("be"))

from datetime import UTC, datetime

import pytest

from service.kit import clock
from service.letters.printing import MOST_LISTS
from tests.letters.test_cards import MARYNAS
from tests.make import cases, paper

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


async def maryna(**others):
    place = await cases.facility()
    return await cases.prisoner(place=place, **({"key": "maryna", "born": "1984-12-02"} | others))


@pytest.mark.parametrize(("query", "size"), [("", (148, 105)), ("?size=a6", (148, 105)), ("?size=a4", (210, 297))])
async def test_marynas_card_is_a_pdf_that_is_kept_nowhere_on_the_way(web, query, size):
    await maryna()
    answer = await web.get(f"/en/prisoners/maryna/card.pdf{query}")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["cache-control"] == "no-store"
    assert "maryna" not in answer.headers["content-disposition"]
    assert paper.size(answer.content) == size
    assert paper.lines(answer.content) == MARYNAS


async def test_a_letter_that_was_checked_is_set_large_to_be_copied(web):
    await maryna()
    answer = await web.post("/en/prisoners/maryna/card.pdf?size=a4", data={"text": "Привет!\nУ нас снег."})
    assert answer.status_code == 200
    assert [line for line in paper.lines(answer.content, 1) if line[0] in "ПУ"] == ["Привет!", "У нас снег."]


@pytest.mark.parametrize(
    ("letter", "released", "status"), [("слово " * 900, False, 422), ("Привет, Марина!", True, 404)]
)
async def test_a_letter_of_which_no_card_can_be_made_is_not_lost(web, letter, released, status):
    await maryna(state="released" if released else "detained")
    page = await web.post("/en/prisoners/maryna/card.pdf?size=a6", data={"text": letter})
    assert page.status_code == status
    assert letter.strip() in page.text
    assert 'id="error-summary"' in page.text


@pytest.mark.parametrize(
    "address",
    [
        "/en/prisoners/nobody/card.pdf",
        "/en/prisoners/maryna/card.pdf?size=a0",
        "/xx/prisoners/maryna/card.pdf",
        "/en/prisoners/hidden/card.pdf",
        "/en/prisoners/initials/card.pdf",
        "/en/birthdays/labels.pdf?sheet=1x1",
        "/xx/birthdays/list.pdf",
    ],
)
async def test_what_is_not_there_is_said_to_be_not_there(web, address):
    await maryna()
    await maryna(key="hidden", publication="hidden")
    await maryna(key="initials", publication="initials")
    assert (await web.get(address)).status_code == 404


async def test_birthdays_are_printed_as_the_page_shows_them(web):
    await maryna()
    await maryna(key="ivan", name_ru="Иван Новик", name_latin="Ivan Novik", born="1990-01-15")
    with clock.at(NOON):
        everybody = await web.get("/en/birthdays/list.pdf")
        december = await web.get("/en/birthdays/list.pdf?month=12&facility=")
        labels = await web.get("/en/birthdays/labels.pdf?sheet=63x38&start=3&month=12")
    assert "Ivan Novik" in paper.text(everybody.content) and "Maryna" in paper.text(everybody.content)
    assert "Ivan Novik" not in paper.text(december.content) and "Maryna" in paper.text(december.content)
    assert paper.lines(labels.content) == MARYNAS


async def test_the_page_of_labels_counts_them_and_knows_the_sheets(web):
    with clock.at(NOON):
        assert "Nobody to print a label for" in (await web.get("/en/birthdays/labels")).text
        await maryna()
        page = (await web.get("/en/birthdays/labels?month=12")).text
    assert "There is 1 label to print." in page
    assert 'name="month" value="12"' in page and 'value="63x38"' in page


async def test_who_prints_without_end_has_to_wait(web):
    await maryna()
    with clock.at(NOON):
        for _time in range(MOST_LISTS[0]):
            await web.get("/en/birthdays/list.pdf?month=3")
        assert (await web.get("/en/birthdays/labels.pdf?month=3")).status_code == 429
        assert (await web.get("/en/prisoners/maryna/card.pdf")).status_code == 200

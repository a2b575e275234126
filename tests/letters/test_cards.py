import pytest

from service.cases import queries
from service.letters import cards
from tests.make import cases, paper

pytestmark = pytest.mark.usefixtures("database")

MARYNAS = ["Марина Ковальчук", "ИК №4", "ул. Антошкина, 3", "246035, г. Гомель", "REPUBLIC OF BELARUS"]
LETTER = "Здравствуйте, Марина!\nУ нас первый снег. Ўсё добра, i здароўя Вам.\nАнна"
WINDOW = (25, 47, 105, 88)
RIGHT_HALF = (75, 40, 148, 105)
LONG = {
    "name": "Исправительная колония № 22 «Волчьи норы» управления Департамента исполнения наказаний МВД",
    "street": "ул. Советских пограничников имени Тысячелетия города, дом 258, корпус В, строение 22А",
    "town": "Ивацевичский район, станция Доманово, почтовое отделение Яглевичи",
}


async def person(**others):
    facility = await cases.facility(**others.pop("place", {}))
    [found] = await queries.people([await cases.prisoner(place=facility, **others)], "en")
    return found


async def test_the_postcard_is_of_its_size_and_has_marynas_address_letter_for_letter():
    maryna = await person()
    made = await cards.card(maryna, "a6")
    assert paper.lines(made) == maryna.address == MARYNAS
    assert [paper.size(made, page) for page in range(paper.pages(made))] == [(148, 105), (148, 105)]
    assert paper.fonts_embedded(made)


async def test_the_folded_letter_shows_the_address_in_the_window_of_an_envelope():
    maryna = await person()
    made = await cards.card(maryna, "a4")
    assert paper.lines(made) == MARYNAS
    assert paper.size(made) == (210, 297)
    left, top, right, bottom = paper.ink(made, box=WINDOW)
    assert left >= 0 and top > 1 and right < 78 and bottom < 40
    assert paper.ink(made, box=(20, 45, 110, 47)) is None
    assert paper.ink(made, box=(20, 88, 110, 104)) is None


async def test_the_text_to_copy_stands_on_a_page_that_is_not_posted():
    maryna = await person()
    for size in cards.SIZES:
        made = await cards.card(maryna, size, LETTER)
        assert paper.lines(made) == MARYNAS
        for line in LETTER.splitlines():
            assert line in " ".join(paper.lines(made, 1))


async def test_nothing_is_posted_that_is_not_cyrillic_but_the_country():
    made = await cards.card(await person(), "a4", LETTER)
    assert not any(letter.isascii() and letter.isalpha() for line in paper.lines(made)[:-1] for letter in line)


async def test_a_long_letter_goes_on_on_further_pages_and_loses_no_word():
    made = await cards.card(await person(), "a6", "слово за словом " * 240)
    words = " ".join(" ".join(paper.lines(made, page)) for page in range(1, paper.pages(made)))
    assert words.count("слово за словом") == 240
    for page in range(paper.pages(made)):
        left, top, right, bottom = paper.ink(made, page)
        assert left >= 6 and top >= 6 and right <= 142 and bottom <= 99


async def test_long_names_and_addresses_become_small_and_stay_within_their_place():
    longest = await person(place=LONG, name_ru="Александра Константинопольская-Преображенская-Виноградова")
    made = await cards.card(longest, "a6")
    left, top, right, bottom = paper.ink(made, box=RIGHT_HALF)
    assert left >= 3 and top >= 1 and right <= 68 and bottom <= 60
    assert letters(paper.lines(made)) == letters(longest.address)
    left, top, right, bottom = paper.ink(await cards.card(longest, "a4"), box=WINDOW)
    assert right < 80 and bottom < 41


def letters(lines):
    """Without spaces and hyphens: where a line breaks after one, readers of PDFs take it for part of the break."""
    return "".join(letter for letter in "".join(lines) if letter.isalnum())


@pytest.mark.parametrize("size", list(cards.SIZES))
async def test_a_word_as_wide_as_a_wall_does_not_leave_the_paper(size):
    made = await cards.card(await person(place={"name": "Ш" * 200, "street": "Щ" * 200}), size)
    for page in range(paper.pages(made)):
        left, top, right, bottom = paper.ink(made, page)
        wide, high = paper.size(made, page)
        assert left >= 5 and top >= 5 and right <= wide - 5 and bottom <= high - 5


async def test_nobody_can_print_a_card_to_whom_no_letter_can_be_written():
    with pytest.raises(cards.NoAddress):
        await cards.card(await person(state="released"), "a6")
    with pytest.raises(cards.NoAddress):
        await cards.card(await person(publication="initials"), "a6")


async def test_where_replies_are_punished_the_card_says_so_to_the_writer_and_to_nobody_else():
    made = await cards.card(await person(place={"reply_punished": True}), "a6")
    assert "ask for a reply" in " ".join(paper.lines(made, 1))
    assert paper.lines(made) == MARYNAS


async def test_an_evening_gets_a_card_for_each_and_one_page_that_says_how():
    people = [await person(name_ru=name) for name in ("Марина Ковальчук", "Иван Новик", "Пётр Ёлкин")]
    made = await cards.cards(people, "a6", "de")
    assert paper.pages(made) == 4
    assert [paper.lines(made, page)[0] for page in range(3)] == ["Марина Ковальчук", "Иван Новик", "Пётр Ёлкин"]


async def test_pictures_and_invisible_signs_are_left_out_and_text_that_looks_like_code_is_not():
    made = await cards.card(await person(), "a4", "Привет 🌻❤️\u202e #panic() $x$ №5 20°")
    assert "Привет #panic() $x$ №5 20°" in " ".join(paper.lines(made, 1))

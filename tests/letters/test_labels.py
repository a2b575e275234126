from itertools import product

import pytest

from service.cases import queries
from service.letters import labels
from tests.letters.test_cards import LONG, MARYNAS
from tests.make import cases, paper

pytestmark = pytest.mark.usefixtures("database")


async def people(count, **place):
    facility = await cases.facility(**place)
    return await queries.people([await cases.prisoner(place=facility) for _each in range(count)], "en")


def label(sheet, number):
    """The edges of a label on its sheet, in mm."""
    row, column = divmod(number, sheet.columns)
    left, top = sheet.left + column * sheet.across, sheet.top + row * sheet.down
    return left, top, left + sheet.width, top + sheet.height


def used(made, sheet, page=0):
    """The labels that something is printed on; each within its own edges, with room for a printer that is off."""
    found = []
    for number in range(sheet.labels):
        box = label(sheet, number)
        if ink := paper.ink(made, page, box):
            found.append(number)
            assert ink[0] >= 3 and ink[1] >= 2 and ink[2] <= sheet.width - 3 and ink[3] <= sheet.height - 2, number
    return found


@pytest.mark.parametrize("name", list(labels.SHEETS))
async def test_every_label_of_a_sheet_gets_one_address_letter_for_letter(name):
    sheet = labels.SHEETS[name]
    made = await labels.labels(await people(sheet.labels), sheet, 1, "en")
    assert (paper.pages(made), paper.size(made)) == (1, (210, 297))
    assert paper.fonts_embedded(made)
    assert used(made, sheet) == list(range(sheet.labels))
    assert sorted(paper.lines(made)) == sorted(MARYNAS * sheet.labels)


@pytest.mark.parametrize(("name", "start"), list(product(labels.SHEETS, (2, 20))))
async def test_a_sheet_that_was_begun_is_used_up_and_the_next_one_begins_at_its_first_label(name, start):
    sheet = labels.SHEETS[name]
    made = await labels.labels(await people(sheet.labels), sheet, start, "en")
    assert paper.pages(made) == 2
    assert used(made, sheet) == list(range(start - 1, sheet.labels))
    assert used(made, sheet, 1) == list(range(start - 1))


@pytest.mark.parametrize("start", [-4, 0, 1, 999])
async def test_a_label_that_is_not_on_the_sheet_is_taken_for_its_first_or_last(start):
    sheet = labels.SHEETS["70x37"]
    assert used(await labels.labels(await people(1), sheet, start, "en"), sheet) == [23 if start == 999 else 0]


@pytest.mark.parametrize("name", list(labels.SHEETS))
async def test_long_addresses_stay_on_their_labels(name):
    sheet = labels.SHEETS[name]
    made = await labels.labels([*await people(4, **LONG), *await people(2, name="Ш" * 200)], sheet, 1, "en")
    assert used(made, sheet) == [0, 1, 2, 3, 4, 5]


async def test_who_is_there_twice_gets_one_label_and_who_has_no_address_none():
    maryna = await people(1)
    unknown = await queries.people([await cases.prisoner()], "en")
    sheet = labels.SHEETS["70x37"]
    assert used(await labels.labels([*maryna, *maryna, *unknown], sheet, 1, "en"), sheet) == [0]


async def test_nobody_at_all_is_said_in_words():
    made = await labels.labels([], labels.SHEETS["70x37"], 5, "en")
    assert paper.lines(made) == ["There is nobody to write to in these days whose address we know."]

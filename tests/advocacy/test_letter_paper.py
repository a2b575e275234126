from typing import Any

import pypdfium2
import pytest

from service.advocacy import letter_paper, representing
from service.advocacy.letter_paper import Words
from service.advocacy.queries import Edition, Point
from service.advocacy.representing import Member
from service.kit.i18n import LANGUAGES
from tests.make import advocacy

pytestmark = pytest.mark.usefixtures("database")
EDITION = Edition(
    language="en",
    subject="A sponsorship for Maria",
    prompts=["Why does she move you?"],
    points=[Point("She has two children.")],
)
WRITTEN = Words(
    name="Anna Muster",
    street="Kramgasse 1",
    postcode="3011",
    town="Bern",
    subject="About Maria",
    text="Dear Rosa Beispiel,\n\nshe is not forgotten.\n\nKind regards",
)


async def member(**columns: Any) -> Member:
    id = await advocacy.representative(await advocacy.parliament(), await advocacy.area(), **columns)
    return (await representing.members("en", people=[id]))[0]


def pages(content: bytes) -> list[str]:
    return [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(content)]


async def test_the_letter_stands_on_the_first_page_with_both_addresses_and_the_guide_on_another() -> None:
    content = await letter_paper.printed(await member(postal="Parlament\n3003 Bern"), EDITION, WRITTEN, "en")
    letter, guide = pages(content)
    for part in ("Kramgasse 1", "3011 Bern", "Rosa Beispiel", "3003 Bern", "About Maria", "she is not forgotten."):
        assert part in letter
    assert letter.rstrip().endswith("Anna Muster")
    assert "not posted" in guide and "Why does she move you?" in guide and "two children" in guide


async def test_without_a_text_there_are_lines_and_the_subject_that_staff_chose() -> None:
    letter, guide = pages(await letter_paper.printed(await member(), EDITION, Words(), "en"))
    assert "A sponsorship for Maria" in letter and "Rosa Beispiel" in letter and "not posted" in guide


async def test_a_long_letter_goes_on_on_the_next_page_and_loses_nothing() -> None:
    long = "\n\n".join(f"Paragraph {n}: " + "I think of her every day. " * 8 for n in range(40))
    found = pages(await letter_paper.printed(await member(), EDITION, Words(name="Anna", text=long), "en"))
    assert len(found) > 3 and "Paragraph 39" in "".join(found)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_it_is_printed_in_every_language(language: str) -> None:
    assert len(pages(await letter_paper.printed(await member(), EDITION, WRITTEN, language))) == 2


async def test_what_somebody_types_is_text_and_no_markup_of_the_typesetter() -> None:
    hostile = "#panic(1) $x$ *b* `c` @l <k> \\u{41} 🙂 #import"
    words = Words(**dict.fromkeys(Words.__struct_fields__, hostile))
    letter, _guide = pages(await letter_paper.printed(await member(name=hostile), EDITION, words, "en"))
    assert "#panic(1) $x$ *b*" in letter


async def test_an_address_that_begins_with_the_name_does_not_repeat_it() -> None:
    assert letter_paper.address(await member(postal="Frau Rosa Beispiel\nParlament")) == [
        "Frau Rosa Beispiel",
        "Parlament",
    ]


async def test_where_no_address_is_known_none_is_made_up() -> None:
    assert letter_paper.address(await member()) == ["Rosa Beispiel", "National Council"]

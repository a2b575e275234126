"""What somebody may type into a letter, and what they are told about the rest."""

from typing import Any

import pytest

from service.advocacy import draft
from service.kit.errors import Invalid
from tests.make import writing

WHOLE = "Dear Rosa Beispiel,\n\n" + "I think of Maria every day, and I ask you to think of her too. " * 3


def refused(**changes: str) -> dict[str, Any]:
    """The sentences by field."""
    with pytest.raises(Invalid) as problem:
        draft.checked(writing.answers(**changes), 2)
    return problem.value.fields


def test_annas_answers_are_a_draft_without_a_letter_yet():
    found = draft.checked(writing.answers(), 2)
    assert found.own == list(writing.WORDS)
    assert (found.text, found.subject, found.address) == ("", "", "anna@example.org")
    assert found.home == "Kramgasse 1, 3011 Bern"


def test_what_leaves_is_the_letter_with_her_name_and_place_below_it():
    found = draft.checked(writing.answers(subject="Maria", text=WHOLE), 2)
    assert found.body == f"{WHOLE.strip()}\n\nAnna Muster\nKramgasse 1\n3011 Bern"


def test_the_street_may_be_left_out():
    assert draft.checked(writing.answers(street=""), 2).signature == "Anna Muster\n3011 Bern"


def test_everything_that_is_wrong_is_told_at_once_in_the_order_of_the_form():
    wrong = refused(**{"own-1": "", "own-2": "Help.", "name": "", "postcode": "", "town": "", "email": "anna"})
    assert list(wrong) == ["own-1", "name", "postcode", "town", "email"]


def test_who_prints_the_letter_is_asked_for_no_address():
    assert draft.checked(writing.answers(email=""), 2, with_address=False).address == ""


@pytest.mark.parametrize("field", ["name", "street", "postcode", "town", "subject"])
@pytest.mark.parametrize(
    "typed",
    ["Anna\nBcc: all@example.net", "Anna\r\nBcc: x", "=?utf-8?q?Hi=0ABcc:_x@example.org?=", "Anna ?= x"],
)
def test_no_header_can_be_smuggled_in(field, typed):
    assert field in refused(
        **({"subject": "Maria", "text": WHOLE} | {field: typed[:12] if field == "postcode" else typed})
    )


@pytest.mark.parametrize(
    "name", ["Anna <a@example.org>", "Buy at www.example.net", "https://example.net", "12 34", '"']
)
def test_a_name_is_a_name(name):
    assert "name" in refused(name=name)


def test_signs_that_nobody_sees_are_left_out():
    found = draft.checked(writing.answers(name="An\u202ena\u200b\x00 Mus\u0085ter"), 2)
    assert found.name == "Anna Mus ter"


@pytest.mark.parametrize(
    ("text", "told"), [("Help her.", "at least 120"), ("… " * 200, "at least 120"), ("a " * 3001, "6000 fit")]
)
def test_a_letter_is_neither_a_line_nor_a_book(text, told):
    assert told in str(refused(subject="Maria", text=text)["text"])


def test_answers_that_fill_a_book_are_to_be_shortened():
    assert "4000" in str(refused(**{"own-1": "word " * 1000})["own-1"])


def test_a_letter_keeps_its_paragraphs_and_no_more():
    text = f"One.\r\n\r\n\r\n\r\n{WHOLE}\r\nTwo.\u2028Three."
    assert (
        draft.checked(writing.answers(subject="Maria", text=text), 2).text == f"One.\n\n{WHOLE.strip()}\nTwo. Three."
    )


@pytest.mark.parametrize("town", ["Zürich", "Wałbrzych", "Мінск", "Saint-Étienne"])
def test_towns_are_written_in_any_script(town):
    assert draft.checked(writing.answers(town=town), 2).town == town

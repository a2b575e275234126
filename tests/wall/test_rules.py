"""What the rule list notices; it decides nothing."""

import pytest

from service.kit import db
from service.kit.errors import Invalid
from service.wall import rules
from service.wall.tables import PostState
from tests.make import wall
from tests.make.staff import staff

WORDS = ["shop", "buy now", "подонок"]


def noticed(sentence, name="Anna", copies=0):
    return [each.sentence for each in rules.findings({"sentence": sentence, "name": name}, WORDS, copies)]


@pytest.mark.parametrize(
    ("sentence", "what"),
    [
        ("Visit our shops today", "A word of your list in the sentence: “shop”."),
        ("BUY NOW", "A word of your list in the sentence: “buy now”."),
        ("Ты Подонок", "A word of your list in the sentence: “подонок”."),
        ("See https://example.org/x", "A link in the sentence."),
        ("look at example.com please", "A link in the sentence."),
        ("Write me at anna@example.org", "An address or a number to call in the sentence."),
        ("Call +41 79 123 45 67", "An address or a number to call in the sentence."),
        ("Freeeeeeeeedom", "The same sign over and over in the sentence."),
        ("I STAND BY YOU UNTIL YOU ARE FREE", "The sentence is written in capitals."),
    ],
)
def test_it_is_noticed(sentence, what):
    assert what in noticed(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "The bishop of Basel and I stand by you.",
        "I have thought of you since 9 August 2020, for 2105 days.",
        "Я рядом с тобой, Мария. Жыве!",
        "СВОБОДУ! Free them all.",
        "Ich denke an dich ... jeden Tag.",
    ],
)
def test_a_plain_sentence_is_not(sentence):
    assert noticed(sentence) == []


def test_a_name_is_read_too_and_copies_are_counted():
    assert noticed("I stand by you.", "www.spam.example.com") == ["A link in the name."]
    assert noticed("I stand by you.", copies=3) == ["3 other posts say the same sentence."]


async def test_what_is_confirmed_is_looked_at_and_only_takes_a_later_place(database):
    spam = await wall.post("Spam", "unconfirmed", sentence="Cheap watches at www.example.com")
    await wall.move(spam, PostState.WAITING)
    row = await db.fetch_one("SELECT state, rank, noticed FROM wall_post WHERE id = $1", spam)
    assert (row["state"], row["rank"], row["noticed"]) == ("waiting", -3, ["A link in the sentence."])


async def test_the_same_sentence_is_noticed_whatever_its_capitals(database):
    await wall.post("Anna", sentence="I stand by you.")
    copy = await wall.post("Boris", "unconfirmed", sentence="I STAND by you.")
    await wall.move(copy, PostState.WAITING)
    said = await db.fetch_value("SELECT noticed FROM wall_post WHERE id = $1", copy)
    assert said == ["Another post says the same sentence."]


async def test_new_words_order_what_waits_already_and_removed_ones_no_more(database):
    vera = await staff("Vera", "moderator")
    post = await wall.post(state="waiting", sentence="All of you are scum to me.")
    assert await rules.add("Scum\n\n  scum ", vera.id) == 1
    assert await db.fetch_value("SELECT rank FROM wall_post WHERE id = $1", post) == -2
    [rule] = await rules.listing()
    await rules.remove(rule.id, vera.id)
    assert await db.fetch_value("SELECT rank FROM wall_post WHERE id = $1", post) == 0
    assert await db.fetch_value("SELECT count(*) FROM audit WHERE action LIKE 'wall.words%'") == 2


@pytest.mark.parametrize("lines", ["", " \n ", "x", "a" * 81])
async def test_what_is_no_word_to_notice_is_said(database, lines):
    with pytest.raises(Invalid) as problem:
        await rules.add(lines, 1)
    assert "words" in problem.value.fields

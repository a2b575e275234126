"""Why somebody looks at a letter before it leaves."""

from datetime import timedelta

import pytest

from service.advocacy import holding, insults, likeness
from service.kit import clock, db
from tests.make import advocacy
from tests.make.advocacy_texts import ANNAS, CLARAS, copies, letter, row
from tests.make.staff import staff


@pytest.fixture
async def vote(database):
    """An action, a member of Bern, and the canton."""
    bern = await advocacy.area()
    await advocacy.place(bern)
    rosa = await advocacy.representative(await advocacy.parliament(), bern)
    return await advocacy.action(), rosa, bern


async def why(vote, text=CLARAS, client="", **columns):
    """Of a letter that was just written: the sentences for staff."""
    action, rosa, _bern = vote
    whole = letter(text)
    columns = {"state": "unconfirmed", "likeness": await likeness.signed(action, whole), "body": whole} | columns
    made = await advocacy.letter(action, rosa, **columns)
    return await holding.reasons(await row(made), whole, client)


async def test_a_letter_in_ones_own_words_leaves(vote):
    assert await why(vote, area=vote[2]) == []


async def test_the_eleventh_copy_is_held_and_the_tenth_is_not(vote):
    action, rosa, _bern = vote
    await copies(action, rosa, 9)
    assert await why(vote, ANNAS) == []
    await copies(await advocacy.action(), rosa, 10)
    said = await why(vote, ANNAS, address="eleventh@example.org")
    assert said == ["10 others wrote nearly the same."]


async def test_the_example_as_it_is_is_held(vote):
    await db.execute("UPDATE action_edition SET example = $1", ANNAS)
    assert await why(vote, ANNAS) == ["It is the example, almost word for word."]


@pytest.mark.parametrize("where", ["body", "subject", "name", "home"])
async def test_an_insult_is_noticed_wherever_it_stands_and_not_repeated(vote, where):
    await insults.add("dirty\nwe will find you", (await staff("Vera", "moderator")).id)
    said = await why(vote, **{"text" if where == "body" else where: "We WILL\nfind you, member"})
    assert said == ["A word of your list stands in it."]


@pytest.mark.parametrize(
    "text",
    [
        "See https://spam.example/x",
        "Look at www.example.com",
        "It is on shop.example.com now",
        "See https://news.example.org@spam.example/x",
        "See https://news.example.org:443\\@spam.example",
        "See http://[2001:db8::1]/",
        "Look at BUY.EXAMPLE.COM",
        "Look at buy\u200d.example。com",
        "Look at bit.ly/3abc",
    ],
)
async def test_a_link_is_held(vote, text):
    assert await why(vote, text) == ["It has a link."]


@pytest.mark.parametrize(
    "text",
    [
        "All is told at https://news.example.org/en/x",
        "At (https://news.example.org), see",
        "Write to anna@example.org",
        "Free.Me too",
        "z.B. am 1.2.24",
    ],
)
async def test_our_own_pages_an_address_or_a_dot_are_no_link(vote, text):
    assert await why(vote, text) == []


async def test_a_postcode_from_elsewhere_is_held(vote):
    zurich = await advocacy.area("ZH", "Zürich")
    await advocacy.place(zurich, "8001", "Zürich")
    assert await why(vote, area=vote[2], home="Hauptstrasse 12, CH-8001 Zürich") == [
        "The postcode lies in another area."
    ]
    assert await why(vote, area=vote[2], home="Kramgasse 8001, 3011 Bern", address="b@example.org") == []


async def test_a_postcode_in_two_cantons_lies_in_both(vote):
    fribourg = await advocacy.area("FR", "Fribourg")
    for area in (vote[2], fribourg):
        await advocacy.place(area, "3206", "Rizenbach")
    assert await why(vote, area=vote[2], home="3206 Rizenbach") == []


async def test_an_unknown_postcode_or_none_and_a_letter_to_anybody_are_not_held_for_it(vote):
    assert await why(vote, area=vote[2], home="9999 Nowhere") == []
    assert await why(vote, area=None, home="8001 Zürich", address="b@example.org") == []
    assert await why(vote, area=vote[2], home="Bern", address="c@example.org") == []


async def test_many_letters_from_one_place_are_held_and_tomorrow_they_are_not(vote, monkeypatch):
    monkeypatch.setattr(holding, "MOST_FROM_ONE_CLIENT", 2)
    said = [await why(vote, client="198.51.100.7", address=f"{n}@example.org") for n in range(3)]
    assert said == [[], [], ["Many letters came from the same place within an hour."]]
    assert await why(vote, client="198.51.100.8", address="4@example.org") == []
    with clock.at(clock.now() + timedelta(days=1)):
        assert await why(vote, client="198.51.100.7", address="5@example.org") == []


async def test_one_member_is_not_flooded(vote, monkeypatch):
    monkeypatch.setattr(holding, "MOST_TO_ONE_REPRESENTATIVE", 3)
    _action, rosa, _bern = vote
    await copies(await advocacy.action(), rosa, 3, likeness=[])
    assert await why(vote) == ["Very many letters to this representative came within an hour."]
    with clock.at(clock.now() + timedelta(hours=2)):
        assert await why(vote, address="later@example.org") == []


async def test_words_are_added_once_and_taken_out(database):
    vera = (await staff("Vera", "moderator")).id
    assert await insults.add("Idiot\nidiot\n\nDu Esel", vera) == 2
    assert await insults.add("idiot", vera) == 0
    assert await insults.found("What IDIOTS, du  esel") == ["idiot", "du esel"]
    await insults.remove((await insults.listing())[0].id, vera)
    assert [entry.words for entry in await insults.listing()] == ["idiot"]
    actions = await db.fetch("SELECT action FROM audit ORDER BY id")
    assert [row["action"] for row in actions] == ["advocacy.words_added", "advocacy.words_removed"]


@pytest.mark.parametrize("text", ["You dіrtу one", "You d\u200dirty one", "Вы cвoлoчь"])
async def test_an_insult_in_disguise_is_noticed(vote, text):
    await insults.add("dirty\nсволочь", (await staff("Vera", "moderator")).id)
    assert await why(vote, f"{CLARAS} {text}") == ["A word of your list stands in it."]

"""Letters that say nearly the same are known from each other, whoever wrote them to whom."""

import time

import pytest

from service.advocacy import likeness
from service.advocacy.likeness import near, signature
from service.kit import db
from tests.make import advocacy
from tests.make.advocacy_texts import ANNAS, ASK, CLARAS, WORDS, copies, letter


def agree(one: str, other: str) -> bool:
    """Whether the database would take them for alike."""
    shared = set(signature(one, [ASK])) & set(signature(other, [ASK]))
    return len(shared) >= likeness._ENOUGH


@pytest.mark.parametrize(
    "other",
    [
        letter(ANNAS, to="Karl Vorlage", signed="Boris Meier\nHauptstrasse 1\n8001 Zürich"),
        letter(ANNAS.replace("Maria", "Alesia")),
        letter(ANNAS).upper(),
        letter(ANNAS.replace(", ", " – ").replace(".", "!")),
        letter(ANNAS.replace("a teacher, as I am", "a nurse, like me")),
        letter(ANNAS + " With hope, and thank you for reading this."),
        ANNAS,
    ],
    ids=["to another member", "of another prisoner", "loud", "with other dots", "of a nurse", "longer", "bare"],
)
def test_a_copy_is_known(other):
    assert agree(letter(ANNAS), other)


@pytest.mark.parametrize("language", WORDS)
def test_a_copy_is_known_in_every_language(language):
    closing = {"fr": "Meilleures salutations", "de": "Freundliche Grüsse", "ru": "С уважением", "be": "З павагай"}
    opening = {"fr": "Bonjour", "de": "Guten Tag", "ru": "Здравствуйте,", "be": "Вітаю,"}
    one, other = (
        f"{opening[language]} {to}\n\n{WORDS[language]}\n\n{closing[language]}\n\n{name}\n{town}"
        for to, name, town in [("Rosa Beispiel", "Anna Muster", "3011 Bern"), ("Karl V.", "Luc Test", "1200 Genève")]
    )
    assert signature(one) == signature(other)
    assert agree(one, other.replace("ё", "е").replace("é", "e"))


def test_two_who_write_of_the_same_are_not_alike():
    assert not agree(letter(ANNAS), letter(CLARAS))


def test_what_the_action_puts_into_every_letter_makes_none_alike():
    ask = (
        f"{ASK} She has been in prison for three years, her mother waits for her, and a sponsor in parliament helps: "
        "guards are told to be careful with those who are not forgotten abroad."
    )
    annas, claras = (letter(words[:150], ask=ask) for words in (ANNAS, CLARAS))
    assert len(set(signature(annas)) & set(signature(claras))) > 2
    assert not set(signature(annas, [ask])) & set(signature(claras, [ask]))


def test_letters_that_say_nothing_of_their_own_are_alike():
    assert agree(letter("Yes!"), letter("Now!"))


@pytest.mark.parametrize("text", ["", " \n ", "1234 !!! 🌻"])
def test_what_has_no_words_has_no_signature(text):
    assert signature(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "a" + "\n" * 19_000 + "b",
        "x" + "\nyours\n\n\n" * 3000,
        "\ufdfa " * 9000,
        "x\n" + " \t" * 9000 + "y",
        "́" * 20_000,
    ],
)
def test_a_text_that_means_harm_takes_no_time(text):
    began = time.monotonic()
    signature(text)
    assert time.monotonic() - began < 1


def test_the_example_is_known_also_with_a_greeting_and_not_inside_a_letter_of_ones_own():
    assert near(letter(ANNAS), ANNAS, [ASK])
    assert not near(letter(f"{ANNAS} {CLARAS} I am a nurse in Bern, and three of my patients are from Minsk."), ANNAS)
    assert not near(letter(CLARAS), ANNAS, [ASK])
    assert not near(letter(CLARAS), "")


@pytest.fixture
async def rosa(database):
    return await advocacy.representative(await advocacy.parliament())


async def alike(action, words=ANNAS, but=None):
    return await likeness.alike(action, await likeness.signed(action, letter(words)), but)


async def test_copies_are_counted_across_writers_members_and_actions(rosa):
    action, other = await advocacy.action(), await advocacy.action()
    karl = await advocacy.representative(await advocacy.parliament("ch-sr"), name="Karl Vorlage")
    await copies(action, rosa, 2)
    signature = await likeness.signed(other, letter(ANNAS))
    await advocacy.letter(other, karl, address="elsewhere@example.org", likeness=signature)
    assert await alike(action) == 3
    assert await alike(action, CLARAS) == 0


async def test_who_writes_the_same_to_several_members_copies_nobody(rosa):
    action = await advocacy.action()
    karl = await advocacy.representative(await advocacy.parliament("ch-sr"), name="Karl Vorlage")
    signature = await likeness.signed(action, letter(ANNAS))
    for member in (rosa, karl):
        await advocacy.letter(action, member, likeness=signature)
    hers = await db.fetch_value("SELECT address FROM advocacy_letter LIMIT 1")
    assert (await alike(action), await alike(action, but=hers)) == (1, 0)


async def test_whoever_writes_to_hundreds_of_members_hides_nobody(rosa):
    action = await advocacy.action()
    await copies(action, rosa, 1)
    await db.execute(
        "INSERT INTO advocacy_letter (action, representative, parliament, writer, state, language, prisoners,"
        " is_test, likeness, held_for, created_at, confirmed_at, reason, outcome, address)"
        " SELECT action, representative, parliament, uuid_send(gen_random_uuid()), state, language, prisoners,"
        " is_test, likeness, held_for, created_at, confirmed_at, reason, outcome, address"
        " FROM advocacy_letter, generate_series(1, 300) AS n"
    )
    await copies(await advocacy.action(), rosa, 10)
    assert await alike(action) == 10


@pytest.mark.parametrize("state", ["unconfirmed", "failed", "dropped"])
async def test_what_nobody_confirmed_or_came_to_nothing_is_no_company(rosa, state):
    action = await advocacy.action()
    confirmed = {} if state == "failed" else {"confirmed_at": None}
    await copies(action, rosa, 4, state=state, **confirmed)
    assert await alike(action) == 0


async def test_try_outs_are_compared_with_each_other_only(rosa):
    action, trial = await advocacy.action(), await advocacy.action(state="draft", test_address=b"sealed")
    await copies(action, rosa, 2)
    await copies(trial, rosa, 3, is_test=True)
    assert (await alike(action), await alike(trial)) == (2, 3)


async def test_two_others_are_not_told_of_and_ten_are_looked_at(rosa):
    action = await advocacy.action()
    await copies(action, rosa, 2)
    assert await likeness.feedback(action, letter(ANNAS)) is None
    await copies(await advocacy.action(), rosa, 10)
    said = str(await likeness.feedback(action, letter(ANNAS)))
    assert said.startswith("10 others wrote nearly the same.") and "looks at it before it leaves" in said


async def test_whoever_writes_the_example_is_asked_for_words_of_their_own(rosa):
    action = await advocacy.action()
    await db.execute("UPDATE action_edition SET example = $1", ANNAS)
    assert "our example almost word for word" in str(await likeness.feedback(action, letter(ANNAS)))
    assert await likeness.feedback(action, letter(CLARAS)) is None


async def test_likeness_is_found_by_its_index(rosa):
    action = await advocacy.action()
    await copies(action, rosa, 1)
    # So many letters that have nothing in common.
    await db.execute(
        "INSERT INTO advocacy_letter (action, representative, parliament, writer, state, language, prisoners,"
        " is_test, likeness, held_for, created_at, confirmed_at, reason, outcome, address)"
        " SELECT action, representative, parliament, uuid_send(gen_random_uuid()), state, language, prisoners,"
        " is_test, ARRAY(SELECT (random() * 2000000000)::int + n * 0 FROM generate_series(1, 32)), held_for,"
        " created_at, confirmed_at, reason, outcome, uuid_send(gen_random_uuid())"
        " FROM advocacy_letter, generate_series(1, 4000) AS n"
    )
    await db.execute("ANALYZE advocacy_letter")
    signature = await likeness.signed(action, letter(ANNAS))
    plan = await db.fetch("EXPLAIN " + likeness._ALIKE, signature, action, None, 200)
    assert any("advocacy_letter_likeness" in row[0] for row in plan)
    assert await alike(action) == 1


def disguised(text):
    """To be read as it was, with Cyrillic and Greek letters among the Latin ones and joiners inside the words."""
    return text.translate(str.maketrans("aeopcxo", "аеорсхο")).replace("s", "s\u200d").replace("t", "t\ufe0f")


def test_a_copy_in_disguise_is_known_and_so_is_the_example():
    assert agree(letter(ANNAS), letter(disguised(ANNAS)))
    assert near(letter(disguised(ANNAS)), ANNAS, [ASK])

"""Whoever's letter comes to nothing is told why, kindly, and loses no word of it."""

import pytest

from service.advocacy import failing
from service.advocacy.failing import Why
from service.kit import clock, db
from service.kit.i18n import LANGUAGES
from service.rendering import email
from tests.make import advocacy
from tests.make.advocacy_mails import MONDAY, states, waiting
from tests.make.staff import staff


@pytest.fixture
async def rosa(database):
    with clock.at(MONDAY):
        yield await advocacy.representative(await advocacy.parliament(), name="Rosa Beispiel")


async def test_anna_gets_her_text_back_with_the_reason_and_a_way_to_try_again(rosa):
    letter = await advocacy.letter(
        await advocacy.action(key="maria"), rosa, "held", subject="For Maria", body="Maria needs you."
    )
    assert await failing.fail(letter, Why.HURTS)
    [(template, to, context)] = await waiting()
    assert (template, to) == ("advocacy/failed", "anna@example.org")
    assert context["reason"].startswith("Your anger is easy to understand.")
    assert (context["about"], context["text"], context["to"]) == ("For Maria", "Maria needs you.", "Rosa Beispiel")
    assert context["again_url"] == "https://news.example.org/en/actions/maria"


async def test_nothing_of_it_stays_here_and_she_may_write_again(rosa):
    letter = await advocacy.letter(await advocacy.action(), rosa, "held", likeness=[1, 2], held_for=["Insults"])
    before = await db.fetch_value("SELECT writer FROM advocacy_letter")
    await failing.fail(letter, Why.HURTS)
    row = await db.fetch_one("SELECT * FROM advocacy_letter")
    assert [row[name] for name in ("address", "name", "home", "subject", "body", "delivery")] == [None] * 6
    assert (row["state"], row["reason"], row["likeness"], row["held_for"]) == ("failed", "hurts", [], [])
    assert row["writer"] != before


async def test_told_twice_is_told_once(rosa):
    letter = await advocacy.letter(await advocacy.action(), rosa)
    assert [await failing.fail(letter, Why.CLOSED) for _time in range(2)] == [True, False]
    assert len(await waiting()) == 1


@pytest.mark.parametrize("state", ["unconfirmed", "dropped"])
async def test_whoever_never_confirmed_it_is_not_written_to(rosa, state):
    letter = await advocacy.letter(await advocacy.action(), rosa, state)
    assert not await failing.fail(letter, Why.CLOSED) and await waiting() == [] and await states() == [state]


async def test_of_an_action_that_is_over_there_is_no_link_to_write_again(rosa):
    letter = await advocacy.letter(await advocacy.action("closed"), rosa)
    await failing.fail(letter, Why.CLOSED)
    assert (await waiting())[0][2]["again_url"] == ""


async def test_the_audit_knows_who_sent_it_back_and_not_whose_it_was(rosa):
    vera = (await staff("Vera", "moderator")).id
    letter = await advocacy.letter(await advocacy.action(), rosa, "held")
    await failing.fail(letter, Why.LINKS, by=vera)
    row = await db.fetch_one("SELECT account, action, subject, detail FROM audit WHERE action = 'letter.sent_back'")
    assert tuple(row) == (vera, "letter.sent_back", f"letter {letter}", '{"why": "links"}')


async def test_a_letter_whose_key_is_gone_ends_without_a_mail_and_stops_nobody(rosa):
    letter = await advocacy.letter(await advocacy.action(), rosa)
    await db.execute("UPDATE advocacy_letter SET body = '\\x0203'")
    assert await failing.fail(letter, Why.CLOSED)
    assert await states() == ["failed"] and await waiting() == []


@pytest.mark.parametrize("why", Why)
def test_every_reason_has_a_kind_sentence_of_its_own(why):
    assert len({str(sentence) for sentence in failing.REPLIES.values()}) == len(Why) == len(failing.REPLIES)
    assert 40 < len(str(failing.reply(why))) < 300


def test_a_word_that_no_reason_is_reads_as_another_one():
    assert failing.reply("nonsense") is failing.REPLIES[Why.OTHER]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["failed", "receipt", "remind", "ask", "ask_again"])
def test_no_subject_and_no_preview_says_whom_or_what_it_is_about(language, name):
    values = {
        "organisation": "Example",
        "postal_address": "",
        "to": "Rosa Beispiel",
        "reason": "Why.",
        "about": "For Maria",
        "text": "Maria needs you.",
        "kept_days": 28,
        "days_left": 6,
    } | dict.fromkeys(("again_url", "action_url", "confirm_url", "answer_url"), "https://news.example.org/en/x")
    mail = email.render(f"advocacy/{name}", language, values)
    preview = mail.html.split("<body", 1)[1].split("</div>", 1)[0]
    for word in ("Rosa", "Beispiel", "Maria"):
        assert word not in mail.subject and word not in preview

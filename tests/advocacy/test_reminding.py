"""One reminder of a click that is missing, one question and one reminder of it, and then quiet."""

from datetime import timedelta

import pytest

from service.advocacy import mail, reminding
from service.kit import clock, db, tokens
from service.kit.tokens import ExpiredToken
from tests.make import advocacy
from tests.make.advocacy_mails import MONDAY, states, waiting

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
async def rosa(database):
    with clock.at(MONDAY):
        yield await advocacy.representative(await advocacy.parliament(), name="Rosa Beispiel")


async def mailed_at(*moments):
    """Which mails there are, when each of the moments after MONDAY has come."""
    found = []
    for moment in moments:
        with clock.at(MONDAY + moment):
            await reminding.remind_due()
            await reminding.ask_due()
            await reminding.drop_due()
        found.append([template.split("/")[1] for template, _to, _context in await waiting()])
    return found


async def test_who_has_not_confirmed_is_reminded_once_after_a_day(rosa):
    await advocacy.letter(await advocacy.action(), rosa, "unconfirmed")
    assert await mailed_at(23 * HOUR, 24 * HOUR, 3 * DAY) == [[], ["remind"], ["remind"]]


async def test_for_letters_to_three_members_there_is_one_reminder(rosa):
    action = await advocacy.action()
    for name in ("Rosa", "Ruth", "Reto"):
        member = await advocacy.representative(await db.fetch_value("SELECT id FROM parliament"), name=name)
        await advocacy.letter(action, member, "unconfirmed")
    await advocacy.letter(action, rosa, "unconfirmed", "ben@example.org")
    assert await mailed_at(24 * HOUR, 2 * DAY) == [["remind"] * 2] * 2


async def test_the_link_of_the_reminder_ends_when_the_first_one_does(rosa):
    letter = await advocacy.letter(await advocacy.action(), rosa, "unconfirmed")
    await mailed_at(24 * HOUR)
    [(_template, to, context)] = await waiting()
    assert to == "anna@example.org" and context["days_left"] == 6
    token = context["confirm_url"].rpartition("/")[2]
    with clock.at(MONDAY + 7 * DAY - HOUR):
        assert tokens.read(mail.CONFIRM, token) == [letter]
    with clock.at(MONDAY + 7 * DAY + HOUR), pytest.raises(ExpiredToken):
        tokens.read(mail.CONFIRM, token)


@pytest.mark.parametrize("state", ["frozen", "closed"])
async def test_nobody_is_reminded_of_an_action_that_does_not_go_on(rosa, state):
    await advocacy.letter(await advocacy.action(state), rosa, "unconfirmed")
    assert await mailed_at(2 * DAY) == [[]]


async def test_who_confirmed_is_not_reminded(rosa):
    await advocacy.letter(await advocacy.action(), rosa, "held")
    assert await mailed_at(2 * DAY) == [[]]


async def test_after_seven_days_what_was_not_confirmed_is_forgotten_and_may_be_written_anew(rosa):
    await advocacy.letter(await advocacy.action(), rosa, "unconfirmed")
    before = await db.fetch_value("SELECT writer FROM advocacy_letter")
    await mailed_at(7 * DAY - HOUR)
    assert await states() == ["unconfirmed"]
    await mailed_at(7 * DAY)
    row = await db.fetch_one("SELECT state, writer, address, name, home, subject, body FROM advocacy_letter")
    assert row["state"] == "dropped" and row["writer"] != before
    assert [*row.values()][2:] == [None] * 5


async def test_after_two_weeks_anna_is_asked_and_once_more_a_week_later(rosa):
    letter = await advocacy.letter(await advocacy.action(), rosa, "sent")
    days = (13 * DAY, 14 * DAY, 20 * DAY, 21 * DAY, 27 * DAY)
    assert await mailed_at(*days) == [[], ["ask"], ["ask"], ["ask", "ask_again"], ["ask", "ask_again"]]
    for _template, to, context in await waiting():
        token = context["answer_url"].rpartition("/")[2]
        assert to == "anna@example.org" and "/en/actions/answer/" in context["answer_url"]
        with clock.at(MONDAY + 60 * DAY):
            assert tokens.read("advocacy-answer", token) == [letter]


async def test_who_has_told_is_not_asked_again(rosa):
    await advocacy.letter(await advocacy.action(), rosa, "sent")
    await mailed_at(14 * DAY)
    await db.execute("UPDATE advocacy_letter SET outcome = 'answered'")
    assert await mailed_at(21 * DAY) == [["ask"]]


@pytest.mark.parametrize("columns", [{"state": "failed"}, {"state": "unknown"}, {"state": "sent", "is_test": True}])
async def test_nobody_is_asked_about_a_letter_that_did_not_arrive_or_was_a_trial(rosa, columns):
    await advocacy.letter(await advocacy.action(), rosa, sent_at=MONDAY, **columns)
    assert await mailed_at(14 * DAY, 21 * DAY) == [[], []]


async def test_a_mail_that_cannot_be_written_down_is_tried_again_and_not_marked(rosa, monkeypatch):
    await advocacy.letter(await advocacy.action(), rosa, "unconfirmed")

    async def dies(given):
        raise KeyboardInterrupt

    with monkeypatch.context() as broken, pytest.raises(KeyboardInterrupt):
        broken.setattr(mail, "remind", dies)
        await mailed_at(24 * HOUR)
    assert await mailed_at(25 * HOUR) == [["remind"]]

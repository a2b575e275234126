"""Of a few letters nobody knows whether they arrived: staff choose, and nobody is left waiting."""

from datetime import timedelta

import pytest

from service.advocacy import counting, giving_back, unknowns
from service.kit import clock, db
from tests.make import advocacy, smtp
from tests.make.advocacy_mails import MONDAY, look, pass_until, states, waiting

MINUTE = timedelta(minutes=1)
LATER = MONDAY + 11 * MINUTE


@pytest.fixture
async def unknown(work):
    """Anna's letter to Rosa, of which the connection broke after the final dot; and its action."""
    with clock.at(MONDAY):
        rosa = await advocacy.representative(
            await advocacy.parliament(), name="Rosa Beispiel", email="rosa@example.net"
        )
        action = await advocacy.action()
        await advocacy.letter(action, rosa, body="Maria needs you.")
        async with smtp.office(lambda phase, who: smtp.LOSE if phase == "end" else None) as office:
            await look(work)
        [first] = office.received
        yield action, first


async def test_staff_see_to_whom_it_went_and_not_from_whom(unknown):
    action, _first = unknown
    [found] = await unknowns.of(action)
    assert (found.representative, found.left_at) == ("Rosa Beispiel", MONDAY)
    assert (await counting.of([action]))[action].letters == 0


async def test_sent_again_it_is_the_same_mail(work, unknown):
    action, first = unknown
    assert await unknowns.send_again(action) == 1
    assert await unknowns.send_again(action) == 0
    await pass_until(LATER)
    with clock.at(LATER):
        async with smtp.office() as office:
            await look(work)
    [again] = office.to("rosa@example.net")
    assert again.parsed["Message-ID"] == first.parsed["Message-ID"]
    assert again.parsed["Reply-To"] == "anna@example.org"
    assert await states() == ["sent"] and await unknowns.of(action) == []


async def test_sent_again_it_keeps_the_pace(work, unknown):
    action, _first = unknown
    await unknowns.send_again(action)
    with clock.at(MONDAY + 9 * MINUTE):
        async with smtp.office() as office:
            await look(work)
    assert not office.received


async def test_what_is_known_to_have_left_meanwhile_does_not_leave_again(work, unknown):
    action, _first = unknown
    await unknowns.send_again(action)
    await db.execute("UPDATE delivery SET state = 'sent' WHERE state = 'unknown'")
    await pass_until(LATER)
    with clock.at(LATER):
        async with smtp.office() as office:
            await look(work)
            await look(work)
    assert not office.to("rosa@example.net") and await states() == ["sent"]


async def test_after_two_days_the_machine_has_forgotten_the_text_and_it_can_be_sent_again_all_the_same(work, unknown):
    action, _first = unknown
    await db.execute("UPDATE delivery SET address = NULL, context = NULL WHERE state = 'unknown'")
    await unknowns.send_again(action)
    await pass_until(LATER)
    with clock.at(LATER):
        async with smtp.office() as office:
            await look(work)
    assert "Maria needs you." in office.to("rosa@example.net")[0].parsed.get_body(("plain",)).get_content()


async def test_left_as_it_is_it_counts_as_failed_and_anna_gets_her_text(unknown):
    action, _first = unknown
    assert await unknowns.leave(action) == 1
    assert await states() == ["failed"]
    assert [(name, to) for name, to, _context in await waiting() if name != "advocacy/letter"] == [
        ("advocacy/failed", "anna@example.org")
    ]
    assert (await waiting())[-1][2]["text"] == "Maria needs you."


async def test_after_a_week_it_is_left_by_itself(unknown):
    for days, state in ((6, "unknown"), (7, "failed")):
        with clock.at(MONDAY + timedelta(days=days)):
            await giving_back.give_back_due()
        assert await states() == [state]


async def test_who_may_have_been_reached_gets_no_second_letter_of_anna(unknown):
    action, _first = unknown
    before = await db.fetch_value("SELECT writer FROM advocacy_letter")
    await unknowns.leave(action)
    assert await db.fetch_value("SELECT writer FROM advocacy_letter") == before

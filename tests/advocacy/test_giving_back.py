"""No letter waits for a turn that does not come."""

from datetime import timedelta

import pytest

from service.advocacy import giving_back, opening
from service.delivery import sending
from service.kit import clock, db
from tests.make import advocacy, smtp
from tests.make.advocacy_mails import MONDAY, look, pass_until, states, waiting

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
async def rosa(database):
    with clock.at(MONDAY):
        yield await advocacy.representative(await advocacy.parliament(), name="Rosa Beispiel")


async def given_back(moment):
    """Why the letters were given back, when that moment after MONDAY has come; empty for those that were not."""
    with clock.at(MONDAY + moment):
        await giving_back.give_back_due()
    rows = await db.fetch("SELECT state, reason FROM advocacy_letter ORDER BY id")
    return [row["reason"] if row["state"] == "failed" else "" for row in rows]


@pytest.mark.parametrize("state", ["ready", "held"])
async def test_of_an_action_that_was_closed_a_day_ago_everything_that_waits_goes_back(rosa, state):
    await advocacy.letter(await advocacy.action("closed", closed_at=MONDAY), rosa, state)
    assert await given_back(23 * HOUR) == [""]
    assert await given_back(24 * HOUR) == ["closed"]
    [(template, to, _context)] = await waiting()
    assert (template, to) == ("advocacy/failed", "anna@example.org")


async def test_what_still_leaves_after_the_last_day_goes_back_when_its_time_is_over(rosa):
    action = await advocacy.action("closed", closed_at=MONDAY, leaves_until=MONDAY + 5 * DAY)
    await advocacy.letter(action, rosa, "held")
    assert await given_back(5 * DAY - HOUR) == [""]
    assert await given_back(5 * DAY) == ["closed"]


async def test_what_has_left_stays_as_it_is(rosa):
    action = await advocacy.action("closed", closed_at=MONDAY)
    for state, person in (("leaving", "anna"), ("sent", "ben"), ("unconfirmed", "clara")):
        await advocacy.letter(action, rosa, state, f"{person}@example.org")
    await given_back(30 * DAY)
    assert await states() == ["leaving", "sent", "unconfirmed"]


async def test_in_an_action_that_goes_on_a_letter_may_wait_for_long(rosa):
    await advocacy.letter(await advocacy.action(), rosa)
    assert await given_back(60 * DAY) == [""]


async def test_an_action_that_rests_keeps_nobodys_text_for_more_than_four_weeks(rosa):
    await advocacy.letter(await advocacy.action("frozen"), rosa)
    assert [await given_back(days * DAY) for days in (27, 28)] == [[""], ["rested"]]


async def test_nor_does_the_queue_of_those_that_are_held(rosa):
    await advocacy.letter(await advocacy.action(), rosa, "held")
    assert [await given_back(days * DAY) for days in (27, 28)] == [[""], ["not_seen"]]


async def test_to_who_has_left_the_parliament_it_goes_back_at_once(rosa):
    await advocacy.letter(await advocacy.action(), rosa)
    await db.execute("UPDATE membership SET until = '2026-11-22'")
    assert await given_back(timedelta()) == ["left_office"]


async def test_to_who_has_no_address_any_more_too(rosa):
    await advocacy.letter(await advocacy.action(), rosa)
    await db.execute("UPDATE representative SET email = ''")
    assert await given_back(timedelta()) == ["no_address"]


async def test_for_a_dead_address_staff_have_three_days(rosa):
    await advocacy.letter(await advocacy.action(), rosa)
    await db.execute("UPDATE representative SET bounced_at = $1", MONDAY)
    assert [await given_back(days * DAY) for days in (2, 3)] == [[""], ["gone"]]


async def test_a_trial_that_is_over_ends(rosa):
    await advocacy.letter(await advocacy.action(), rosa, is_test=True)
    assert await given_back(timedelta()) == ["trial_over"]


async def test_who_is_reached_in_one_of_two_parliaments_is_reached(rosa):
    council = await advocacy.parliament("ch-sr")
    await db.execute(
        "INSERT INTO membership (representative, parliament, since, source) VALUES ($1, $2, '2026-11-20', '')",
        rosa,
        council,
    )
    await db.execute("UPDATE membership SET until = '2026-11-22' WHERE parliament <> $1", council)
    await advocacy.letter(await advocacy.action(), rosa, parliament=council)
    assert await given_back(DAY) == [""]


async def test_what_a_server_put_off_comes_back_when_its_action_was_closed_and_never_leaves(work, rosa):
    action = await advocacy.action()
    await advocacy.letter(action, rosa, body="Maria needs you.")
    async with smtp.office(lambda phase, who: "451 4.3.0 later" if phase == "rcpt" else None) as office:
        await look(work)
        await opening.close(action, None)
        assert await given_back(23 * HOUR) == [""]
        assert await given_back(24 * HOUR) == ["closed"]
        assert [context["text"] for _template, _to, context in await waiting()] == ["Maria needs you."]
        office.rule = lambda phase, who: None
        await pass_until(MONDAY + 25 * HOUR)
        with clock.at(MONDAY + 25 * HOUR):
            await look(work)
            await sending.sweep()
            await work()
        assert office.recipients == ["anna@example.org"] and await states() == ["failed"]


async def test_what_may_be_under_way_is_not_given_back(work, rosa):
    action = await advocacy.action()
    letter = await advocacy.letter(action, rosa)
    async with smtp.office(lambda phase, who: "451 4.3.0 later" if phase == "rcpt" else None):
        await look(work)
        await opening.close(action, None)
        delivery = await db.fetch_value("SELECT delivery FROM advocacy_letter WHERE id = $1", letter)
        await db.execute(
            "INSERT INTO delivery_run (held, under_way, lease_until) VALUES ('{}', ARRAY[$1::bigint], $2)",
            delivery,
            MONDAY + 30 * HOUR,
        )
        assert await given_back(24 * HOUR) == [""] and await states() == ["leaving"]

"""A confirmed letter leaves once, in office hours, and never too soon after another to the same member."""

import asyncio
from datetime import timedelta

import pytest

from service.advocacy import leaving, opening, pacing, states
from service.delivery import sending
from service.kit import clock, db, sealing
from tests.make import advocacy, cases, smtp
from tests.make.advocacy_mails import MONDAY, look, pass_until
from tests.make.advocacy_mails import states as states_of_all

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
async def rosa(database):
    with clock.at(MONDAY):
        yield await advocacy.representative(
            await advocacy.parliament(), name="Rosa Beispiel", email="rosa@example.net"
        )


async def letters(action, rosa, *people, **columns):
    return [await advocacy.letter(action, rosa, address=f"{person}@example.org", **columns) for person in people]


async def looked_at(work, moment):
    await pass_until(moment)
    with clock.at(moment):
        await look(work)


def to_rosa(office):
    return office.to("rosa@example.net")


async def test_it_comes_from_us_in_annas_name_and_answers_go_to_her(work, rosa):
    await letters(await advocacy.action(), rosa, "anna", body="Guten Tag\n\n.Maria braucht Sie.\n\nAnna")
    async with smtp.office() as office:
        await look(work)
    [mail] = [mail.parsed for mail in to_rosa(office)]
    assert mail["From"].addresses[0].display_name.startswith("Anna Muster via ")
    assert mail["From"].addresses[0].addr_spec != "anna@example.org"
    assert (mail["Reply-To"], mail["To"]) == ("anna@example.org", "rosa@example.net")
    assert mail["Subject"] == "A sponsorship for Maria"
    for name in ("Auto-Submitted", "X-Auto-Response-Suppress", "Precedence", "List-Unsubscribe"):
        assert mail[name] is None
    for part in ("plain", "html"):
        text = mail.get_body((part,)).get_content()
        assert ".Maria braucht Sie." in text and "confirmed the address anna@example.org" in text


@pytest.mark.parametrize(
    "name", ["Anna\r\nBcc: ben@example.org", "=?utf-8?q?Anna=0ABcc:_x@example.org?=", "Anna\x00"]
)
async def test_a_name_that_would_become_a_header_does_not_leave(work, rosa, name):
    await letters(await advocacy.action(), rosa, "anna", name=name)
    async with smtp.office() as office:
        await look(work)
    assert not to_rosa(office) and await states_of_all() == ["failed"]


async def test_annas_name_may_hold_whatever_a_name_holds(work, rosa):
    await letters(await advocacy.action(), rosa, "anna", name='Ганна "Аня" O’Neill, Dr.')
    async with smtp.office() as office:
        await look(work)
    [mail] = to_rosa(office)
    [sender] = mail.parsed["From"].addresses
    assert sender.display_name.startswith('Ганна "Аня" O’Neill, Dr. via ')


async def test_in_office_hours_one_leaves_every_ten_minutes(work, rosa):
    await letters(await advocacy.action(), rosa, "anna", "ben", "clara")
    async with smtp.office() as office:
        for minutes, there in ((0, 1), (9, 1), (10, 2), (19, 2), (20, 3), (30, 3)):
            await looked_at(work, MONDAY + minutes * MINUTE)
            assert len(to_rosa(office)) == there, minutes
    assert [mail.parsed["Reply-To"] for mail in to_rosa(office)] == [
        "anna@example.org",
        "ben@example.org",
        "clara@example.org",
    ]


async def test_two_actions_share_the_pace_and_the_slower_one_sets_it(work, rosa):
    await letters(await advocacy.action(per_hour=60), rosa, "anna", "ben")
    await letters(await advocacy.action(per_hour=2), rosa, "anna")
    async with smtp.office() as office:
        for minutes, there in ((0, 1), (1, 2), (30, 2), (31, 3)):
            await looked_at(work, MONDAY + minutes * MINUTE)
            assert len(to_rosa(office)) == there, minutes


async def test_whoever_writes_in_the_evening_is_read_in_the_morning(work, rosa):
    await letters(await advocacy.action(), rosa, "anna")
    async with smtp.office() as office:
        for hour, there in ((8, 0), (22, 0), (23, 1)):
            await looked_at(work, MONDAY + hour * HOUR)
            assert len(to_rosa(office)) == there, hour


async def test_each_parliament_has_hours_of_its_own(work, rosa):
    tokyo = await advocacy.representative(
        await advocacy.parliament("jp-hr", "JP", "Asia/Tokyo"), email="ko@example.net"
    )
    action = await advocacy.action()
    await letters(action, rosa, "anna")
    await letters(action, tokyo, "anna")
    async with smtp.office() as office:
        await look(work)
        assert (len(to_rosa(office)), len(office.to("ko@example.net"))) == (1, 0)
        await looked_at(work, MONDAY + 15 * HOUR)
        assert len(office.to("ko@example.net")) == 1


async def test_what_a_server_puts_off_is_not_tried_again_at_night(work, rosa):
    await letters(await advocacy.action(), rosa, "anna", "ben")
    closing = MONDAY + 7 * HOUR
    async with smtp.office(
        lambda phase, who: "451 4.3.0 later" if phase == "rcpt" and "rosa" in who else None
    ) as office:
        await looked_at(work, closing - MINUTE)
        office.rule = lambda phase, who: None
        for later in (MINUTE, 2 * HOUR, 15 * HOUR + 59 * MINUTE):
            await pass_until(closing + later)
            with clock.at(closing + later):
                await sending.sweep()
                await look(work)
                await sending.sweep()
                await work()
            assert not to_rosa(office), later
        await pass_until(closing + 16 * HOUR)
        with clock.at(closing + 16 * HOUR):
            await look(work)
            await sending.sweep()
            await work()
        assert [mail.parsed["Reply-To"] for mail in to_rosa(office)] == ["anna@example.org"]


async def test_while_one_is_under_way_the_next_one_waits_however_long_that_takes(work, rosa):
    await letters(await advocacy.action(), rosa, "anna", "ben")
    async with smtp.smtp_url(""):
        await looked_at(work, MONDAY)
        await looked_at(work, MONDAY + HOUR)
        assert await states_of_all() == ["leaving", "ready"]
    async with smtp.office() as office:
        with clock.at(MONDAY + HOUR):
            await sending.sweep()
            await work()
        for minutes, there in ((61, 1), (69, 1), (71, 2)):
            await looked_at(work, MONDAY + minutes * MINUTE)
            assert len(to_rosa(office)) == there, minutes


@pytest.mark.parametrize("state", ["frozen", "closed", "draft"])
async def test_of_an_action_that_does_not_go_on_nothing_leaves(work, rosa, state):
    action = await advocacy.action(state)
    await letters(action, rosa, "anna")
    async with smtp.office() as office:
        await look(work)
        assert not office.received and await states_of_all() == ["ready"]
        await db.execute("UPDATE action SET state = 'open' WHERE id = $1", action)
        await look(work)
        assert len(to_rosa(office)) == 1


async def test_what_was_confirmed_on_the_last_evening_before_a_weekend_leaves_on_monday(work, rosa):
    sunday = MONDAY - 12 * HOUR
    with clock.at(sunday - DAY):
        confirmed = await letters(await advocacy.action(closes_at=sunday), rosa, "anna")
    with clock.at(sunday):
        await opening.close_due()
        assert await pacing.expected(confirmed[0]) == MONDAY.replace(hour=8, minute=0)
    async with smtp.office() as office:
        await looked_at(work, MONDAY)
    assert len(to_rosa(office)) == 1


@pytest.mark.parametrize("state", ["open", "frozen"])
async def test_what_staff_closed_or_stopped_before_its_last_day_does_not_leave_after_it(work, rosa, state):
    sunday = MONDAY - 12 * HOUR
    with clock.at(sunday - DAY):
        action = await advocacy.action(state, closes_at=sunday)
        await letters(action, rosa, "anna")
        if state == "open":
            await opening.close(action, None)
    with clock.at(sunday):
        await opening.close_due()
    async with smtp.office() as office:
        await looked_at(work, MONDAY)
    assert not office.received


async def test_of_an_action_about_somebody_who_is_not_shown_any_more_nothing_leaves_at_once(work, rosa):
    maryna = await cases.prisoner()
    await letters(await advocacy.action(prisoners=(maryna,)), rosa, "anna")
    await db.execute("UPDATE prisoner SET vetoed_at = $1", MONDAY)
    async with smtp.office() as office:
        await look(work)
    assert not office.received and await states_of_all() == ["ready"]


async def test_what_a_server_put_off_about_somebody_who_is_hidden_meanwhile_is_not_tried_again(work, rosa):
    maryna = await cases.prisoner()
    await letters(await advocacy.action(prisoners=(maryna,)), rosa, "anna")
    moment = MONDAY + leaving.ALLOWED_FOR
    async with smtp.office(lambda phase, who: "451 4.3.0 later" if phase == "rcpt" else None) as office:
        await look(work)
        office.rule = lambda phase, who: None
        await db.execute("UPDATE prisoner SET vetoed_at = $1", MONDAY)
        await pass_until(moment)
        with clock.at(moment):
            await look(work)
            await sending.sweep()
            await work()
    assert not office.received and await states_of_all() == ["leaving"]


async def test_after_its_last_moment_nothing_leaves_also_before_it_is_closed(work, rosa):
    await letters(await advocacy.action(closes_at=MONDAY - MINUTE), rosa, "anna")
    async with smtp.office() as office:
        await look(work)
    assert not office.received


async def test_a_frozen_action_does_not_try_again_what_a_server_put_off(work, rosa):
    action = await advocacy.action()
    await letters(action, rosa, "anna")
    async with smtp.office(lambda phase, who: "451 4.3.0 later" if phase == "rcpt" else None) as office:
        await look(work)
        office.rule = lambda phase, who: None
        await opening.freeze(action, None)
        moment = MONDAY + leaving.ALLOWED_FOR
        await pass_until(moment)
        with clock.at(moment):
            await look(work)
            await sending.sweep()
            await work()
            assert not office.received and await states_of_all() == ["leaving"]
            await opening.thaw(action, None)
            await look(work)
            await sending.sweep()
            await work()
        assert len(to_rosa(office)) == 1


async def test_when_everything_is_stopped_nothing_leaves(work, rosa):
    await letters(await advocacy.action(), rosa, "anna")
    await db.execute("UPDATE organisation SET frozen_at = $1", MONDAY)
    async with smtp.office() as office:
        await look(work)
    assert not office.received and await states_of_all() == ["ready"]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE representative SET email = ''",
        "UPDATE representative SET bounced_at = now()",
        "UPDATE membership SET until = '2026-11-22'",
    ],
)
async def test_to_who_has_left_or_has_no_address_nothing_leaves(work, rosa, change):
    await letters(await advocacy.action(), rosa, "anna")
    await db.execute(change)
    async with smtp.office() as office:
        await look(work)
    assert not office.received and await states_of_all() == ["ready"]


async def test_a_letter_that_was_held_meanwhile_does_not_leave(work, rosa):
    [letter] = await letters(await advocacy.action(), rosa, "anna")
    await states.move([letter], states.State.HELD)
    async with smtp.office() as office:
        await look(work)
    assert not office.received


async def test_five_workers_at_once_send_it_once(work, rosa):
    await letters(await advocacy.action(per_hour=1), rosa, "anna", "ben", "clara")
    async with smtp.office() as office:
        await asyncio.gather(*(leaving.leave_due() for _worker in range(5)))
        await work()
    assert len(to_rosa(office)) == 1 and sorted(await states_of_all()) == ["leaving", "ready", "ready"]


async def test_who_dies_before_the_commit_has_neither_moved_nor_sent_it(work, rosa, monkeypatch):
    await letters(await advocacy.action(), rosa, "anna")
    real = db.execute

    async def dies(sql, *args):
        await real(sql, *args)
        if "SET delivery" in sql:
            raise KeyboardInterrupt

    monkeypatch.setattr(db, "execute", dies)
    with pytest.raises(KeyboardInterrupt):
        await leaving.leave_due()
    monkeypatch.undo()
    assert await states_of_all() == ["ready"] and await db.fetch_value("SELECT count(*) FROM delivery") == 0
    async with smtp.office() as office:
        await look(work)
    assert len(to_rosa(office)) == 1


async def test_a_trial_goes_to_olga_at_any_hour_and_never_to_rosa(work, rosa):
    action = await advocacy.action("draft", test_address=sealing.seal_address("olga@example.com"))
    await letters(action, rosa, "anna", "ben", is_test=True)
    night = MONDAY + 12 * HOUR
    async with smtp.office() as office:
        await looked_at(work, night)
    assert not to_rosa(office) and await states_of_all() == ["sent", "sent"]
    # The letters and their receipts.
    assert office.recipients == ["olga@example.com"] * 4


async def test_trials_take_no_turn_of_real_letters(work, rosa):
    action = await advocacy.action(test_address=sealing.seal_address("olga@example.com"))
    await letters(action, rosa, "olga", is_test=True)
    await letters(action, rosa, "anna")
    async with smtp.office() as office:
        await look(work)
    assert len(to_rosa(office)) == 1


async def test_a_trial_that_is_over_reaches_nobody(work, rosa):
    await letters(await advocacy.action(), rosa, "olga", is_test=True)
    async with smtp.office() as office:
        await look(work)
    assert not office.received


async def test_the_rows_of_a_letter_show_nobody_while_it_leaves_or_after(work, rosa, unlikely):
    await advocacy.letter(
        await advocacy.action(), rosa, address=f"{unlikely}@example.org", name=unlikely, body=f"{unlikely} writes"
    )
    async with smtp.smtp_url(""):
        await look(work)
        dump = str(
            [tuple(row) for table in ("delivery", "advocacy_letter") for row in await db.fetch(f"TABLE {table}")]
        )
    assert unlikely not in dump
    async with smtp.office() as office:
        await sending.sweep()
        await look(work)
    assert unlikely in to_rosa(office)[0].message.decode()
    assert await db.fetch("SELECT FROM delivery WHERE address IS NOT NULL OR context IS NOT NULL") == []


async def test_however_many_wait_the_look_reads_a_few_of_each_by_the_index(rosa):
    action = await advocacy.action()
    await letters(action, rosa, "anna")
    await db.execute(
        "INSERT INTO advocacy_letter (action, representative, parliament, writer, state, language, prisoners,"
        " is_test, address, likeness, held_for, created_at, confirmed_at, reason, outcome)"
        " SELECT action, representative, parliament, decode(md5(n::text), 'hex'), 'ready', 'en', '{}', false,"
        " address, '{}', '{}', created_at, confirmed_at + n * interval '1 second', '', ''"
        " FROM advocacy_letter, generate_series(1, 20000) AS n"
    )
    await db.execute("ANALYZE advocacy_letter")
    plan = [row[0] for row in await db.fetch(f"EXPLAIN (ANALYZE) {leaving._DUE}", MONDAY)]
    assert any("advocacy_letter_ready" in line for line in plan), plan
    assert not [line for line in plan if "Seq Scan on advocacy_letter" in line and "never executed" not in line], plan

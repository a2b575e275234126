"""What was due waits for a person after a restored copy, a machine that was away, a clock that was moved."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from service.delivery import continuity, outbox, queries, sending, transactional
from service.kit import clock, db, embedded, jobs
from service.kit.settings import settings
from tests.make import copies, mailings, smtp
from tests.make.staff import staff

NOW = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)
FAREWELL = ("subscribers/unsubscribed", "en", "anna@example.net", {"organisation": "Example Solidarity"})


async def beats() -> int:
    found: int = await db.fetch_value("SELECT beats FROM heartbeat")
    return found


async def test_a_new_installation_begins_to_beat_and_holds_nothing_back(database: None) -> None:
    mailing = await mailings.started()
    await continuity.ensure()
    assert await beats() == 1
    assert await mailings.state(mailing) == "sending"


async def test_it_beats_every_half_minute_however_many_ask(database: None) -> None:
    with clock.at(NOW):
        await asyncio.gather(*(continuity.ensure() for _ in range(20)))
    with clock.at(NOW + timedelta(seconds=29)):
        await continuity.ensure()
    assert await beats() == 1
    with clock.at(NOW + timedelta(seconds=31)):
        await asyncio.gather(*(continuity.ensure() for _ in range(20)))
    assert await beats() == 2


async def beating(until: datetime) -> None:
    """Something ran up to that moment."""
    with clock.at(until):
        await continuity.ensure()


async def under_way(since: datetime) -> int:
    """A campaign that is being sent."""
    with clock.at(since):
        return await mailings.started(3)


@pytest.mark.parametrize(
    ("away", "words"),
    [
        (timedelta(minutes=9), ""),
        (timedelta(minutes=11), "Nothing ran for 11 minutes"),
        (timedelta(hours=3), "Nothing ran for 3 hours"),
        (timedelta(days=1), "Nothing ran for 1 day, "),
        (timedelta(seconds=-50), ""),
        (timedelta(minutes=-2), "went back by 2 minutes"),
        (timedelta(days=-1), "went back by 1 day."),
    ],
)
async def test_after_a_silence_or_a_clock_that_was_moved_a_running_campaign_waits(
    database: None, away: timedelta, words: str
) -> None:
    await beating(NOW)
    mailing = await under_way(NOW)
    with clock.at(NOW + away):
        await continuity.ensure()
        progress = await queries.progress(mailing)
    assert progress
    assert progress.state == ("paused" if words else "sending")
    assert words in progress.trouble
    assert ("then press Go on." in progress.trouble) == bool(words)


async def test_a_break_is_told_once_however_many_notice_it(database: None) -> None:
    await beating(NOW)
    with clock.at(NOW + timedelta(hours=3)):
        await asyncio.gather(*(continuity.ensure() for _ in range(20)))
    rows = await db.fetch("SELECT action, detail FROM audit")
    assert [row["action"] for row in rows] == ["delivery.waits_for_a_person"]
    assert await beats() == 2


async def test_olga_gets_a_mail_about_each_campaign_that_waits_for_her(work: Any) -> None:
    olga = await staff("Olga")
    await beating(NOW)
    await under_way(NOW)
    async with smtp.office() as office:
        with clock.at(NOW + timedelta(hours=3)):
            await sending.sweep()
            await work()
    assert office.recipients == [olga.address]
    assert "Nothing ran for 3 hours" in office.received[0].message.decode()


async def test_what_staff_let_go_on_goes_on(work: Any) -> None:
    await beating(NOW)
    mailing = await under_way(NOW)
    async with smtp.office() as office:
        with clock.at(NOW + timedelta(hours=3)):
            await sending.sweep()
            await work()
            assert not office.received
            await outbox.resume(mailing)
            await work()
            assert await mailings.states(mailing) == {"sent": 3}


async def test_a_test_mail_that_was_asked_for_while_nothing_ran_is_not_held_back(work: Any) -> None:
    await beating(NOW)
    async with smtp.office() as office:
        with clock.at(NOW + timedelta(hours=3)):
            mailing = await mailings.started(1)
            await work()
            assert await mailings.states(mailing) == {"sent": 1}
    assert len(office.received) == 1


async def test_a_confirmation_from_before_is_not_sent_and_one_from_while_nothing_ran_is(work: Any) -> None:
    with clock.at(NOW):
        await continuity.ensure()
        before = await transactional.send(*FAREWELL)
    with clock.at(NOW + timedelta(hours=2)):
        meanwhile = await transactional.send(*FAREWELL)
    async with smtp.office() as office:
        with clock.at(NOW + timedelta(hours=3)):
            await work()
    assert len(office.received) == 1
    rows = await db.fetch("SELECT id, state, reason FROM delivery ORDER BY id")
    assert [tuple(row) for row in rows] == [(before, "unknown", "restored"), (meanwhile, "sent", "")]


async def test_what_was_put_off_by_a_clock_that_ran_ahead_is_due_when_it_should_be(work: Any) -> None:
    ahead = NOW + timedelta(days=1)
    await beating(ahead)
    with clock.at(ahead):
        async with smtp.office(lambda phase, who: "450 4.2.0 not now" if phase == "rcpt" else None):
            await transactional.send(*FAREWELL)
            await work()
    with clock.at(NOW):
        await continuity.ensure()
        row = await db.fetch_one("SELECT state, due_at FROM delivery")
    assert row and row["state"] == "later"
    assert timedelta() < row["due_at"] - NOW < timedelta(minutes=5)


async def test_a_database_that_was_put_back_in_place_is_noticed_by_the_file_beside_it(database: None) -> None:
    await beating(NOW)
    mailing = await under_way(NOW)
    copy = await db.fetch_one("SELECT at, beats FROM heartbeat")
    assert copy
    await beating(NOW + timedelta(minutes=1))
    await db.execute("UPDATE heartbeat SET at = $1, beats = $2", *copy)
    await beating(NOW + timedelta(minutes=2))
    assert await mailings.state(mailing) == "paused"
    assert await beats() == 3
    await outbox.resume(mailing)
    await beating(NOW + timedelta(minutes=3))
    assert await mailings.state(mailing) == "sending"


async def test_a_backup_from_before_there_were_heartbeats_waits_too(database: None) -> None:
    await beating(NOW)
    mailing = await under_way(NOW)
    await db.execute("DELETE FROM heartbeat")
    await beating(NOW)
    assert await mailings.state(mailing) == "paused"


@pytest.mark.parametrize("written", ["", "nonsense", "7", "x y", "9999 some/other/database"])
async def test_a_file_that_says_nothing_of_this_database_is_no_break(database: None, written: str) -> None:
    mailing = await mailings.started()
    (settings().var / "heartbeat").write_text(written)
    await continuity.ensure()
    assert await mailings.state(mailing) == "sending"


async def test_a_folder_that_cannot_be_written_to_stops_nothing(
    database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUNDREDFOLD_VAR", "/proc")
    settings.cache_clear()
    await continuity.ensure()
    assert await beats() == 1
    monkeypatch.undo()
    settings.cache_clear()


async def test_where_postgresql_does_not_say_which_it_is_it_beats_all_the_same(
    database: None, servers: embedded.Servers
) -> None:
    owner = await asyncpg.connect(servers.database_url, user="postgres")
    await owner.execute("REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC")
    try:
        await continuity.ensure()
        assert (await db.fetch_value("SELECT cluster FROM heartbeat")).startswith("-/")
    finally:
        await owner.execute("GRANT EXECUTE ON FUNCTION pg_control_system() TO PUBLIC")
        await owner.close()


async def test_a_restored_backup_sends_nothing_by_itself(work: Any, servers: embedded.Servers) -> None:
    """Dumped in the middle of a campaign, which went on; restored half a minute later beside the first one."""
    async with smtp.office() as office:
        mailing = await mailings.started(20)
        await transactional.send(*FAREWELL)
        await continuity.ensure()
        dump = copies.dumped(servers.database_url)
        await work()
        assert len(office.received) == 21
        async with copies.restored(dump, servers):
            await sending.sweep()
            await work()
            assert await mailings.state(mailing) == "paused"
            assert await mailings.states(mailing) == {"queued": 20}
            assert len(office.received) == 21
            await outbox.resume(mailing)
            await work()
            assert await mailings.states(mailing) == {"sent": 20}
        assert len(office.received) == 41


async def test_the_queue_of_the_copy_is_not_needed_to_notice(work: Any, servers: embedded.Servers) -> None:
    """A job that waits in the queue is stopped as the sweep is."""
    async with smtp.office() as office:
        mailing = await mailings.started(2)
        await continuity.ensure()
        dump = copies.dumped(servers.database_url)
        async with copies.restored(dump, servers):
            jobs.enqueue("delivery.work", mailing)
            jobs.enqueue("delivery.transactional")
            await work()
            assert await mailings.state(mailing) == "paused"
    assert not office.received


@pytest.mark.parametrize("jump", [timedelta(days=1), timedelta(days=-1)])
async def test_a_clock_that_jumps_a_day_in_the_middle_of_a_sending_doubles_and_loses_nothing(
    work: Any, jump: timedelta
) -> None:
    async with smtp.office() as office:
        office.gate, office.passes = asyncio.Event(), 1
        with clock.at(NOW):
            mailing = await mailings.started(40)
            sending_on = asyncio.create_task(work())
            while office.commands["MAIL"] < 1 + sending.LANES:
                await asyncio.sleep(0.01)
        with clock.at(NOW + jump):
            await sending.sweep()
            office.gate.set()
            await sending_on
            books = await queries.books(mailing)
            assert (books.sent, books.unknown, books.open) == (1 + sending.LANES, 0, 39 - sending.LANES)
            assert await mailings.state(mailing) == "paused"
            await outbox.resume(mailing)
            await work()
        assert await mailings.states(mailing) == {"sent": 40}
        assert len(office.received) == len(set(office.recipients)) == 40


async def test_a_server_rests_for_a_minute_and_not_for_the_day_by_which_the_clock_went_back(work: Any) -> None:
    async with smtp.office(lambda phase, who: smtp.DROP if phase == "connect" else None) as office:
        with clock.at(NOW):
            mailing = await mailings.started(2)
            await work()
            assert await mailings.states(mailing) == {"queued": 2}
        office.rule = lambda phase, who: None
        with clock.at(NOW - timedelta(days=1)):
            await sending.sweep()
            await outbox.resume(mailing)
            await work()
            assert await mailings.states(mailing) == {"sent": 2}

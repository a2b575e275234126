import asyncio
import contextlib
import contextvars
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from service.campaigns import audience, compose, moments, queries, sending
from service.campaigns.queries import Audience
from service.campaigns.sending import AlreadyStarted, ChangedSince, NotReady, NotStarted, Over
from service.delivery import continuity, outbox
from service.delivery import queries as deliveries
from service.kit import clock, db, jobs
from service.subscribers import leaving
from tests.make import hearts
from tests.make.campaigns import campaign, draft, postal_address
from tests.make.smtp import office, smtp_url
from tests.make.subscribers import mailing_list, subscriber

# Without the transaction of the code under test: another connection, as another person has.
OUTSIDE = contextvars.copy_context()
NOW = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)
ZURICH = ZoneInfo("Europe/Zurich")


@pytest.fixture(autouse=True)
async def ready(database: None):  # type: ignore[no-untyped-def]
    """A mail server is named (nothing is handed over here), and it is eight in the morning."""
    async with smtp_url("smtp://127.0.0.1:9"):
        with clock.at(NOW):
            await postal_address()
            yield


async def scheduled(at: datetime = NOW, **changes: object) -> int:
    await subscriber("anna@example.org")
    made = await campaign(**changes)  # type: ignore[arg-type]
    await sending.schedule(made, moments.Moment(at, "2026-06-01 10:00"), None, None, warned=False)
    return made


async def test_a_campaign_that_is_due_becomes_a_mailing_with_its_audience() -> None:
    made = await scheduled()
    assert await sending.start(made)
    found = await queries.find(made)
    assert found.is_started and found.mailing
    progress = await deliveries.progress(found.mailing)
    assert progress and (progress.state, progress.books.audience, progress.books.open) == ("sending", 1, 1)


async def test_fifty_starts_at_once_make_one_mailing() -> None:
    made = await scheduled()
    results = await asyncio.gather(*(sending.start(made) for _ in range(50)))
    assert sorted(results) == [False] * 49 + [True]
    assert await db.fetch_value("SELECT count(*) FROM mailing") == 1
    assert await db.fetch_value("SELECT count(*) FROM delivery") == 1


async def test_fifty_clicks_on_send_now_make_one_mailing() -> None:
    await subscriber("anna@example.org")
    made = await campaign()
    moment = moments.immediately(ZURICH, NOW)

    async def click() -> None:
        await sending.schedule(made, moment, None, 2, warned=False)
        await jobs.body("campaigns.start_due")()
        await sending.start(made)

    results = await asyncio.gather(*(click() for _ in range(50)), return_exceptions=True)
    assert {type(result) for result in results} <= {type(None), AlreadyStarted}
    assert await db.fetch_value("SELECT count(*) FROM mailing") == 1


async def test_before_its_time_nothing_starts() -> None:
    made = await scheduled(NOW + timedelta(minutes=1))
    assert not await sending.start(made)
    with clock.at(NOW + timedelta(minutes=1)):
        assert await sending.start(made)


async def test_the_clock_finds_it_when_the_queue_has_lost_it(work) -> None:  # type: ignore[no-untyped-def]
    made = await scheduled(NOW + timedelta(hours=1))
    await work()
    with clock.at(NOW + timedelta(hours=1)):
        await hearts.kept_beating()
        await jobs.body("campaigns.start_due")()
        assert "campaigns.start" in await work()
    assert (await queries.find(made)).is_started


async def test_after_a_long_outage_it_waits_for_a_person() -> None:
    made = await scheduled()
    with clock.at(NOW + timedelta(hours=6)):
        assert not await sending.start(made)
        assert await queries.due(clock.now()) == []
        assert (await queries.find(made)).is_overdue(clock.now())
        (listed,) = await queries.unfinished()
        assert listed.is_overdue(clock.now())
        await sending.schedule(made, moments.immediately(ZURICH, clock.now()), None, None, warned=False)
        assert await sending.start(made)


async def test_after_workers_were_away_for_less_than_six_hours_it_leaves_late() -> None:
    made = await scheduled()
    with clock.at(NOW + timedelta(hours=5, minutes=59)):
        await hearts.kept_beating()
        assert await sending.start(made)


async def test_where_nothing_ran_even_a_campaign_that_is_five_minutes_late_waits_for_a_person() -> None:
    made = await scheduled(NOW + timedelta(minutes=10))
    with clock.at(NOW + timedelta(minutes=15)):
        assert not await sending.start(made)
        assert await queries.due(clock.now()) == []
        assert (await queries.find(made)).is_overdue(clock.now())
        (listed,) = await queries.unfinished()
        assert listed.is_overdue(clock.now())


async def test_what_olga_sends_the_moment_she_is_back_leaves() -> None:
    made = await scheduled(NOW + timedelta(minutes=10))
    with clock.at(NOW + timedelta(minutes=15)):
        moment = moments.immediately(ZURICH, clock.now() - timedelta(seconds=1))
        await sending.schedule(made, moment, None, None, warned=False)
        assert await sending.start(made)


async def test_what_is_due_after_the_break_leaves_at_its_time() -> None:
    made = await scheduled(NOW + timedelta(hours=3, minutes=1))
    with clock.at(NOW + timedelta(hours=3)):
        assert not await sending.start(made)
    with clock.at(NOW + timedelta(hours=3, minutes=1)):
        assert await sending.start(made)


async def test_a_clock_that_jumps_a_day_ahead_and_back_sends_nothing_early_and_loses_nothing() -> None:
    made = await scheduled(NOW + timedelta(hours=5))
    with clock.at(NOW + timedelta(days=1)):
        assert not await sending.start(made)
    with clock.at(NOW + timedelta(minutes=1)):
        assert not await sending.start(made)
        assert not (await queries.find(made)).is_overdue(clock.now())
    with clock.at(NOW + timedelta(hours=5)):
        await hearts.kept_beating()
        assert await sending.start(made)
        assert not await sending.start(made)


@pytest.mark.parametrize(
    ("zone", "typed"),
    [
        ("Europe/Zurich", ["2026-03-29 01:30", "2026-03-29 02:30", "2026-03-29 03:00", "2026-03-29 03:30"]),
        ("Europe/Zurich", ["2026-10-25 01:59", "2026-10-25 02:00", "2026-10-25 02:30", "2026-10-25 03:00"]),
        ("Australia/Lord_Howe", ["2026-10-04 01:45", "2026-10-04 02:15", "2026-10-04 02:30"]),
        ("Australia/Lord_Howe", ["2026-04-05 01:30", "2026-04-05 01:45", "2026-04-05 02:00"]),
        ("America/Sao_Paulo", ["2026-10-18 00:00", "2026-10-18 00:30"]),
    ],
)
async def test_in_a_night_when_clocks_change_each_campaign_leaves_once_and_none_early(
    zone: str, typed: list[str]
) -> None:
    there = ZoneInfo(zone)
    await subscriber("anna@example.org")
    planned = {await campaign(): moments.resolve(moments.read(local), there) for local in typed}
    begin = min(moment.at for moment in planned.values()) - timedelta(hours=1)
    with clock.at(begin):
        for made, moment in planned.items():
            await sending.schedule(made, moment, None, None, warned=True)
    left: dict[int, datetime] = {}
    for tick in range(24 * 2 + 1):
        with clock.at(begin + tick * timedelta(minutes=5)):
            await hearts.kept_beating()
            for made in await queries.due(clock.now()):
                assert made not in left and await sending.start(made)
                left[made] = clock.now()
    late = {made: left[made] - moment.at for made, moment in planned.items()}
    assert all(timedelta() <= found < timedelta(minutes=5) for found in late.values()), late
    assert await db.fetch_value("SELECT count(*) FROM mailing") == len(typed)


async def test_what_the_console_lets_go_on_before_anything_ran_again_is_not_stopped_afterwards() -> None:
    made = await scheduled()
    await sending.start(made)
    with clock.at(NOW + timedelta(hours=3)):
        await sending.resume(made, None)
        await continuity.ensure()
        found = await queries.find(made)
        assert found.mailing and await queries.mailing_state(found.mailing) == "sending"


async def test_taken_back_it_is_a_draft_that_can_be_changed() -> None:
    made = await scheduled(NOW + timedelta(hours=1))
    await sending.unschedule(made, None)
    await compose.save(made, "en", 1, draft(subject="Better"), None)
    with clock.at(NOW + timedelta(hours=2)):
        assert not await sending.start(made)


async def test_what_is_under_way_cannot_be_taken_back_or_sent_again() -> None:
    made = await scheduled()
    await sending.start(made)
    with pytest.raises(AlreadyStarted):
        await sending.unschedule(made, None)
    with pytest.raises(AlreadyStarted):
        await sending.schedule(made, moments.immediately(ZURICH, NOW), None, None, warned=True)


async def test_olga_does_not_send_what_boris_changed_after_she_looked() -> None:
    await subscriber("anna@example.org")
    made = await campaign()
    seen = (await queries.find(made)).version
    await compose.save(made, "en", 1, draft(subject="Boris was here"), None)
    with pytest.raises(ChangedSince):
        await sending.schedule(made, moments.immediately(ZURICH, NOW), None, seen, warned=True)
    assert (await queries.find(made)).is_draft


async def test_errors_keep_it_back_whatever_was_ticked() -> None:
    await subscriber("anna@example.org")
    made = await campaign(en=draft(subject=" "))
    with pytest.raises(NotReady):
        await sending.schedule(made, moments.immediately(ZURICH, NOW), None, None, warned=True)


async def test_warnings_keep_it_back_until_somebody_has_read_them() -> None:
    await subscriber("anna@example.org")
    made = await campaign(en=draft(subject="x" * 100))
    moment = moments.immediately(ZURICH, NOW)
    with pytest.raises(NotReady):
        await sending.schedule(made, moment, None, None, warned=False)
    await sending.schedule(made, moment, None, None, warned=True)
    assert await sending.start(made)


async def test_what_broke_between_the_evening_and_the_morning_keeps_it_back_with_a_reason() -> None:
    letters = await mailing_list("Letter writers")
    await subscriber("vera@example.org", topics=[], lists=[letters])
    made = await campaign(topics=[], lists=[letters])
    await sending.schedule(made, moments.Moment(NOW, ""), None, None, warned=False)
    await db.execute("UPDATE mailing_list SET archived_at = $1", NOW)
    assert not await sending.start(made)
    found = await queries.find(made)
    assert found.is_draft and found.mailing is None
    assert found.trouble.startswith("It was not sent. Nobody who is confirmed")
    assert await db.fetch_value("SELECT count(*) FROM mailing") == 0


async def test_who_leaves_while_the_audience_is_frozen_gets_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    anna = await subscriber("anna@example.org")
    boris = await subscriber("boris@example.org")
    made = await campaign()
    await sending.schedule(made, moments.Moment(NOW, ""), None, None, warned=False)
    freeze = outbox.freeze

    async def slow(*arguments: object) -> int:
        frozen = await freeze(*arguments)  # type: ignore[arg-type]
        await asyncio.get_running_loop().create_task(leaving.leave(anna, "test"), context=OUTSIDE)
        return frozen

    monkeypatch.setattr(outbox, "freeze", slow)
    assert await sending.start(made)
    rows = await db.fetch("SELECT subscriber, state FROM delivery WHERE mailing IS NOT NULL ORDER BY subscriber")
    assert {row["subscriber"]: row["state"] for row in rows} == {anna: "skipped", boris: "queued"}


async def test_somebody_who_confirmed_after_it_was_scheduled_gets_it_too() -> None:
    made = await scheduled(NOW + timedelta(hours=1))
    await subscriber("boris@example.org")
    with clock.at(NOW + timedelta(hours=1)):
        await sending.start(made)
    assert await db.fetch_value("SELECT audience FROM mailing") == 2


async def test_one_list_gives_its_own_label_and_several_that_of_the_house() -> None:
    letters = await mailing_list("Letter writers", "letters")
    await subscriber("anna@example.org", lists=[letters])
    for audience_of in ({"lists": [letters], "topics": []}, {"lists": [letters], "topics": ["newsletter"]}):
        made = await campaign(**audience_of)  # type: ignore[arg-type]
        await sending.schedule(made, moments.Moment(NOW, ""), None, None, warned=False)
        await sending.start(made)
    rows = await db.fetch("SELECT list_name, list_label FROM mailing ORDER BY id")
    assert [tuple(row) for row in rows] == [("Letter writers", "letters"), ("Hundredfold", "news")]


async def test_it_is_paused_resumed_and_cancelled() -> None:
    made = await scheduled()
    await sending.start(made)
    found = await queries.find(made)
    assert found.mailing
    await sending.pause(made, None, "Olga")
    progress = await deliveries.progress(found.mailing)
    assert progress and (progress.state, progress.trouble) == ("paused", "Olga paused it.")
    await sending.resume(made, None)
    assert await sending.cancel(made, None) == 1
    assert (await deliveries.books(found.mailing)).skipped == 1


async def test_resumed_fifty_times_at_once_it_goes_to_everybody_once(work: Any) -> None:
    for number in range(30):
        await subscriber(f"reader{number}@example.org")
    async with office() as post:
        made = await scheduled()
        await sending.start(made)
        await sending.pause(made, None)
        await work()
        assert not post.received
        clicks = (sending.resume(made, None) for _click in range(50))
        await asyncio.gather(*clicks, work(), work())
        await work()
        assert len(post.received) == len(set(post.recipients)) == 31
        with pytest.raises(Over):
            await sending.resume(made, None)


async def test_while_boris_pauses_and_olga_resumes_nobody_gets_it_twice(work: Any) -> None:
    for number in range(30):
        await subscriber(f"reader{number}@example.org")
    async with office() as post:
        made = await scheduled()
        await sending.start(made)

        async def click(number: int) -> None:
            with contextlib.suppress(Over, outbox.NotPossibleNow):
                await (sending.pause if number % 2 else sending.resume)(made, None)
                await sending.start(made)

        await asyncio.gather(*(click(number) for number in range(50)), work(), work())
        with contextlib.suppress(Over):
            await sending.resume(made, None)
        await work()
        assert len(post.received) == len(set(post.recipients)) == 31
        assert await db.fetch_value("SELECT count(*) FROM mailing") == 1


async def test_a_draft_can_neither_be_paused_nor_cancelled() -> None:
    made = await campaign()
    for change in (sending.pause(made, None), sending.resume(made, None), sending.cancel(made, None)):
        with pytest.raises(NotStarted):
            await change


async def test_the_audience_of_what_leaves_is_the_one_that_was_counted() -> None:
    for number, language in enumerate(["en", "fr", "de", "ru", "en"]):
        await subscriber(f"reader{number}@example.org", language=language)
    made = await campaign(["en", "fr", "de"])
    counted = sum((await audience.count(Audience(topics=["newsletter"]))).values())
    await sending.schedule(made, moments.Moment(NOW, ""), None, None, warned=True)
    await sending.start(made)
    rows = await db.fetch("SELECT language, count(*) FROM delivery GROUP BY language ORDER BY language")
    assert {row["language"]: row["count"] for row in rows} == {"de": 1, "en": 3, "fr": 1}
    assert counted == 5


async def test_an_audience_of_ten_thousand_is_frozen_in_seconds_although_nobody_has_counted_it_before() -> None:
    await db.execute(
        "INSERT INTO subscriber (address, language, state, topics, created_at, changed_at)"
        " SELECT decode(md5(n::text), 'hex'), 'en', 'confirmed', ARRAY['newsletter'], now(), now()"
        " FROM generate_series(1, 10000) AS n"
    )
    made = await campaign()
    await sending.schedule(made, moments.Moment(NOW, ""), None, None, warned=False)
    async with asyncio.timeout(10):
        assert await sending.start(made)
    assert await db.fetch_value("SELECT count(*) FROM delivery WHERE state = 'queued'") == 10000

import asyncio
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from service.campaigns import automation_queries, automations, checks, compose, filling, queries, sending
from service.campaigns.automations import RanMeanwhile
from service.campaigns.compose import NotDraft
from service.campaigns.moments import immediately
from service.campaigns.queries import Listed
from service.campaigns.sending import OnlyABlueprint
from service.campaigns.tables import AutomationKind
from service.delivery import continuity
from service.kit import clock, db, jobs
from service.kit.errors import Invalid
from service.letters import routes
from service.rendering.blocks import Birthdays, FromTheWall
from service.schedules.recurrence import Daily, Monthly, Weekly
from tests.make import cases, hearts, wall
from tests.make.automations import automation
from tests.make.campaigns import draft, postal_address
from tests.make.smtp import smtp_url
from tests.make.staff import staff
from tests.make.subscribers import subscriber

ZURICH = ZoneInfo("Europe/Zurich")
# A Wednesday.
NOW = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)
MONDAY = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
FIRST = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)
BIRTHDAYS, REMINDER = AutomationKind.BIRTHDAYS, AutomationKind.BIRTHDAY_REMINDER


@pytest.fixture(autouse=True)
async def ready(database: None):  # type: ignore[no-untyped-def]
    """A mail server is named, Anna reads, and it is Wednesday noon."""
    async with smtp_url("smtp://127.0.0.1:9"):
        with clock.at(NOW):
            await postal_address()
            await subscriber("anna@example.org")
            yield


async def new_case(name: str = "Maryna Kavalchuk", at: datetime | None = None, **others: object) -> int:
    made = await cases.prisoner(name, published_at=at or clock.now(), **others)  # type: ignore[arg-type]
    await cases.status(made)
    return made


async def run_at(moment: datetime, made: int) -> list[int] | None:
    """The drafts of a run at that time, of an installation that ran all the while; None for who came second."""
    with clock.at(moment):
        await hearts.kept_beating()
        ran = await automations.run(made)
        return ran.drafts if ran else None


async def drafts(made: int) -> list[Listed]:
    return await automation_queries.made(made)


async def outcome(made: int) -> str:
    return (await automation_queries.find(made)).outcome


async def test_on_monday_at_nine_a_draft_of_the_new_cases_waits_for_approval(work) -> None:  # type: ignore[no-untyped-def]
    made = await automation(name="New cases")
    await new_case()
    with clock.at(MONDAY - timedelta(seconds=1)):
        await hearts.kept_beating()
        await jobs.body("campaigns.run_automations")()
        assert await work() == []
    with clock.at(MONDAY):
        await jobs.body("campaigns.run_automations")()
        assert "campaigns.run_automation" in await work()
    (only,) = await drafts(made)
    assert (only.name, only.state) == ("New cases, 23 November 2026", "draft")
    found = await queries.find(only.id)
    assert found.audience.topics == ["newsletter"] and found.new_since == MONDAY - timedelta(days=7)
    assert (await compose.edition(only.id, "en")).subject == draft("en").subject
    assert await outcome(made) == "1 new case: the draft waits for you"
    assert (await automation_queries.find(made)).next_at == MONDAY + timedelta(days=7)
    assert await db.fetch_value("SELECT count(*) FROM mailing") == 0


async def test_a_week_without_a_new_case_makes_no_mail() -> None:
    made = await automation()
    await new_case(at=NOW - timedelta(days=30))
    assert await run_at(MONDAY, made) == []
    assert await drafts(made) == []
    assert await outcome(made) == "nothing new yet: no mail"


async def test_who_was_told_of_once_is_not_new_again() -> None:
    made = await automation()
    await new_case(at=MONDAY - timedelta(hours=1))
    (first,) = await run_at(MONDAY, made) or []
    await compose.delete(first, None)
    assert await run_at(MONDAY + timedelta(days=7), made) == []
    await new_case("Anton Hrynevich", at=MONDAY + timedelta(days=8))
    (second,) = await run_at(MONDAY + timedelta(days=14), made) or []
    assert (await queries.find(second)).new_since == MONDAY


async def test_while_a_draft_waits_it_takes_in_what_is_new_and_no_second_one_is_made() -> None:
    made = await automation(name="New cases")
    await new_case(at=MONDAY - timedelta(hours=1))
    (first,) = await run_at(MONDAY, made) or []
    await new_case("Anton Hrynevich", at=MONDAY + timedelta(days=1))
    assert await run_at(MONDAY + timedelta(days=7), made) == []
    assert await outcome(made) == "no second mail: its last draft still waits and takes in what is new"
    await compose.delete(first, None)
    (second,) = await run_at(MONDAY + timedelta(days=14), made) or []
    assert (await queries.find(second)).new_since == MONDAY


async def test_a_draft_that_left_later_is_what_the_next_one_counts_from() -> None:
    made = await automation()
    await new_case(at=MONDAY - timedelta(hours=1))
    (first,) = await run_at(MONDAY, made) or []
    with clock.at(MONDAY + timedelta(days=2)):
        await hearts.kept_beating()
        await sending.schedule(first, immediately(ZURICH, clock.now()), None, None, warned=True)
        assert await sending.start(first)
    await new_case("Told of already", at=MONDAY + timedelta(days=1))
    await new_case("Anton Hrynevich", at=MONDAY + timedelta(days=3))
    (second,) = await run_at(MONDAY + timedelta(days=7), made) or []
    assert (await queries.find(second)).new_since == MONDAY + timedelta(days=2)
    assert await outcome(made) == "1 new case: the draft waits for you"


async def test_once_a_month_a_draft_tells_how_the_wall_grew() -> None:
    made = await automation(AutomationKind.WALL_GREW, name="Our wall", en=draft("en", [FromTheWall(only_new=True)]))
    await wall.post("Boris", published_at=NOW - timedelta(days=40))
    await wall.post("Anna", in_mails=False)
    december = datetime(2026, 12, 5, 8, 0, tzinfo=UTC)
    (first,) = await run_at(december, made) or []
    assert await outcome(made) == "1 new face on the wall: the draft waits for you"
    found = await queries.find(first)
    assert (found.name, found.new_since) == ("Our wall, 5 December 2026", december - filling.FIRST_FACES)
    assert await run_at(december + timedelta(days=31), made) == []
    assert await outcome(made) == "no second mail: its last draft still waits and takes in what is new"
    await compose.delete(first, None)
    assert await run_at(december + timedelta(days=62), made) == []
    assert await outcome(made) == "nobody new on the wall: no mail"


async def test_fifty_runs_at_once_make_one_draft() -> None:
    made = await automation()
    await new_case()
    with clock.at(MONDAY):
        await hearts.kept_beating()
        ran = await asyncio.gather(*(automations.run(made) for _ in range(50)))
    assert len([each for each in ran if each]) == 1
    assert len(await drafts(made)) == 1


async def test_a_crash_in_the_middle_leaves_nothing_and_the_next_minute_makes_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = await automation(BIRTHDAYS)
    await cases.prisoner(born="1984-12-24")

    async def breaks(*_args: object) -> None:
        raise ConnectionError

    with monkeypatch.context() as patch, pytest.raises(ConnectionError):
        patch.setattr("service.campaigns.mail.drafts_wait", breaks)
        await run_at(FIRST, made)
    assert await drafts(made) == []
    assert await run_at(FIRST + timedelta(minutes=1), made)
    assert len(await drafts(made)) == 1


async def test_after_days_without_a_clock_one_draft_is_made_and_waits_although_it_would_leave_by_itself() -> None:
    made = await automation(REMINDER, sends_itself=True)
    await cases.prisoner(born="1984-12-11")
    await continuity.ensure()
    with clock.at(datetime(2026, 11, 25, 9, 0, tzinfo=UTC)):
        ran = await automations.run(made)
        assert ran and len(ran.drafts) == 1 and ran.leaving == []
        assert await automations.run(made) is None
    (only,) = await drafts(made)
    assert only.trouble == automations.LATE
    assert (await queries.find(only.id)).seen_from == date(2026, 12, 11)
    assert (await automation_queries.find(made)).next_at == datetime(2026, 11, 26, 6, 30, tzinfo=UTC)


async def test_a_restored_copy_sends_nothing_by_itself() -> None:
    made = await automation(sends_itself=True)
    await new_case()
    await continuity.ensure()
    with clock.at(MONDAY + timedelta(minutes=5)):
        # Five minutes late alone would do no harm; that another database stood here does.
        await db.execute("UPDATE heartbeat SET cluster = 'another/1/00000001', at = $1", clock.now())
        ran = await automations.run(made)
    assert ran and ran.leaving == []
    (only,) = await drafts(made)
    assert (only.state, only.trouble) == ("draft", automations.LATE)


async def test_where_staff_said_so_it_leaves_by_itself(work) -> None:  # type: ignore[no-untyped-def]
    made = await automation(sends_itself=True)
    await new_case()
    with clock.at(MONDAY):
        await hearts.kept_beating()
        ran = await automations.run(made)
        assert ran and ran.leaving == ran.drafts
        assert "campaigns.start" in await work()
    (only,) = await drafts(made)
    assert (only.state, only.mailing_state) in {("started", "sending"), ("started", "sent")}
    assert await outcome(made) == "1 new case: it leaves by itself"


async def test_with_a_warning_it_waits_and_says_which() -> None:
    await db.execute("UPDATE organisation SET postal_address = ''")
    made = await automation(sends_itself=True)
    await new_case()
    await run_at(MONDAY, made)
    (only,) = await drafts(made)
    assert only.state == "draft"
    assert only.trouble.startswith("It waits for you: Your mails do not show a postal address yet.")


async def test_while_everything_is_stopped_its_draft_waits() -> None:
    made = await automation(sends_itself=True)
    await new_case()
    await db.execute("UPDATE organisation SET frozen_at = $1", clock.now())
    await run_at(MONDAY, made)
    (only,) = await drafts(made)
    assert only.state == "draft" and "Everything is stopped" in only.trouble


async def test_the_birthdays_of_two_months_are_seen_from_the_first() -> None:
    made = await automation(BIRTHDAYS, name="Birthdays")
    for born in ("1984-12-01", "1990-01-31", "--01-15", "1984-02-10"):
        await cases.prisoner(born=born)
    (only,) = await run_at(FIRST, made) or []
    found = await queries.find(only)
    assert (found.name, found.seen_from) == ("Birthdays, 1 December 2026", date(2026, 12, 1))
    assert await outcome(made) == "3 birthdays: the draft waits for you"


async def test_a_reminder_goes_to_each_country_early_enough_and_to_none_whose_post_is_suspended() -> None:
    await subscriber("boris@example.org", country="LT")
    await subscriber("vera@example.org", country="FI")
    await subscriber("joan@example.org", country="CA")
    made = await automation(REMINDER, name="Reminder")
    # Letters take 16 days from Switzerland, where who named no country is taken to be, and 12 from Lithuania.
    await cases.prisoner(born="1984-12-04")
    await cases.prisoner("Anton Hrynevich", born="1991-11-30")
    found = [await queries.find(each) for each in await run_at(NOW.replace(hour=6, minute=30), made) or []]
    assert found == []
    day = datetime(2026, 11, 18, 13, 0, tzinfo=UTC)
    await db.execute("UPDATE automation SET next_at = $1", day)
    found = [await queries.find(each) for each in await run_at(day, made) or []]
    assert [each.name for each in found] == [
        "Reminder, 18 November 2026: 30 November 2026",
        "Reminder, 18 November 2026: 4 December 2026",
    ]
    lithuania, here = (each.audience.countries for each in found)
    assert "LT" in lithuania and "CH" not in lithuania and "" not in lithuania
    assert "" in here and "CH" in here and "FI" not in lithuania + here
    assert [each.seen_from for each in found] == [date(2026, 11, 30), date(2026, 12, 4)]


async def test_where_the_post_became_quicker_nobody_is_reminded_of_the_same_day_twice() -> None:
    await subscriber("boris@example.org", country="LT")
    made = await automation(REMINDER)
    await cases.prisoner(born="1984-12-01")
    # Twelve days from Lithuania.
    first = datetime(2026, 11, 19, 6, 30, tzinfo=UTC)
    [only] = await run_at(first, made) or []
    with clock.at(first):
        await sending.schedule(only, immediately(ZURICH, first), None, None, True)
    olga = await staff()
    with clock.at(first):
        await routes.change("LT", "11", False, "", "2026-11-19", olga.id)
    assert await run_at(first + timedelta(days=1), made) == []


async def test_a_country_that_nobody_looked_up_has_the_usual_lead() -> None:
    await subscriber("lua@example.org", country="BR")
    made = await automation(REMINDER)
    await cases.prisoner(born="1984-12-09")
    (only,) = (await automations.run_by_hand(made, None, None)).drafts
    assert "BR" in (await queries.find(only)).audience.countries


async def test_by_hand_it_always_waits_and_its_next_time_stays() -> None:
    made = await automation(sends_itself=True)
    await new_case(at=NOW - timedelta(hours=1))
    ran = await automations.run_by_hand(made, None, None)
    assert len(ran.drafts) == 1 and ran.leaving == []
    assert (await automation_queries.find(made)).next_at == MONDAY


async def test_two_clicks_on_run_now_make_one_draft() -> None:
    made = await automation(BIRTHDAYS)
    await cases.prisoner(born="1984-12-01")
    await automations.run_by_hand(made, None, None)
    with pytest.raises(RanMeanwhile):
        await automations.run_by_hand(made, None, None)
    assert len(await drafts(made)) == 1


async def test_a_draft_that_waited_until_the_birthday_was_over_warns_whoever_sends_it() -> None:
    made = await automation(REMINDER, en=draft("en", [Birthdays("day")]))
    await cases.prisoner(born="1984-12-04")
    (only,) = (await automations.run_by_hand(made, None, None)).drafts
    for day, warned in ((4, False), (5, True)):
        with clock.at(datetime(2026, 12, day, 12, 0, tzinfo=UTC)):
            found = await checks.run(await queries.find(only))
        assert any("are over" in each.sentence for each in found) == warned


async def test_turned_off_it_does_nothing() -> None:
    made = await automation()
    await new_case()
    await automations.turn(made, False, None)
    assert await automation_queries.due(MONDAY) == []
    assert await run_at(MONDAY, made) is None


async def test_turned_on_again_it_does_not_catch_up() -> None:
    made = await automation(on=False)
    with clock.at(MONDAY + timedelta(days=3)):
        await automations.turn(made, True, None)
    assert (await automation_queries.find(made)).next_at == MONDAY + timedelta(days=7)


async def test_another_rule_counts_from_now_on() -> None:
    made = await automation()
    await automations.change(made, "New cases on Fridays", Weekly(5, "18:00"), True, None)
    found = await automation_queries.find(made)
    assert found.next_at == datetime(2026, 11, 20, 17, 0, tzinfo=UTC)
    assert (found.name, found.sends_itself) == ("New cases on Fridays", True)
    assert (await queries.find(found.blueprint)).name == "New cases on Fridays"


async def test_where_the_timezone_was_changed_it_still_runs_once_a_day() -> None:
    made = await automation(BIRTHDAYS, rule=Daily("09:00"))
    await cases.prisoner(born="1984-12-24")
    await db.execute("UPDATE organisation SET timezone = 'Europe/London'")
    day = datetime(2026, 11, 19, 8, 0, tzinfo=UTC)
    assert await run_at(day, made)
    assert await run_at(day + timedelta(hours=1), made) is None
    assert (await automation_queries.find(made)).next_at == datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


async def test_the_blueprint_is_written_like_a_draft_and_never_sent_listed_or_deleted() -> None:
    made = await automation()
    blueprint = (await automation_queries.find(made)).blueprint
    await compose.save(blueprint, "en", 1, draft("en", subject="Another subject"), None)
    with pytest.raises(OnlyABlueprint):
        await sending.schedule(blueprint, immediately(ZURICH, NOW), None, None, warned=True)
    with pytest.raises(NotDraft):
        await compose.delete(blueprint, None)
    assert await queries.listing() == [] and await queries.unfinished() == []
    await new_case()
    (only,) = await run_at(MONDAY, made) or []
    assert (await compose.edition(only, "en")).subject == "Another subject"
    assert [found.id for found in await queries.listing()] == [only]
    assert [found.automation_name for found in await queries.unfinished()] == ["New cases"]


async def test_deleted_it_leaves_what_it_made() -> None:
    made = await automation()
    await new_case()
    (only,) = await run_at(MONDAY, made) or []
    blueprint = (await automation_queries.find(made)).blueprint
    await automations.delete(made, None)
    assert (await queries.find(only)).automation is None
    with pytest.raises(queries.CampaignNotFound):
        await queries.find(blueprint)


async def test_editors_are_told_once_that_a_draft_waits_and_viewers_are_not() -> None:
    await staff("Olga", "editor")
    await staff("Viktor", "viewer")
    made = await automation()
    await new_case()
    await run_at(MONDAY, made)
    assert await db.fetch_value("SELECT count(*) FROM delivery WHERE template = 'campaigns/drafts_wait'") == 1
    await run_at(MONDAY + timedelta(minutes=1), made)
    assert await db.fetch_value("SELECT count(*) FROM delivery WHERE template = 'campaigns/drafts_wait'") == 1


@pytest.mark.parametrize("name", ["", "   ", "n" * 61])
async def test_a_name_is_needed_and_leaves_room_for_the_day(name: str) -> None:
    made = await automation()
    with pytest.raises(Invalid) as refused:
        await automations.change(made, name, Monthly(1, "09:00"), False, None)
    assert list(refused.value.fields) == ["name"]

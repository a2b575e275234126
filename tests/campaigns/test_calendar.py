from datetime import UTC, datetime, timedelta

import pytest

from service.campaigns import calendar, sending
from service.campaigns.calendar import Day
from service.campaigns.moments import Moment
from service.campaigns.tables import AutomationKind
from service.kit import clock, db
from tests.make import cases, wall
from tests.make.automations import automation
from tests.make.campaigns import campaign, postal_address
from tests.make.smtp import smtp_url
from tests.make.subscribers import subscriber

# Half past eleven in the evening in Zurich.
NOW = datetime(2026, 3, 27, 22, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
async def evening(database: None):  # type: ignore[no-untyped-def]
    async with smtp_url("smtp://127.0.0.1:9"):
        with clock.at(NOW):
            await postal_address()
            await subscriber("anna@example.org")
            yield


async def days() -> dict[str, Day]:
    return {f"{day.day}": day for month in await calendar.months() for day in month.days}


async def test_it_begins_today_where_the_house_is_and_leaves_out_no_day() -> None:
    months = await calendar.months()
    assert [month.name for month in months] == ["March 2026", "April 2026", "May 2026"]
    assert (months[0].first_column, months[0].days[0].is_today) == (5, True)
    found = [day.day for month in months for day in month.days]
    assert len(found) == 61 and found == [found[0] + timedelta(days=n) for n in range(61)]


async def test_what_happens_on_the_night_when_clocks_change_stands_on_its_day_at_its_new_time() -> None:
    await automation(AutomationKind.BIRTHDAYS, rule=None, name="Monthly")
    await db.execute("UPDATE automation SET next_at = $1", datetime(2026, 3, 29, 1, 30, tzinfo=UTC))
    (entry, *_) = (await days())["2026-03-29"].entries
    assert entry.time == "03:30"


async def test_a_campaign_whose_time_went_by_stands_today_and_says_so() -> None:
    made = await campaign(name="Spring letter")
    await sending.schedule(made, Moment(NOW, "2026-03-27 23:30"), None, None, warned=True)
    with clock.at(NOW + timedelta(days=2)):
        (entry,) = (await days())["2026-03-30"].entries
    assert entry.name == "Spring letter" and "its time went by" in entry.sentence


async def test_one_that_is_off_or_too_far_away_does_not_stand_there() -> None:
    await automation(on=False)
    made = await campaign(name="Far away")
    await sending.schedule(made, Moment(NOW + timedelta(days=61), ""), None, None, warned=True)
    assert [day for day in (await days()).values() if day.entries] == []


async def test_a_daily_one_stands_only_where_it_has_something_to_say() -> None:
    await automation(AutomationKind.BIRTHDAY_REMINDER, name="Reminder")
    # Letters take 16 days from Switzerland.
    await cases.prisoner(born="1984-04-20")
    found = {day: each.entries for day, each in (await days()).items() if each.entries}
    assert list(found) == ["2026-04-04"]
    assert found["2026-04-04"][0].sentence == "1 birthday on 20 April, 16 days by post, waits for you"


async def test_after_the_first_time_only_those_are_new_who_are_known_by_then() -> None:
    await automation(name="New cases")
    await cases.status(await cases.prisoner(published_at=NOW - timedelta(days=1)))
    found = [entry for day in (await days()).values() for entry in day.entries]
    assert [entry.is_quiet for entry in found] == [False] + [True] * (len(found) - 1)
    assert found[0].sentence == "1 new case, waits for you"


async def test_the_calendar_says_when_it_is_told_how_the_wall_grew() -> None:
    await automation(AutomationKind.WALL_GREW, name="Our wall")
    for name in ("Anna", "Boris"):
        await wall.post(name)
    entries = [entry for day in (await days()).values() for entry in day.entries]
    assert [entry.sentence for entry in entries] == [
        "2 new faces on the wall, waits for you",
        "nobody new on the wall: no mail",
    ]

"""Letters come when somebody is in the office."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.advocacy.office_hours import OfficeHours

ZURICH = ZoneInfo("Europe/Zurich")
BERN = OfficeHours("Europe/Zurich", 9, 17)
# A Monday.
NOON = datetime(2026, 11, 23, 12, tzinfo=ZURICH)


def bern(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=ZURICH)


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        (bern(23, 12), bern(23, 12)),
        (bern(23, 8, 59), bern(23, 9)),
        (bern(23, 9), bern(23, 9)),
        (bern(23, 17), bern(24, 9)),
        (bern(20, 17), bern(23, 9)),
        (bern(21, 12), bern(23, 9)),
        (bern(22, 23, 59), bern(23, 9)),
    ],
)
def test_who_comes_too_early_or_on_a_sunday_waits_until_the_office_opens(moment, opens):
    assert BERN.next(moment) == opens


def test_the_day_is_the_one_of_the_parliament_and_not_ours():
    wellington = OfficeHours("Pacific/Auckland", 9, 17)
    # In Zürich it is still Sunday.
    assert wellington.next(bern(22, 21)) == datetime(2026, 11, 23, 9, tzinfo=ZoneInfo("Pacific/Auckland"))


@pytest.mark.parametrize(("day", "month", "hour_utc"), [(27, 3, 8), (30, 3, 7), (23, 10, 7), (26, 10, 8)])
def test_nine_in_the_morning_is_nine_in_summer_and_in_winter(day, month, hour_utc):
    assert BERN.next(bern(day, 1, month=month)) == datetime(2026, month, day, hour_utc, tzinfo=UTC)


def test_a_whole_day_has_its_23_and_25_hours():
    night = OfficeHours("America/New_York", 0, 24)
    new_york = ZoneInfo("America/New_York")
    monday = datetime(2026, 3, 9, tzinfo=new_york)
    assert night.between(monday, monday + timedelta(days=5)) == timedelta(hours=120)
    assert night.end(monday) == datetime(2026, 3, 10, tzinfo=new_york)


def test_an_hour_that_the_clocks_leap_over_is_no_office_hour():
    # In Cairo clocks leap on a Friday, from midnight to one.
    leaping = OfficeHours("Africa/Cairo", 0, 1)
    cairo = ZoneInfo("Africa/Cairo")
    assert leaping.next(datetime(2026, 4, 23, 12, tzinfo=cairo)) == datetime(2026, 4, 27, tzinfo=cairo)


def test_what_is_counted_is_the_time_in_which_somebody_is_there():
    assert BERN.between(NOON, NOON + timedelta(days=1)) == timedelta(hours=8)
    assert BERN.between(bern(20, 16), bern(23, 10)) == timedelta(hours=2)
    assert BERN.between(bern(21, 10), bern(22, 10)) == timedelta()
    assert BERN.after(bern(20, 16), timedelta(hours=2)) == bern(23, 10)
    assert BERN.after(bern(20, 16), timedelta()) == bern(20, 16)
    assert BERN.after(bern(20, 16), timedelta(hours=1)) == bern(23, 9)


ZONES = st.sampled_from(["Europe/Zurich", "Africa/Cairo", "Australia/Lord_Howe", "America/St_Johns", "Asia/Tokyo"])
MOMENTS = st.integers(0, 2 * 366 * 86_400).map(
    lambda seconds: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)


@given(ZONES, st.integers(0, 23), st.integers(1, 24), MOMENTS, st.timedeltas(timedelta(), timedelta(days=9)))
def test_nobody_ever_writes_outside_of_the_hours(zone, start, length, moment, wait):
    hours = OfficeHours(zone, start, min(start + length, 24))
    for at in (hours.next(moment), hours.after(moment, wait)):
        local = at.astimezone(ZoneInfo(zone))
        assert at >= moment and local.weekday() < 5
        assert hours.from_hour <= local.hour < hours.until_hour
        assert at < hours.end(at)
    assert hours.between(moment, hours.after(moment, wait)) == wait

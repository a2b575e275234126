from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from service.campaigns import moments

ZURICH = ZoneInfo("Europe/Zurich")
NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def test_nine_in_the_morning_is_eight_in_utc_in_winter_and_seven_in_summer() -> None:
    assert moments.resolve(moments.read("2026-12-01 09:00"), ZURICH).at == datetime(2026, 12, 1, 8, tzinfo=UTC)
    assert moments.resolve(moments.read("2026-07-01 09:00"), ZURICH).at == datetime(2026, 7, 1, 7, tzinfo=UTC)


def test_an_hour_that_spring_leaves_out_moves_forward_and_is_said() -> None:
    moment = moments.resolve(moments.read("2026-03-29 02:30"), ZURICH)
    assert moment.at == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert moment.local == "2026-03-29 03:30"
    assert "02:30 does not exist" in moment.note and "03:30" in moment.note


def test_of_an_hour_that_comes_twice_in_autumn_the_first_is_meant_and_said() -> None:
    moment = moments.resolve(moments.read("2026-10-25 02:30"), ZURICH)
    assert moment.at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert moment.local == "2026-10-25 02:30"
    assert "twice" in moment.note


def test_the_hours_around_a_change_are_as_usual() -> None:
    for local in (
        moments.read("2026-03-29 01:59"),
        moments.read("2026-03-29 03:00"),
        moments.read("2026-10-25 03:00"),
    ):
        assert moments.resolve(local, ZURICH).note == ""


@pytest.mark.parametrize(
    ("zone", "day", "gap", "twice"),
    [
        ("Europe/Zurich", "2026-03-29", 60, 0),
        ("Europe/Zurich", "2026-10-25", 0, 60),
        ("Australia/Lord_Howe", "2026-10-04", 30, 0),
        ("Australia/Lord_Howe", "2026-04-05", 0, 30),
        # At midnight, so that the day itself begins at one or has its first hour twice.
        ("Africa/Cairo", "2026-04-24", 60, 0),
        ("America/Havana", "2026-11-01", 0, 60),
        ("America/Sao_Paulo", "2026-10-18", 0, 0),
        ("Asia/Kathmandu", "2026-03-29", 0, 0),
    ],
)
def test_every_minute_of_a_day_on_which_clocks_change_is_one_moment_and_none_is_early(
    zone: str, day: str, gap: int, twice: int
) -> None:
    there = ZoneInfo(zone)
    typed = [moments.read(f"{day} 00:00") + timedelta(minutes=minute) for minute in range(24 * 60)]
    found = [moments.resolve(minute, there) for minute in typed]
    shown = [moment.at.astimezone(there).replace(tzinfo=None) for moment in found]
    moved = [after - before for before, after in zip(typed, shown, strict=True) if after != before]
    assert moved == [timedelta(minutes=gap)] * gap
    assert [moment.local for moment in found] == [f"{at:%Y-%m-%d %H:%M}" for at in shown]
    assert len({moment.at for moment in found}) == 24 * 60 - gap
    assert sum("comes twice" in moment.note for moment in found) == twice
    assert sum("does not exist" in moment.note for moment in found) == gap
    # Only those that the gap has moved may come to stand among the minutes that follow it.
    assert gap or [moment.at for moment in found] == sorted(moment.at for moment in found)


@pytest.mark.parametrize(
    "typed", ["", "tomorrow", "2026-13-01 09:00", "2026-12-01", "2026-12-01 09:00+02:00", "09:00", "2026-12-01 25:00"]
)
def test_what_is_no_local_time_is_refused(typed: str) -> None:
    with pytest.raises(moments.NotATime):
        moments.read(typed)


@pytest.mark.parametrize("typed", ["2026-12-01 09:00", "2026-12-01T09:00", " 2026-12-01 09:00:17 "])
def test_a_browser_and_a_person_write_it_differently(typed: str) -> None:
    assert moments.read(typed).isoformat() == "2026-12-01T09:00:00"


def test_a_moment_that_has_passed_is_refused() -> None:
    with pytest.raises(moments.TimePassed):
        moments.upcoming("2026-03-01 13:00", ZURICH, NOON)
    assert moments.upcoming("2026-03-01 13:01", ZURICH, NOON).local == "2026-03-01 13:01"


@pytest.mark.parametrize("typed", ["2031-01-01 09:00", "9999-12-31 23:59"])
def test_a_slip_of_the_year_is_refused(typed: str) -> None:
    with pytest.raises(moments.TooFar):
        moments.upcoming(typed, ZURICH, NOON)


def test_the_first_year_of_all_is_no_time_to_send() -> None:
    with pytest.raises((moments.NotATime, moments.TimePassed)):
        moments.upcoming("0001-01-01 00:00", ZURICH, NOON)

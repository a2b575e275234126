from datetime import UTC, datetime
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

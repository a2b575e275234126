from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.campaigns import moments
from service.kit.errors import Invalid
from service.schedules import recurrence
from service.schedules.recurrence import Daily, Monthly, NotARule, Rule, Weekly

ZURICH = ZoneInfo("Europe/Zurich")
# Half an hour at a time, a change at midnight, one across midnight, a day that was left out, and none at all.
ZONES = [
    ZoneInfo(name)
    for name in (
        "Europe/Zurich",
        "Europe/Minsk",
        "America/Santiago",
        "Australia/Lord_Howe",
        "Africa/Cairo",
        "Pacific/Apia",
        "America/Nuuk",
        "UTC",
    )
]
times = st.builds(lambda hour, minute: f"{hour:02}:{minute:02}", st.integers(0, 23), st.integers(0, 59))
rules = st.one_of(
    st.builds(Weekly, st.integers(1, 7), times),
    st.builds(Monthly, st.integers(0, 28), times),
    st.builds(Daily, times),
)
wall_clocks = st.builds(
    datetime.combine, st.dates(date(2005, 1, 1), date(2035, 1, 1)), st.builds(time.fromisoformat, times)
)
afters = wall_clocks.map(lambda local: local.replace(tzinfo=UTC))


def next_after(rule: Rule, after: datetime, zone: ZoneInfo) -> datetime:
    return next(recurrence.following(rule, after, zone))


def shown(moment: datetime, zone: ZoneInfo = ZURICH) -> str:
    return f"{moment.astimezone(zone):%a %Y-%m-%d %H:%M}"


def of(rule: Rule, after: datetime, count: int, zone: ZoneInfo = ZURICH) -> list[str]:
    return [shown(moment, zone) for moment in islice(recurrence.following(rule, after, zone), count)]


def test_every_monday_at_nine_is_on_mondays_at_nine_in_summer_and_in_winter() -> None:
    assert of(Weekly(1, "09:00"), datetime(2026, 10, 18, tzinfo=UTC), 3) == [
        "Mon 2026-10-19 09:00",
        "Mon 2026-10-26 09:00",
        "Mon 2026-11-02 09:00",
    ]


def test_at_the_very_moment_the_next_one_is_a_week_away() -> None:
    monday = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
    assert next_after(Weekly(1, "09:00"), monday, ZURICH) == monday + timedelta(days=7)
    assert next_after(Weekly(1, "09:00"), monday - timedelta(seconds=1), ZURICH) == monday
    assert recurrence.last_until(Weekly(1, "09:00"), monday, ZURICH) == monday


def test_the_last_day_of_the_month_knows_short_months_and_leap_years() -> None:
    assert of(Monthly(recurrence.LAST, "18:30"), datetime(2028, 1, 1, tzinfo=UTC), 4) == [
        "Mon 2028-01-31 18:30",
        "Tue 2028-02-29 18:30",
        "Fri 2028-03-31 18:30",
        "Sun 2028-04-30 18:30",
    ]


def test_a_time_that_does_not_exist_in_spring_moves_forward() -> None:
    assert of(Daily("02:30"), datetime(2026, 3, 28, tzinfo=UTC), 3) == [
        "Sat 2026-03-28 02:30",
        "Sun 2026-03-29 03:30",
        "Mon 2026-03-30 02:30",
    ]


def test_a_time_that_comes_twice_in_autumn_happens_once_and_first() -> None:
    found = list(islice(recurrence.following(Daily("02:30"), datetime(2026, 10, 24, tzinfo=UTC), ZURICH), 3))
    assert found[1] == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert found[2] - found[1] == timedelta(hours=25)


def test_between_the_two_half_past_twos_the_next_one_is_tomorrow() -> None:
    between = datetime(2026, 10, 25, 1, 0, tzinfo=UTC)
    assert shown(next_after(Daily("02:30"), between, ZURICH)) == "Mon 2026-10-26 02:30"


def test_on_samoa_the_thirtieth_of_december_2011_was_left_out_and_happens_once_with_the_next() -> None:
    apia = ZoneInfo("Pacific/Apia")
    assert of(Daily("09:00"), datetime(2011, 12, 29, 0, 0, tzinfo=UTC), 3, apia) == [
        "Thu 2011-12-29 09:00",
        "Sat 2011-12-31 09:00",
        "Sun 2012-01-01 09:00",
    ]


@given(rules, afters, st.sampled_from(ZONES))
@settings(max_examples=150, deadline=None)
def test_years_of_occurrences_come_once_each_on_their_day_at_their_time(
    rule: Rule, after: datetime, zone: ZoneInfo
) -> None:
    until = after + timedelta(days=3 * 366)
    found = list(recurrence.between(rule, after, until, zone))
    assert all(one < other for one, other in zip([after, *found], found, strict=False))
    local = [moment.astimezone(zone) for moment in found]
    assert len({moment.date() for moment in local}) == len(local)
    for moment in local:
        meant = datetime.combine(moment.date(), time.fromisoformat(rule.time))
        if f"{moment:%H:%M}" != rule.time:
            # It did not exist on that day, or it was the evening before that moved over midnight.
            candidates = (meant, meant - timedelta(days=1))
            assert any(moments.resolve(each, zone).note for each in candidates), moment
        else:
            assert recurrence._is_on(rule, moment.date())


@given(rules, afters, st.sampled_from(ZONES))
@settings(max_examples=150, deadline=None)
def test_no_day_of_the_rule_is_left_out(rule: Rule, after: datetime, zone: ZoneInfo) -> None:
    found = set(recurrence.between(rule, after, after + timedelta(days=800), zone))
    day = after.astimezone(zone).date() + timedelta(days=2)
    for number in range(700):
        if recurrence._is_on(rule, wanted := day + timedelta(days=number)):
            assert _moment(rule, wanted, zone) in found


@given(rules, afters, st.sampled_from(ZONES))
@settings(max_examples=150, deadline=None)
def test_the_last_one_is_followed_by_the_next_and_nothing_lies_between(
    rule: Rule, now: datetime, zone: ZoneInfo
) -> None:
    last = recurrence.last_until(rule, now, zone)
    assert last <= now < next_after(rule, now, zone)
    assert next_after(rule, last, zone) == next_after(rule, now, zone)


@given(wall_clocks, st.sampled_from(ZONES))
def test_local_times_mean_here_what_they_mean_for_a_scheduled_campaign(local: datetime, zone: ZoneInfo) -> None:
    assert recurrence.moment_of(local, zone) == moments.resolve(local, zone).at


@given(rules)
def test_a_rule_is_kept_as_json_and_comes_back(rule: Rule) -> None:
    assert recurrence.decode(msgspec.json.encode(rule)) == rule


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        ({"every": "week", "weekday": 8, "time": "09:00"}, "weekday"),
        ({"every": "month", "day": 29, "time": "09:00"}, "day"),
        ({"every": "month", "day": -1, "time": "09:00"}, "day"),
        ({"every": "day", "time": "25:00"}, "time"),
        ({"every": "day", "time": ""}, "time"),
        ({"every": "day", "time": "9:00"}, "time"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence_at_its_field(rule: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        recurrence.decode(rule)
    assert list(refused.value.fields) == [field]


@pytest.mark.parametrize("source", ["{}", "[", '{"every": "year"}', '{"every": "day", "time": 9}'])
def test_what_is_no_rule_at_all_is_refused(source: str) -> None:
    with pytest.raises(NotARule):
        recurrence.decode(source)


def test_rules_are_said_as_people_say_them() -> None:
    assert recurrence.spoken(Weekly(1, "09:00")) == "every Monday at 09:00"
    assert recurrence.spoken(Monthly(1, "08:00")) == "on the 1st of every month at 08:00"
    assert recurrence.spoken(Monthly(22, "08:00")) == "on the 22nd of every month at 08:00"
    assert recurrence.spoken(Monthly(0, "08:00")) == "on the last day of every month at 08:00"
    assert recurrence.spoken(Daily("07:30")) == "every day at 07:30"


def _moment(rule: Rule, day: date, zone: ZoneInfo) -> datetime:
    return recurrence.moment_of(datetime.combine(day, time.fromisoformat(rule.time)), zone)

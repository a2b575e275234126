"""No count that is shown tells of fewer than five, also not by taking one from another."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from service.advocacy import crowds
from service.advocacy.crowds import FEWEST, Crowd, Span

MONDAY = date(2026, 11, 2)
COUNTS = st.dictionaries(st.text(max_size=3), st.integers(0, 20), max_size=8)
DAYS = st.dictionaries(st.integers(0, 40).map(lambda n: MONDAY + timedelta(days=n)), st.integers(1, 12), max_size=20)


def day(n):
    return MONDAY + timedelta(days=n)


def test_bern_has_five_and_is_shown_and_uri_has_four_and_is_not():
    counts = {"Bern": 12, "Zürich": 5, "Uri": 4, "Zug": 3}
    assert crowds.of(counts) == Crowd([("Bern", 12), ("Zürich", 5)], others=7)


def test_a_lonely_small_one_takes_the_smallest_of_the_others_with_it():
    assert crowds.of({"Bern": 12, "Zürich": 6, "Uri": 1}) == Crowd([("Bern", 12)], others=7)


def test_of_so_few_altogether_nothing_is_shown():
    assert crowds.of({"Bern": 3, "Uri": 1}) == Crowd([], too_few=True)
    assert crowds.of({}) == Crowd([])


@given(COUNTS)
def test_nothing_that_is_shown_or_left_over_is_small_and_nothing_is_lost(counts):
    crowd = crowds.of(counts)
    assert all(count >= FEWEST for _name, count in crowd.shown)
    assert crowd.others == 0 or crowd.others >= FEWEST
    assert crowd.total == (0 if crowd.too_few else sum(counts.values()))


def test_days_that_have_too_few_are_joined_to_the_next():
    assert crowds.by_day({day(0): 7, day(1): 2, day(3): 4, day(4): 5}) == [
        Span(day(0), day(0), 7),
        Span(day(1), day(3), 6),
        Span(day(4), day(4), 5),
    ]


def test_last_days_that_have_too_few_are_joined_to_those_before():
    assert crowds.by_day({day(0): 7, day(1): 6, day(4): 2}) == [Span(day(0), day(0), 7), Span(day(1), day(4), 8)]
    assert crowds.by_day({day(0): 4}) == []


@given(DAYS)
def test_each_day_is_in_one_span_and_no_span_is_small(counts):
    for spans in (crowds.by_day(counts), crowds.by_week(crowds.by_day(counts))):
        assert all(span.count >= FEWEST or span.count == 0 for span in spans)
        if spans:
            assert sum(span.count for span in spans) == sum(counts.values())
            assert all(later.first - earlier.last == timedelta(days=1) for earlier, later in pairwise(spans))
            assert (spans[0].first, spans[-1].last) == (min(counts), max(counts))


def test_what_lasts_long_is_joined_to_weeks():
    months = crowds.by_day({day(n): 6 for n in range(70)})
    weeks = crowds.by_week(months)
    assert (len(weeks), {week.days for week in weeks}, weeks[0].count) == (10, {7}, 42)


def test_a_rate_is_told_when_both_sides_have_five():
    assert [crowds.share(*pair) for pair in [(5, 20), (4, 20), (16, 20), (0, 20), (0, 0)]] == [
        25,
        None,
        None,
        None,
        None,
    ]

"""A chart of days is drawn inside its picture, and its columns are as high as their letters."""

from datetime import date, timedelta

import pytest

from service.advocacy import columns
from service.advocacy.crowds import Span

MONDAY = date(2026, 11, 2)


def spans(*counted):
    """(days, count) each."""
    made, first = [], MONDAY
    for days, count in counted:
        made.append(Span(first, first + timedelta(days=days - 1), count))
        first += timedelta(days=days)
    return made


def test_nothing_is_drawn_of_nothing():
    assert columns.drawn([]) is None


@pytest.mark.parametrize("counted", [[(1, 5)], [(1, 9), (4, 6)], [(1, 900)] * 45, [(7, 8), (7, 5000)] * 10])
def test_every_column_stands_inside_the_picture(counted):
    chart = columns.drawn(spans(*counted))
    for column in chart.columns:
        assert columns.LEFT <= column.x <= column.x + column.width <= columns.WIDTH
        assert column.y >= columns.TOP and column.y + column.height <= columns.HEIGHT - columns.BOTTOM + 0.2
    assert all(0 < x < columns.WIDTH for x, _day in chart.marks)


def test_five_days_with_ten_letters_are_wide_and_low():
    day, week = columns.drawn(spans((1, 10), (5, 10))).columns
    assert week.width > 4 * day.width and abs(day.height - 5 * week.height) < 0.5


def test_the_scale_ends_at_a_number_that_one_can_read():
    tops = [columns.drawn(spans((1, count))).lines[-1].value for count in (1, 7, 30, 31, 450, 999)]
    assert tops == [2, 8, 30, 40, 500, 1000]

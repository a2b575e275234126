"""Counts of which none is of fewer than FEWEST, also not by taking one shown number from another."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import msgspec

FEWEST = 5


class Crowd(msgspec.Struct, frozen=True):
    """Each of `shown` has at least FEWEST, the most first; `others`: all that were too few together, 0 or enough.

    `too_few`: there are so few altogether that nothing is shown.
    """

    shown: list[tuple[str, int]]
    others: int = 0
    too_few: bool = False

    @property
    def most(self) -> int:
        return max([count for _name, count in self.shown] + [self.others, 1])

    @property
    def total(self) -> int:
        return sum(count for _name, count in self.shown) + self.others


class Span(msgspec.Struct, frozen=True):
    """Days in a row, first and last, that have at least FEWEST together."""

    first: date
    last: date
    count: int

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


def of(counts: Mapping[str, int]) -> Crowd:
    """What is too small goes into `others`, and the smallest of the rest with it until nobody can be told from it."""
    total = sum(counts.values())
    if total < FEWEST:
        return Crowd([], too_few=total > 0)
    shown = sorted(((name, count) for name, count in counts.items() if count >= FEWEST), key=lambda each: -each[1])
    others = total - sum(count for _name, count in shown)
    while 0 < others < FEWEST:
        others += shown.pop()[1]
    return Crowd(shown, others)


def by_day(counts: Mapping[date, int]) -> list[Span]:
    """In order and without gaps: days that have too few are joined to their neighbours; none for too few at all."""
    spans: list[Span] = []
    if sum(counts.values()) < FEWEST:
        return spans
    first, together = min(counts), 0
    for day in _days(min(counts), max(counts)):
        together += counts.get(day, 0)
        # A day without anybody tells of nobody, and stands alone.
        if together >= FEWEST or not together:
            spans.append(Span(first, day, together))
            first, together = day + timedelta(days=1), 0
    return _with_the_rest(spans, first, max(counts), together)


def by_week(spans: Sequence[Span]) -> list[Span]:
    """The same over at least seven days each, for what lasts long."""
    joined: list[Span] = []
    for span in spans:
        if joined and joined[-1].days < 7:
            joined[-1] = Span(joined[-1].first, span.last, joined[-1].count + span.count)
        else:
            joined.append(span)
    return joined


def share(part: int, whole: int) -> int | None:
    """In hundred; None where either side is so small that it would tell of somebody."""
    return round(100 * part / whole) if min(part, whole - part) >= FEWEST else None


def _with_the_rest(spans: list[Span], first: date, last: date, rest: int) -> list[Span]:
    """Joins the last days, which are too few, to those before them that are not empty."""
    while rest and rest < FEWEST:
        before = spans.pop()
        first, rest = before.first, rest + before.count
    return [*spans, Span(first, last, rest)] if rest else spans


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]

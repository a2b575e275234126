"""Where the columns of a chart of days stand; the picture itself is SVG in a template."""

import math
from collections.abc import Sequence
from datetime import date

import msgspec

from service.advocacy.crowds import Span

# In the units of the picture; the columns stand right of the scale and above the days.
WIDTH, HEIGHT = 720, 240
LEFT, BOTTOM, TOP = 44, 28, 12
_GAP = 0.14


class Column(msgspec.Struct, frozen=True):
    """As wide as its days, as high as its letters a day."""

    x: float
    y: float
    width: float
    height: float
    span: Span


class Line(msgspec.Struct, frozen=True):
    y: float
    value: int


class Chart(msgspec.Struct, frozen=True):
    """`marks`: days along the bottom and where they stand."""

    columns: list[Column]
    lines: list[Line]
    marks: list[tuple[float, date]]


def drawn(spans: Sequence[Span]) -> Chart | None:
    """None where there is nothing to draw."""
    if not spans:
        return None
    first, days = spans[0].first, sum(span.days for span in spans)
    highest = _round_up(max(span.count / span.days for span in spans))
    wide, high = (WIDTH - LEFT) / max(days, 7), (HEIGHT - BOTTOM - TOP) / highest

    def column(span: Span) -> Column:
        height = high * span.count / span.days
        x = LEFT + wide * ((span.first - first).days + _GAP / 2)
        y = HEIGHT - BOTTOM - height
        return Column(round(x, 1), round(y, 1), round(wide * (span.days - _GAP), 1), round(height, 1), span)

    values = sorted({0, highest // 2 if highest > 1 else 0, highest})
    lines = [Line(round(HEIGHT - BOTTOM - high * value, 1), value) for value in values]
    return Chart([column(span) for span in spans], lines, _marks(spans, wide))


def _marks(spans: Sequence[Span], wide: float) -> list[tuple[float, date]]:
    """Under the first day of a column, as far from each other as they can be read."""
    marks: list[tuple[float, date]] = []
    for span in spans:
        x = round(LEFT + wide * (span.first - spans[0].first).days, 1)
        if x < WIDTH - 50 and (not marks or x - marks[-1][0] > 90):
            marks.append((x, span.first))
    return marks


def _round_up(value: float) -> int:
    """To a number that is easy to read along the side."""
    if value <= 2:
        return 2
    size = 10 ** math.floor(math.log10(value))
    return next(int(step * size) for step in (1, 2, 3, 4, 5, 6, 8, 10) if step * size >= value)

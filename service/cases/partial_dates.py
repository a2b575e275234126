"""Dates of which only a part may be known, as text: 1984-06-02, 1984-06, 1984, --06-02, or empty."""

import re
from calendar import isleap, monthrange
from datetime import date

from babel.dates import format_skeleton

from service.kit.errors import Problem
from service.kit.formats import filters, locale
from service.kit.i18n import Sentence

_FORM = re.compile(r"(?:(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?|--(\d{2})-(\d{2}))\Z")
_LEAP_YEAR = 2000
EARLIEST = 1900


class NotADate(Problem):
    code = "not_a_date"
    status = 422
    sentence = Sentence("“{typed}” is not a date. Write 1984-06-02, or what is known of it: 1984-06, 1984, --06-02.")


def checked(typed: str) -> str:
    """`typed` itself if it is such a date, or empty. Raises NotADate."""
    typed = typed.strip()
    if typed and not _is_date(typed):
        raise NotADate(typed=typed[:40])
    return typed


def parts(partial: str) -> tuple[int | None, int | None, int | None]:
    """Year, month and day, each None where it is not known."""
    found = _FORM.match(partial)
    if not found:
        return None, None, None
    year, month, day = found[1], found[2] or found[4], found[3] or found[5]
    return (int(year) if year else None), (int(month) if month else None), (int(day) if day else None)


def birthday(born: str) -> tuple[int, int] | None:
    """Month and day, if both are known."""
    _year, month, day = parts(born)
    return (month, day) if month and day else None


def birthday_in(born: str, year: int) -> date | None:
    """The day to celebrate in `year`; who was born on 29 February has it on the 28th in other years."""
    found = birthday(born)
    if found is None:
        return None
    return date(year, 2, 28) if found == (2, 29) and not isleap(year) else date(year, *found)


def age_on(born: str, day: date) -> int | None:
    """The age reached by `day`, if the year and the birthday are known."""
    year = parts(born)[0]
    celebrated = birthday_in(born, day.year)
    return day.year - year - (day < celebrated) if year and celebrated else None


def written(partial: str, language: str) -> str:
    """As the readers of `language` write it: 2 June 1984, June 1984, 1984, 2 June."""
    year, month, day = parts(partial)
    if not partial or (year is None and month is None):
        return ""
    if year and day:
        return filters(language)["day"](date(year, month or 1, day))
    skeleton = ("y" if year else "") + ("MMMM" if month else "") + ("d" if day else "")
    moment = date(year or _LEAP_YEAR, month or 1, day or 1)
    return str(format_skeleton(skeleton, moment, locale=locale(language)))


def _is_date(typed: str) -> bool:
    year, month, day = parts(typed)
    if year is None and month is None:
        return False
    within = year is None or EARLIEST <= year <= 2200
    return within and (
        month is None or (1 <= month <= 12 and (day is None or 1 <= day <= monthrange(year or _LEAP_YEAR, month)[1]))
    )

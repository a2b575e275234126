"""When something happens again: every week, month or day at a local time. Pure; moments go in and out in UTC.

{"every": "week", "weekday": 1, "time": "09:00"}      1 is Monday
{"every": "month", "day": 1, "time": "09:00"}         1 to 28, or 0 for the last day
{"every": "day", "time": "07:30"}
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec

from service.kit.errors import Invalid, Problem
from service.kit.i18n import Sentence

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
LAST = 0
_DAY = timedelta(days=1)


class NotARule(Problem):
    code = "not_a_rule"
    status = 422
    sentence = Sentence("This is not a time that comes again: {reason}.")


class Weekly(msgspec.Struct, frozen=True, tag="week", tag_field="every", forbid_unknown_fields=True):
    """`weekday`: 1 (Monday) to 7; `time`: on the local clock, "09:00"."""

    weekday: int
    time: str


class Monthly(msgspec.Struct, frozen=True, tag="month", tag_field="every", forbid_unknown_fields=True):
    """`day`: 1 to 28, or LAST for the last day of the month."""

    day: int
    time: str


class Daily(msgspec.Struct, frozen=True, tag="day", tag_field="every", forbid_unknown_fields=True):
    time: str


Rule = Weekly | Monthly | Daily


def decode(source: bytes | str | dict[str, object]) -> Rule:
    """Raises NotARule, or Invalid with a sentence by field."""
    try:
        raw = msgspec.json.decode(source) if isinstance(source, bytes | str) else source
        rule = msgspec.convert(raw, Rule)
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise NotARule(reason=error) from None
    return checked(rule)


def checked(rule: Rule) -> Rule:
    """The rule itself. Raises Invalid with a sentence by field."""
    wrong: dict[str, Sentence] = {}
    if _time(rule) is None:
        wrong["time"] = Sentence("Write the time like 09:00.")
    if isinstance(rule, Weekly) and not 1 <= rule.weekday <= 7:
        wrong["weekday"] = Sentence("Choose a day of the week.")
    if isinstance(rule, Monthly) and not LAST <= rule.day <= 28:
        wrong["day"] = Sentence("Choose a day from 1 to 28, or the last day of the month.")
    if wrong:
        raise Invalid(wrong)
    return rule


def moment_of(local: datetime, zone: ZoneInfo) -> datetime:
    """When the clocks of `zone` show `local`: of two such hours the first; one that is left out moves forward."""
    return local.replace(tzinfo=zone, fold=0).astimezone(UTC)


def following(rule: Rule, after: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    """Every occurrence later than `after`, each later than the one before."""
    day, last, at = after.astimezone(zone).date() - _DAY, after, _time(rule)
    assert at is not None
    while True:
        if _is_on(rule, day):
            moment = moment_of(datetime.combine(day, at), zone)
            # Where a whole day is left out, it and the next one are the same moment.
            if moment > last:
                last = moment
                yield moment
        day += _DAY


def between(rule: Rule, after: datetime, until: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    """The occurrences later than `after`, up to and with `until`."""
    for moment in following(rule, after, zone):
        if moment > until:
            return
        yield moment


def last_until(rule: Rule, until: datetime, zone: ZoneInfo) -> datetime:
    """The latest occurrence that is not later than `until`."""
    # A month has at most 31 days, and clocks are moved by at most one day.
    return list(between(rule, until - 33 * _DAY, until, zone))[-1]


def spoken(rule: Rule) -> str:
    """For staff: "every Monday at 09:00"."""
    match rule:
        case Weekly():
            return f"every {WEEKDAYS[rule.weekday - 1]} at {rule.time}"
        case Monthly():
            day = "last day" if rule.day == LAST else ordinal(rule.day)
            return f"on the {day} of every month at {rule.time}"
        case Daily():
            return f"every day at {rule.time}"


def _is_on(rule: Rule, day: date) -> bool:
    match rule:
        case Weekly():
            return day.isoweekday() == rule.weekday
        case Monthly():
            return (day + _DAY).day == 1 if rule.day == LAST else day.day == rule.day
        case Daily():
            return True


def _time(rule: Rule) -> time | None:
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", rule.time, re.ASCII):
        return None
    return time.fromisoformat(rule.time)


def ordinal(day: int) -> str:
    """1st, 2nd, 3rd, 11th."""
    ending = "th" if 11 <= day <= 13 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{ending}"

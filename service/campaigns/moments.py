"""Local times of the organisation, also on the two days a year when clocks change."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from service.kit.errors import Problem
from service.kit.i18n import Sentence

FURTHEST = timedelta(days=366)


class Moment(msgspec.Struct, frozen=True):
    """`at` in UTC; `local` as its clock on the wall shows it; `note` says what was unusual about it."""

    at: datetime
    local: str
    note: str = ""


class NotATime(Problem):
    code = "not_a_time"
    status = 422
    sentence = Sentence("Write the day and time like 2026-12-01 09:00.")


class TimePassed(Problem):
    code = "time_passed"
    status = 422
    sentence = Sentence("This moment has passed already. Choose a later one, or send it now.")


class TooFar(Problem):
    code = "time_too_far"
    status = 422
    sentence = Sentence("This is more than a year ahead. Choose an earlier day.")


def read(text: str) -> datetime:
    """A local time without its zone: "2026-12-01 09:00" or with a T between. Raises NotATime."""
    try:
        found = datetime.fromisoformat(text.strip().replace("T", " "))
    except ValueError:
        raise NotATime from None
    if found.tzinfo is not None or " " not in text.strip().replace("T", " "):
        raise NotATime
    return found.replace(second=0, microsecond=0)


def resolve(local: datetime, zone: ZoneInfo) -> Moment:
    """The moment at which the clocks of `zone` show `local`.

    An hour that is left out in spring moves forward; of one that comes twice in autumn the first is meant.
    """
    try:
        first, second = (local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    except OverflowError:
        raise NotATime from None
    shown = first.astimezone(zone).replace(tzinfo=None)
    if shown != local:
        note = f"The clocks go forward that night and {local:%H:%M} does not exist, so it is {shown:%H:%M}."
        return Moment(first, f"{shown:%Y-%m-%d %H:%M}", note)
    if first != second:
        note = f"The clocks go back that night and {local:%H:%M} comes twice: it is the first of the two."
        return Moment(first, f"{shown:%Y-%m-%d %H:%M}", note)
    return Moment(first, f"{shown:%Y-%m-%d %H:%M}")


def upcoming(text: str, zone: ZoneInfo, now: datetime) -> Moment:
    """Raises NotATime, TimePassed or TooFar."""
    moment = resolve(read(text), zone)
    if moment.at <= now:
        raise TimePassed
    if moment.at > now + FURTHEST:
        raise TooFar
    return moment


def immediately(zone: ZoneInfo, now: datetime) -> Moment:
    return Moment(now, f"{now.astimezone(zone):%Y-%m-%d %H:%M}")

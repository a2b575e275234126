"""When somebody is in the office: some hours of Monday to Friday, where their parliament is. Pure."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec

_SATURDAY = 5


class OfficeHours(msgspec.Struct, frozen=True):
    """From `from_hour` (0 to 23) until `until_hour` (1 to 24) of the day, in `timezone`; moments are aware."""

    timezone: str
    from_hour: int = 9
    until_hour: int = 17

    def next(self, moment: datetime) -> datetime:
        """`moment`, or when the office opens after it."""
        return max(moment, next(self._days(moment))[0])

    def end(self, moment: datetime) -> datetime:
        """When the office closes that is open at `moment`, or opens next after it."""
        return next(self._days(moment))[1]

    def between(self, start: datetime, end: datetime) -> timedelta:
        """How long the office is open between the two."""
        total = timedelta()
        for opens, closes in self._days(start):
            if opens >= end:
                return total
            total += min(closes, end) - max(opens, start)
        return total

    def after(self, start: datetime, wait: timedelta) -> datetime:
        """When it will have been open for `wait` since `start`."""
        for opens, closes in self._days(start):
            left = closes - max(opens, start)
            if wait < left:
                return max(opens, start) + wait
            wait -= left
        return start

    def _days(self, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Opening and closing of each working day that is not over at `moment`, without an end."""
        zone = ZoneInfo(self.timezone)
        day = moment.astimezone(zone).date() - timedelta(days=1)
        while True:
            opens, closes = self._at(day, self.from_hour, zone), self._at(day, self.until_hour, zone)
            # On the day when clocks go forward, an hour may be none.
            if day.weekday() < _SATURDAY and opens < closes and closes > moment:
                yield opens, closes
            day += timedelta(days=1)

    @staticmethod
    def _at(day: date, hour: int, zone: ZoneInfo) -> datetime:
        """In UTC, where a difference is a time that passes."""
        local = datetime.combine(day + timedelta(days=hour // 24), time(hour % 24), zone)
        return local.astimezone(ZoneInfo("UTC"))

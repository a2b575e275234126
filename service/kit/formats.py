"""Numbers and moments as the readers of a language write them; filters of every page."""

from collections.abc import Callable
from datetime import date, datetime

from babel.dates import format_date, format_datetime, get_timezone
from babel.numbers import format_decimal


def locale(language: str) -> str:
    """What Babel calls it."""
    return "en_GB" if language == "en" else language


def filters(language: str) -> dict[str, Callable[..., str]]:
    """`{{ 4812|number }}`, `{{ sent_at|local("Europe/Zurich") }}`, `{{ birthday|day }}`."""
    place = locale(language)

    def number(value: int | float) -> str:
        return str(format_decimal(value, locale=place))

    def local(moment: datetime, timezone: str) -> str:
        return format_datetime(moment, "d MMM y, HH:mm", tzinfo=get_timezone(timezone), locale=place)

    def day(value: date) -> str:
        return format_date(value, "long", locale=place)

    return {"number": number, "local": local, "day": day}

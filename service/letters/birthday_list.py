"""The birthdays of some weeks on paper: to hang up, or as labels."""

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import Any

from babel.dates import format_date, format_skeleton

from service.cases.birthdays import Birthday
from service.kit import typesetting
from service.kit.formats import filters, locale
from service.kit.i18n import lazy as _
from service.kit.settings import settings
from service.letters import routes

MOST = 600

_SUSPENDED = _(
    "In these countries the post takes no mail for Belarus, always or at times: {countries}. Ask there first."
)
_TURNS = _("turns {age}")
_UNKNOWN = _("We do not know the address at present.")


async def printed(found: Sequence[Birthday], first: date, last: date, language: str) -> bytes:
    """A PDF of the birthdays from `first` to `last`. Raises what typesetting raises."""
    if len(found) > MOST:
        raise typesetting.TooMuchToPrint
    suspended = await routes.names_of_suspended(language)
    written = filters(language)["day"]
    data = {
        "language": language,
        "title": _("Birthdays in prison").into(language),
        "intro": [
            _("From {first} to {last}.", first=written(first), last=written(last)).into(language),
            _("Post your card two to five weeks before the day, and write in Russian or Belarusian.").into(language),
            *([_SUSPENDED.into(language).format(countries=suspended)] if suspended else []),
            _("How to write, and who has come home since this was printed: {link}", link=_link(language)).into(
                language
            ),
        ],
        "none": _("Nobody whom we know has a birthday in these days.").into(language),
        "columns": [_("Day").into(language), _("Who").into(language), _("Address").into(language)],
        "months": [
            {"name": name, "days": [_row(each, language) for each in days]}
            for name, days in groupby(found, key=lambda each: _month(each.day, language))
        ],
    }
    return await typesetting.pdf("birthdays", data)


def _row(each: Birthday, language: str) -> dict[str, Any]:
    return {
        "day": str(format_skeleton("MMMd", each.day, locale=locale(language))),
        "name": each.person.name,
        "age": _TURNS.into(language).format(age=each.age) if each.age is not None else "",
        "address": each.person.address,
        "unknown": _UNKNOWN.into(language),
    }


def _month(day: date, language: str) -> str:
    name = format_date(day, "LLLL y", locale=locale(language))
    return name[:1].upper() + name[1:]


def _link(language: str) -> str:
    return f"{settings().origin}/{language}/birthdays"

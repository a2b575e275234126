"""What can be chosen from on the pages of the public, and how they write dates and texts."""

from collections.abc import Sequence
from typing import Any

from babel.dates import get_month_names

from service.cases import partial_dates, publication
from service.cases.listing import Place
from service.cases.summary import CYRILLIC
from service.cases.tables import Designation
from service.kit.i18n import Sentence
from service.kit.i18n import lazy as _


def words(language: str) -> dict[str, Any]:
    """What every template of cases wants in its context."""
    return {
        "written": lambda partial: partial_dates.written(partial, language),
        "passage": publication.passage,
        "age_on": partial_dates.age_on,
    }


def months(language: str) -> list[tuple[int, str]]:
    return list(get_month_names("wide", "stand-alone", locale=language).items())


def places(found: Sequence[Place], language: str) -> list[tuple[int, str]]:
    """With the number of people who are held there."""
    return [(place.id, f"{_name(place, language)} ({place.people})") for place in found]


def statuses(organisations: Sequence[str]) -> list[tuple[str, Sentence]]:
    """A designation and whose it is, as listing.Filters.says has them."""
    return [
        (f"{designation}:{organisation}", said)
        for organisation in organisations
        for designation, said in (
            (Designation.ACTIVE, _("{organisation}: political prisoner", organisation=organisation)),
            (Designation.FORMER, _("{organisation}: former political prisoner", organisation=organisation)),
            (Designation.NONE, _("{organisation}: not a political prisoner", organisation=organisation)),
        )
    ]


def _name(place: Place, language: str) -> str:
    if language in CYRILLIC or not place.latin:
        return ", ".join(part for part in (place.town, place.name) if part)
    return place.latin

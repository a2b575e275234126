"""Where somebody votes, as pages ask it: by the postcode, or by hand from a list of all areas."""

from collections.abc import Iterable
from typing import Any

import msgspec
from litestar import Request, Response

from service.advocacy import places
from service.advocacy.places import Choice
from service.kit import countries, web
from service.kit.i18n import Sentence
from service.kit.i18n import lazy as _

_EMPTY = _("Please enter your postcode, or choose where you vote from the list below.")
_UNKNOWN = _("We do not know this postcode. Please look at it once more, or choose where you vote below.")
_CHOOSE = _("Please choose one of these.")
_LONGEST_POSTCODE = 40
# The areas of today by country, as two letters.
Known = dict[str, list[Choice]]


class Where(msgspec.Struct, frozen=True, kw_only=True):
    """`area`: 0 until it is certain; `several`: those that the postcode lies in, to choose one of."""

    country: str = ""
    postcode: str = ""
    area: int = 0
    several: list[Choice] = []
    errors: dict[str, Sentence] = {}


async def known(codes: Iterable[str], language: str) -> Known:
    return {code: await places.all_areas(code, language) for code in codes}


async def told(request: Request, known: Known) -> Where:
    """What the form says. The postcode is read here and goes nowhere: neither into an address nor into a record."""
    form = await web.form(request)
    if area := _chosen(form.number("area"), known):
        return Where(area=area)
    country = form.text("country", 2).upper() or next(iter(known), "")
    postcode = form.text("postcode", _LONGEST_POSTCODE)
    language = web.language_of(request)
    found = await places.areas_of(country, postcode, language) if postcode and country in known else []
    if len(found) == 1:
        return Where(area=found[0].area)
    wrong = {"postcode": _UNKNOWN if postcode else _EMPTY}
    if found:
        wrong = {"area": _CHOOSE} if form.checked("choosing") else {}
    return Where(country=country, postcode=postcode, several=found, errors=wrong)


def page(request: Request, template: str, known: Known, where: Where, **context: Any) -> Response[str]:
    """A page on _where.html."""
    language = web.language_of(request)
    return web.html(
        request,
        template,
        422 if where.errors else 200,
        country=where.country if where.country in known else next(iter(known), ""),
        countries={code: countries.name(code, language) for code in known},
        postcode=where.postcode,
        several=where.several,
        by_hand=_by_hand(known, language),
        errors=where.errors,
        **context,
    )


def _chosen(area: int, known: Known) -> int:
    """0 for what is no area of today."""
    return area if any(choice.area == area for choices in known.values() for choice in choices) else 0


def _by_hand(known: Known, language: str) -> dict[int, str]:
    """All areas by their ids, with the country before them where there are several."""
    labels: dict[int, str] = {}
    for code, choices in known.items():
        country = countries.name(code, language)
        for choice in choices:
            is_alone = len(known) == 1 or choice.name == country
            labels[choice.area] = choice.name if is_alone else f"{country}: {choice.name}"
    return labels

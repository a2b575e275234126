"""Countries by their two letters (ISO 3166), with their names as the readers of a language write them."""

from functools import cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.core import get_global

from service.kit import formats

# Of CLDR's territories those that are no country: unions, test regions, islands without a code of their own.
_NO_COUNTRIES = {"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ", "AC", "CP", "CQ", "DG", "EA", "IC", "TA"}
# In their alphabets these stand beside the letters without a sign, and і where и does.
_BESIDE = str.maketrans("äåáàâçéèêëîïñôöüûўёі", "aaaaaceeeeiinoouuуеи")


@cache
def names(language: str) -> dict[str, str]:
    """By code, in the order of the names."""
    found = {
        code: name
        for code, name in Locale.parse(formats.locale(language)).territories.items()
        if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRIES
    }
    return dict(sorted(found.items(), key=lambda item: _order(item[1])))


def name(code: str, language: str) -> str:
    """The code itself where nobody knows it."""
    return names(language).get(code, code)


def of_zone(zone: ZoneInfo) -> str:
    """The country of a timezone: CH for Europe/Zurich. Empty for one that is of none, such as UTC."""
    territory = str(get_global("zone_territories").get(zone.key, ""))
    return territory if territory in names("en") else ""


def _order(name: str) -> str:
    return name.casefold().translate(_BESIDE)

from collections import defaultdict

import pytest

from service.advocacy.register import default
from service.advocacy.register.found import Place
from service.kit.i18n import LANGUAGES

# Those with places in two cantons in the package that the file is made from.
TWO_CANTONS = {
    **dict.fromkeys(("1410", "1525", "1565", "1580", "1595", "1608", "1787"), "FR VD"),
    **dict.fromkeys(("2747", "3365", "4564"), "BE SO"),
    **dict.fromkeys(("8500", "8525", "8546"), "TG ZH"),
    **dict.fromkeys(("8580", "9223", "9315"), "SG TG"),
    **dict.fromkeys(("6234", "6277"), "AG LU"),
    **dict.fromkeys(("9108", "9450"), "AI AR"),
    "2345": "BE JU",
    "2827": "JU SO",
    "3206": "BE FR",
    "6010": "LU OW",
    "6315": "SZ ZG",
    "6340": "ZG ZH",
    "6436": "SZ UR",
    "8640": "SG SZ",
    "8750": "GL SZ",
}


def cantons() -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for place in default.read().places:
        found[place.postcode].add(place.area)
    return found


def places(postcode: str) -> list[Place]:
    return [place for place in default.read().places if place.postcode == postcode]


def test_all_cantons_have_names_in_all_languages_and_places() -> None:
    areas = default.read().areas
    assert len(areas) == len({area.code for area in areas}) == 26
    assert all(set(area.names) == set(LANGUAGES) and all(area.names.values()) for area in areas)
    assert {place.area for place in default.read().places} == {area.code for area in areas}


def test_every_place_stands_here_once_for_each_canton() -> None:
    found = default.read()
    assert len(found.places) == len({(p.postcode, p.town, p.area) for p in found.places}) == 4164
    assert all(1000 <= int(place.postcode) <= 9699 and place.town.strip() for place in found.places)
    assert len(cantons()) == 3186 and not found.unread and not found.members


def test_the_29_postcodes_of_the_source_in_two_cantons_are_in_both() -> None:
    found = cantons()
    assert len(TWO_CANTONS) == 29
    assert [postcode for postcode, both in TWO_CANTONS.items() if not set(both.split()) <= found[postcode]] == []


def test_somebody_in_1410_is_asked_whether_they_live_in_fribourg_or_vaud() -> None:
    assert {place.area for place in places("1410")} == {"FR", "VD"}
    assert {place.town: place.area for place in places("1410")}["Prévondavaux"] == "FR"


@pytest.mark.parametrize(
    ("postcode", "town", "canton"),
    [
        ("1530", "Payerne", "VD"),
        ("4663", "Aarburg", "AG"),
        ("6390", "Engelberg", "OW"),
        ("8355", "Aadorf", "TG"),
        ("9014", "St. Gallen", "SG"),
        ("2345", "Les Breuleux", "JU"),
    ],
)
def test_a_border_town_is_never_only_in_the_neighbours_canton(postcode: str, town: str, canton: str) -> None:
    assert canton in {place.area for place in places(postcode) if place.town == town}


def test_moutier_is_in_the_canton_of_jura() -> None:
    assert {place.area for place in places("2740")} == {"JU"}


def test_most_postcodes_are_in_one_canton_alone() -> None:
    assert sum(len(areas) > 1 for areas in cantons().values()) == 99
    assert cantons()["8001"] == {"ZH"} and cantons()["1201"] == {"GE"} and cantons()["6900"] == {"TI"}

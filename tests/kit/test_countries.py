from zoneinfo import ZoneInfo

import pytest

from service.kit import countries
from service.kit.i18n import LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_country_has_a_name_in_every_language(language: str) -> None:
    assert set(countries.names(language)) == set(countries.names("en"))
    assert 240 < len(countries.names(language)) < 270


def test_readers_find_their_country_as_they_write_it() -> None:
    assert [countries.name("CH", language) for language in LANGUAGES] == [
        "Switzerland",
        "Suisse",
        "Schweiz",
        "Швейцария",
        "Швейцарыя",
    ]
    assert countries.name("QQ", "en") == "QQ"
    assert "EU" not in countries.names("en")


def test_a_timezone_says_in_which_country_the_house_stands() -> None:
    assert countries.of_zone(ZoneInfo("Europe/Zurich")) == "CH"
    assert countries.of_zone(ZoneInfo("Europe/Vilnius")) == "LT"
    assert countries.of_zone(ZoneInfo("UTC")) == ""

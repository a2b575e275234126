from datetime import UTC, datetime

import pytest

from service.advocacy import places
from service.advocacy.places import Choice
from service.kit import clock, db
from tests.make import advocacy


@pytest.mark.parametrize(
    ("written", "country", "kept"),
    [
        ("3011", "CH", "3011"),
        (" 30 11 ", "CH", "3011"),
        ("CH-3011", "CH", "3011"),
        ("ch 3011", "CH", "3011"),
        ("ch3011", "CH", "3011"),
        ("D-10115", "DE", "10115"),
        ("sw1a 1aa", "GB", "SW1A1AA"),
        ("D02 X285", "IE", "D02X285"),
        ("00-950", "PL", "00950"),
        ("1234 AB", "NL", "1234AB"),
        ("", "CH", ""),
    ],
)
def test_a_postcode_is_found_however_it_is_written(written, country, kept):
    assert places.compact(written, country) == kept


async def border() -> tuple[int, int]:
    """1410 lies in Vaud and in Fribourg."""
    vaud, fribourg = await advocacy.area("VD", "Vaud"), await advocacy.area("FR", "Fribourg")
    await advocacy.place(vaud, "1410", "Thierrens")
    await advocacy.place(vaud, "1410", "Correvon")
    await advocacy.place(fribourg, "1410", "Prévondavaux")
    return vaud, fribourg


@pytest.mark.usefixtures("database")
async def test_a_postcode_in_two_cantons_gives_both_with_their_towns():
    vaud, fribourg = await border()
    assert await places.areas_of("CH", "CH-1410", "fr") == [
        Choice(fribourg, "Fribourg", ["Prévondavaux"]),
        Choice(vaud, "Vaud", ["Correvon", "Thierrens"]),
    ]


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("postcode", ["9999", "", "'; DROP TABLE place --", "3" * 400, "\ud800"])
async def test_a_postcode_that_nobody_knows_gives_nothing(postcode):
    await border()
    assert await places.areas_of("CH", postcode, "en") == []


@pytest.mark.usefixtures("database")
async def test_a_canton_is_found_where_one_looks_for_it_in_the_list():
    for code, name in (("BE", "Berne"), ("BL", "Bâle-Campagne"), ("AG", "Argovie")):
        await advocacy.area(code, name)
    assert [choice.name for choice in await places.all_areas("CH", "fr")] == ["Argovie", "Bâle-Campagne", "Berne"]


@pytest.mark.usefixtures("database")
async def test_what_is_no_area_any_more_is_no_choice():
    vaud, fribourg = await border()
    await db.execute("UPDATE area SET valid_until = '2026-12-31' WHERE id = $1", vaud)
    with clock.at(datetime(2027, 1, 1, tzinfo=UTC)):
        assert [choice.area for choice in await places.areas_of("CH", "1410", "en")] == [fribourg]
        assert await places.all_areas("CH", "en") == [Choice(fribourg, "Fribourg", [])]


@pytest.mark.usefixtures("database")
async def test_where_members_are_of_the_whole_country_any_postcode_is_of_it():
    germany = await advocacy.area("DE", "Germany", "country", "DE")
    assert await places.areas_of("DE", "10115", "en") == [Choice(germany, "Germany", [])]
    assert await places.all_areas("DE", "en") == [Choice(germany, "Germany", [])]


@pytest.mark.usefixtures("database")
async def test_countries_are_those_with_areas():
    await border()
    await advocacy.area("DE", "Germany", "country", "DE")
    assert await places.countries() == ["CH", "DE"]

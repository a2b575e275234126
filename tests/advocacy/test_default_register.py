import pytest

from service.advocacy import default_register, places
from service.kit import db
from tests.make import advocacy, register, swisstopo

pytestmark = pytest.mark.usefixtures("database")


async def test_every_canton_has_its_postcodes_from_the_first_day():
    assert await default_register.ensure() > 4000
    assert len(await places.all_areas("CH", "en")) == 26
    assert [one.name for one in await places.areas_of("CH", "3011", "fr")] == ["Berne"]
    assert [one.name for one in await places.areas_of("CH", "1410", "be")] == ["Во", "Фрыбур"]
    assert await db.fetch_value("SELECT count(*) FROM representative") == 0
    assert {row["key"] for row in await db.fetch("SELECT key FROM parliament")} == {"ch-nr", "ch-sr"}


async def test_where_a_place_is_known_nothing_is_added():
    await advocacy.place(await advocacy.area())
    assert await default_register.ensure() == 0


async def test_swisstopos_directory_is_compared_with_it_canton_by_canton():
    await default_register.ensure()
    made = await register.taken([("p.csv", swisstopo.written(swisstopo.ROWS))], whole=False)
    found = await register.waiting(made, "places")
    assert found
    assert {(one.kind, len(one.after["gone"])) for one in found} == {("changed", 0)}
    assert await register.waiting(made, "area") == []

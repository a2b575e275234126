import pytest

from service.cases import facilities
from service.kit import db
from service.kit.errors import Invalid, NotFound
from tests.make import cases

pytestmark = pytest.mark.usefixtures("database")

HOMEL = {"name": "ИК №4", "kind": "colony", "street": "ул. Антошкина, 3", "postcode": "246035", "town": "г. Гомель"}


async def test_a_new_facility_is_kept_letter_for_letter():
    values = HOMEL | {"rules": {"en": "No postcards."}, "aliases": ["ИК-4", "ИК-4"], "checked_on": "2026-01-05"}
    place = await facilities.get(await facilities.create(values | {"reply_punished": True}, None))
    assert (place.name, place.street, place.postcode, place.town) == tuple(HOMEL[f] for f in facilities.ADDRESS)
    assert (place.rules, place.aliases, place.reply_punished) == ({"en": "No postcards."}, ["ИК-4"], True)
    assert str(place.checked_on) == "2026-01-05"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "a" * 201),
        ("kind", "hotel"),
        ("parcels", "perhaps"),
        ("postcode", "1" * 11),
        ("checked_on", "2999-01-01"),
        ("valid_from", "soon"),
        ("valid_from", "0001-01-01"),
        ("rules", {"xx": "…"}),
        ("reply_punished", "yes"),
        ("aliases", ["a"] * 5 + [str(n) for n in range(31)]),
        ("version", 7),
    ],
)
async def test_what_does_not_fit_is_refused_beside_its_field(field, value):
    with pytest.raises(Invalid) as refused:
        await facilities.create(HOMEL | {field: value}, None)
    assert list(refused.value.fields) == [field]


async def test_the_last_day_is_not_before_the_first():
    with pytest.raises(Invalid) as refused:
        await facilities.create(HOMEL | {"valid_from": "2024-01-02", "valid_until": "2024-01-01"}, None)
    assert list(refused.value.fields) == ["valid_until"]


async def test_of_two_who_edit_at_once_the_second_is_told():
    homel = await cases.facility()
    await facilities.change(homel, {"latin": "Homel"}, None, version=1)
    with pytest.raises(facilities.Overtaken):
        await facilities.change(homel, {"latin": "Gomel"}, None, version=1)


async def test_a_facility_where_somebody_was_held_stays():
    homel = await cases.facility()
    await cases.prisoner(place=homel)
    with pytest.raises(facilities.StillUsed):
        await facilities.remove(homel, None)
    empty = await cases.facility("СИЗО-1")
    await facilities.remove(empty, None)
    assert await db.fetch_value("SELECT count(*) FROM facility") == 1
    for gone in (facilities.remove(empty, None), facilities.change(empty, {}, None), facilities.get(empty)):
        with pytest.raises(NotFound):
            await gone

from datetime import UTC, datetime

import pytest

import tests.make.staff as staff
from service.kit import clock, db
from service.kit.errors import Invalid
from service.kit.i18n import LANGUAGES
from service.letters import routes
from service.letters.first_figures import BESIDE, FIRST_FIGURES

pytestmark = pytest.mark.usefixtures("database")
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


async def test_before_anybody_looked_there_are_first_figures_that_say_so():
    found = {route.country: route for route in await routes.all()}
    assert set(found) == set(FIRST_FIGURES) >= {"CH", "DE", "FR", "PL", "CA", "US"}
    assert {route.checked_on for route in found.values()} == {None}
    assert found["FI"].suspended and found["US"].suspended
    assert await routes.lead_days("FI") is None
    assert await routes.lead_days("DE") == FIRST_FIGURES["DE"]


async def test_who_did_not_say_from_where_gets_the_usual_days():
    assert await routes.lead_days("") == routes.USUAL_DAYS
    assert await routes.lead_days("NZ") == routes.USUAL_DAYS


async def test_what_olga_looked_up_holds_from_now_on():
    olga = await staff.staff("Olga")
    with clock.at(NOON):
        await routes.change("DE", "19", False, "Deutsche Post", "2026-11-20", olga.id)
        await routes.change("FI", "20", False, "Posti", "2026-11-22", olga.id)
        await routes.change("JP", "40", True, "", "2026-11-22", olga.id)
    assert await routes.lead_days("DE") == 19
    assert await routes.lead_days("FI") == 20
    assert [route.country for route in await routes.suspended()] == ["JP", "UA", "US"]
    assert await db.fetch_value("SELECT count(*) FROM audit WHERE action = 'postal_route.checked'") == 3


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"country": "XX"}, "country"),
        ({"days": "0"}, "days"),
        ({"days": "soon"}, "days"),
        ({"days": "²"}, "days"),
        ({"checked_on": "2026-11-23"}, "checked_on"),
        ({"checked_on": "2026-02-30"}, "checked_on"),
        ({"checked_on": ""}, "checked_on"),
    ],
)
async def test_what_cannot_be_is_said_beside_its_field(typed, field):
    values = {"country": "DE", "days": "19", "checked_on": "2026-11-20"} | typed
    with clock.at(NOON), pytest.raises(Invalid) as refused:
        await routes.change(values["country"], values["days"], False, "", values["checked_on"], by=1)
    assert list(refused.value.fields) == [field]
    assert await db.fetch_value("SELECT count(*) FROM postal_route") == 0


async def test_from_finland_one_writes_through_a_neighbour_the_quickest_first():
    known = await routes.all()
    finland = next(route for route in known if route.country == "FI")
    assert [route.country for route in routes.instead(finland, known)] == ["EE", "SE", "NO"]


def test_every_country_has_a_name_and_neighbours_that_we_know():
    for country in FIRST_FIGURES:
        assert all(routes.Route(country, 1, False).name(language) != country for language in LANGUAGES)
        assert country not in BESIDE[country]
        assert any(FIRST_FIGURES.get(near) for near in BESIDE[country])

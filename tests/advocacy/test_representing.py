from datetime import UTC, date, datetime

import pytest

from service.advocacy import representing
from service.kit import clock, db
from tests.make import advocacy

pytestmark = pytest.mark.usefixtures("database")


async def names(language: str = "en", **narrowed: list[int]) -> list[str]:
    return [member.name for member in await representing.members(language, **narrowed)]


async def test_anna_sees_the_members_of_her_canton_by_name():
    council, bern = await advocacy.parliament(), await advocacy.area()
    await advocacy.representative(council, bern, "Rosa Beispiel")
    await advocacy.representative(council, bern, "Urs Anderer")
    await advocacy.representative(council, await advocacy.area("ZH", "Zürich"), "Lea Muster")
    assert await names(areas=[bern]) == ["Urs Anderer", "Rosa Beispiel"]


@pytest.mark.parametrize("narrowed", ["areas", "parliaments", "committees", "people"])
async def test_of_no_areas_and_no_people_there_are_no_members(narrowed):
    await advocacy.representative(await advocacy.parliament(), await advocacy.area(), "Rosa Beispiel")
    assert await names(**{narrowed: []}) == []


async def test_an_accent_moves_nobody_to_the_end_of_the_list():
    council = await advocacy.parliament()
    for name in ("Zoé Muster", "Inès Échantillon", "Urs Exemple", "Anna Diggelmann"):
        await advocacy.representative(council, None, name)
    assert await names() == ["Anna Diggelmann", "Inès Échantillon", "Urs Exemple", "Zoé Muster"]


async def test_a_member_has_all_that_a_card_and_a_letter_need():
    council, bern = await advocacy.parliament(), await advocacy.area()
    rosa = await advocacy.representative(council, bern, phone="+41 31 000 00 00", bounced_at=clock.now())
    await advocacy.committee(council, rosa)
    found = (await representing.members("fr"))[0]
    assert (found.id, found.parliament, found.area) == (rosa, council, bern)
    assert (found.parliament_key, found.parliament_name) == ("ch-nr", "Conseil national")
    assert (found.area_name, found.timezone, found.committees) == ("Bern", "Europe/Zurich", ["Foreign Affairs"])
    assert (found.phone, found.bounced, found.languages) == ("+41 31 000 00 00", True, ["de", "fr"])
    assert found.retrieved_on == advocacy.SINCE


async def test_a_mandate_that_is_over_is_not_shown_and_its_last_day_is_the_parliaments():
    council = await advocacy.parliament()
    await advocacy.representative(council, name="Rosa Beispiel", until=date(2026, 11, 22))
    with clock.at(datetime(2026, 11, 22, 22, 59, tzinfo=UTC)):
        assert await names() == ["Rosa Beispiel"]
    with clock.at(datetime(2026, 11, 22, 23, 1, tzinfo=UTC)):
        assert await names() == []


async def test_a_mandate_that_begins_tomorrow_is_not_shown():
    await advocacy.representative(await advocacy.parliament())
    with clock.at(datetime(2023, 12, 3, 12, tzinfo=UTC)):
        assert await names() == []


async def test_each_filter_narrows():
    national, states = await advocacy.parliament(), await advocacy.parliament("ch-sr")
    bern = await advocacy.area()
    rosa = await advocacy.representative(national, bern, "Rosa Beispiel")
    await advocacy.representative(states, bern, "Urs Anderer")
    lea = await advocacy.representative(national, None, "Lea Muster")
    foreign = await advocacy.committee(national, rosa)
    assert await names(areas=[bern], parliaments=[national]) == ["Rosa Beispiel"]
    assert await names(committees=[foreign]) == ["Rosa Beispiel"]
    assert await names(people=[lea], parliaments=[national]) == ["Lea Muster"]
    assert await names(people=[lea], committees=[foreign]) == []


async def test_who_left_a_committee_is_not_asked_as_one_of_it():
    council = await advocacy.parliament()
    rosa = await advocacy.representative(council)
    foreign = await advocacy.committee(council, rosa)
    await db.execute("UPDATE committee_seat SET until = '2024-01-01'")
    assert await names(committees=[foreign]) == []
    assert (await representing.members("en"))[0].committees == []


async def test_who_is_sent_by_a_country_represents_each_part_of_it():
    parliament = await advocacy.parliament("eu-ep", "EU", "Europe/Brussels")
    germany = await advocacy.area("DE", "Germany", "country", "DE")
    berlin = await advocacy.area("75", "Berlin-Mitte", "constituency", "DE")
    await advocacy.representative(parliament, germany, "Lea Muster")
    await advocacy.representative(parliament, await advocacy.area("FR", "France", "country", "FR"), "Zoé Exemple")
    assert await names(areas=[berlin]) == ["Lea Muster"]


async def test_who_sits_twice_is_there_once():
    council, bern = await advocacy.parliament(), await advocacy.area()
    rosa = await advocacy.representative(council, bern)
    await db.execute(
        "INSERT INTO membership (representative, parliament, area, since, source)"
        " VALUES ($1, $2, $3, '2025-01-01', '')",
        *(rosa, council, bern),
    )
    assert await names() == ["Rosa Beispiel"]


async def test_what_has_no_name_in_a_language_has_the_one_that_there_is():
    council = await advocacy.parliament()
    await db.execute("""UPDATE parliament SET names = '{"it": "Consiglio nazionale"}'""")
    await advocacy.representative(council)
    assert (await representing.members("be"))[0].parliament_name == "Consiglio nazionale"

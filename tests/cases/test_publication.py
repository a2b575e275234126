from datetime import timedelta

import pytest

from service.cases import publication, queries
from service.kit import clock, db
from service.kit.errors import NotFound
from tests.make import cases

pytestmark = pytest.mark.usefixtures("database")


async def test_marynas_address_is_that_of_an_envelope_postcode_first_and_country_last():
    maryna = await cases.prisoner(place=await cases.facility())
    [person] = await queries.people([maryna], "en")
    assert person.name == "Maryna Kavalchuk"
    assert person.address == [
        "Марина Ковальчук",
        "ИК №4",
        "ул. Антошкина, 3",
        "246035, г. Гомель",
        "REPUBLIC OF BELARUS",
    ]


async def test_a_belarusian_reader_sees_the_belarusian_name():
    maryna = await cases.prisoner()
    [person] = await queries.people([maryna], "be")
    assert person.name == "Марына Кавальчук"


async def test_with_initials_alone_nothing_else_leads_to_maryna():
    facility = await cases.facility()
    maryna = await cases.prisoner(
        place=facility,
        publication="initials",
        biography={"en": "A nurse."},
        sentence={"en": "3 years"},
        photo="a.jpg",
    )
    await cases.status(maryna, since="2021-04-07", external_id="17")
    [person] = await queries.people([maryna], "en")
    assert person.name == "M. K."
    assert person.arrested_on == "2021"
    assert (person.born, person.photo, person.address, person.facility, person.biography) == ("", "", [], None, None)
    # A free text that may hold a court, a day or a name.
    assert person.sentence is None
    assert "Kavalchuk" not in repr(person) and "Ковальчук" not in repr(person)
    [said] = person.statuses
    assert (said.designation, said.since, said.link, said.external_id) == ("active", "2021", "", None)


@pytest.mark.parametrize("hidden", [{"publication": "hidden"}, {"vetoed_at": "now"}])
async def test_who_is_hidden_or_vetoed_is_nowhere(hidden):
    values = {name: clock.now() if value == "now" else value for name, value in hidden.items()}
    maryna = await cases.prisoner(key="maryna", **values)
    assert await queries.people([maryna], "en") == []
    with pytest.raises(NotFound):
        await queries.person("maryna", "en")


async def test_nobody_can_write_to_an_address_that_is_no_longer_valid():
    facility = await cases.facility(valid_until=clock.now().date().replace(year=2020))
    maryna = await cases.prisoner(place=facility)
    [person] = await queries.people([maryna], "en")
    assert person.address == []
    assert not person.can_be_written_to


async def test_queries_and_pages_agree_on_whom_letters_reach_also_on_another_day():
    today = clock.now().date()
    for place in (
        {},
        {"street": ""},
        {"postcode": ""},
        {"town": ""},
        {"valid_from": today + timedelta(days=9)},
        {"valid_until": today + timedelta(days=9)},
    ):
        await cases.prisoner(place=await cases.facility(**place))
    colony = await cases.facility()
    for values in (
        {"name_be": "", "name_ru": ""},
        {"name_ru": ""},
        {"publication": "initials"},
        {"publication": "hidden"},
        {"vetoed_at": clock.now()},
        {"state": "released"},
        {"state": "died"},
    ):
        await cases.prisoner(place=colony, **values)
    await cases.prisoner(place=None)
    assert await _reached() == await _written_to() != []
    with clock.at(clock.now() + timedelta(days=20)):
        later = await _reached()
        assert later == await _written_to() != []
    assert later != await _reached()


async def _reached() -> list[int]:
    sql = "SELECT p.id FROM prisoner p JOIN facility f ON f.id = p.facility WHERE {} ORDER BY p.id"
    return [row["id"] for row in await db.fetch(sql.format(publication.writable("$1")), clock.now())]


async def _written_to() -> list[int]:
    ids = [row["id"] for row in await db.fetch("SELECT id FROM prisoner ORDER BY id")]
    return [person.id for person in await queries.people(ids, "en") if person.can_be_written_to]


async def test_a_text_falls_back_to_a_language_that_there_is_and_says_which():
    maryna = await cases.prisoner(biography={"be": "Настаўніца.", "ru": "Учительница."})
    [person] = await queries.people([maryna], "fr")
    assert person.biography and (person.biography.text, person.biography.language) == ("Учительница.", "ru")


async def test_what_an_organisation_says_comes_with_its_name_and_date():
    maryna = await cases.prisoner()
    await cases.status(maryna)
    await cases.status(maryna, "Dissidentby", "np", external_id="x7")
    [person] = await queries.people([maryna], "en")
    assert [(s.organisation, s.designation) for s in person.statuses] == [("Dissidentby", "np"), ("Viasna", "active")]
    assert await db.fetch_value("SELECT count(*) FROM prisoner_status") == 2


async def test_who_reads_no_cyrillic_is_given_a_name_that_can_be_read():
    maryna = await cases.prisoner(name_latin="")
    [person] = await queries.people([maryna], "de")
    assert person.name == "Maryna Kavalchuk"
    assert [spelling.text for spelling in person.spellings] == ["Марына Кавальчук", "Марина Ковальчук"]

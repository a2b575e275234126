import asyncio
from datetime import UTC, datetime

import pytest

from service.cases import editing, events, queries
from service.cases.records import Source
from service.kit import clock, db
from service.kit.errors import Invalid, NotFound
from tests.make import cases

pytestmark = pytest.mark.usefixtures("database")

NAMES = {"name_be": "Марына Кавальчук", "name_ru": "Марина Ковальчук"}
VIASNA = Source("Viasna", "https://example.org/list/1", "2026-11-01")


async def test_a_new_record_is_found_in_every_script_and_says_where_it_comes_from():
    maryna = await editing.create(NAMES | {"born": "1984-06-02", "arrested_on": "2021-03-25"}, None, VIASNA)
    record = await queries.record(maryna)
    assert (record.state, record.publication, record.version) == ("detained", "full", 1)
    assert record.sources["born"] == {
        "organisation": "Viasna",
        "link": "https://example.org/list/1",
        "seen_on": "2026-11-01",
    }
    assert "gender" not in record.sources
    assert " kavaltuk" in await db.fetch_value("SELECT search FROM prisoner")
    assert [(e.kind, e.happened_on, e.organisation) for e in await events.of(maryna)] == [
        ("detained", "2021-03-25", "Viasna")
    ]


async def test_five_thousand_are_taken_in_one_go():
    place = await cases.facility()
    people = [
        (
            NAMES
            | {
                "name_latin": f"Maryna Kavalchuk {number}",
                "facility": place,
                "arrested_on": "2021",
                "status": {"organisation": "Viasna", "designation": "active", "external_id": str(number)},
            },
            VIASNA,
        )
        for number in range(5000)
    ]
    ids = await asyncio.wait_for(editing.create_many(people, None), 15)
    assert len(set(ids)) == 5000
    assert (await queries.record(ids[7])).name_latin == "Maryna Kavalchuk 7"
    for table in ("prisoner_status", "prisoner_stay", "case_event"):
        assert await db.fetch_value(f"SELECT count(*) FROM {table}") == 5000
    assert await db.fetch_value("SELECT count(*) FROM audit") == 1


async def test_one_who_cannot_be_taken_keeps_all_of_them_out():
    with pytest.raises(Invalid):
        await editing.create_many([(NAMES, None), (NAMES | {"gender": "x"}, None)], None)
    assert await db.fetch_value("SELECT count(*) FROM prisoner") == 0


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("born", "02.06.1984"),
        ("born", "2999"),
        ("arrested_on", "1983"),
        ("gender", "x"),
        ("state", "free"),
        ("publication", "some"),
        ("articles", ["a" * 31]),
        ("articles", [str(n) for n in range(41)]),
        ("sentence", {"xx": "…"}),
        ("biography", {"en": "a" * 4001}),
        ("biography", "a text"),
        ("facility", 77),
        ("facility", "1"),
        ("weight", 6),
        ("name_latin", "a" * 201),
        ("released_on", "2024-01-01"),
        ("standing", 5),
        ("key", "x"),
        ("search", "x"),
        ("photo", "../../etc/passwd"),
        ("status", {"organisation": "", "designation": "active"}),
        ("status", {"organisation": "Viasna", "designation": "maybe"}),
        ("status", {"organisation": "Viasna", "designation": "np", "link": "javascript:alert(1)"}),
    ],
)
async def test_what_does_not_fit_is_refused_beside_its_field(field, value):
    maryna = await cases.prisoner()
    with pytest.raises(Invalid) as refused:
        await editing.change(maryna, {field: value}, None)
    assert list(refused.value.fields) == [field]
    assert str(refused.value.fields[field])
    assert (await queries.record(maryna)).version == 1


async def test_no_name_at_all_is_refused():
    maryna = await cases.prisoner()
    with pytest.raises(Invalid):
        await editing.change(maryna, {"name_be": "", "name_ru": " ", "name_latin": "\u200b"}, None)


async def test_what_cannot_be_seen_is_left_out_of_every_text():
    maryna = await cases.prisoner()
    await editing.change(
        maryna,
        {"name_latin": "Mary\u202ena\x00  Kaval\u200bchuk", "biography": {"en": " A\x07 nurse.\r\nKind. "}},
        None,
    )
    record = await queries.record(maryna)
    assert record.name_latin == "Maryna Kavalchuk"
    assert record.biography == {"en": "A nurse.\nKind."}


async def test_of_two_who_edit_at_once_the_second_is_told():
    maryna = await cases.prisoner()
    await editing.change(maryna, {"born": "1985"}, None, version=1)
    with pytest.raises(editing.Overtaken):
        await editing.change(maryna, {"gender": "m"}, None, version=1)
    assert (await queries.record(maryna)).gender == "f"


async def test_two_changes_in_the_same_instant_cannot_both_win():
    maryna = await cases.prisoner()
    done = await asyncio.gather(
        *(editing.change(maryna, {"born": year}, None, version=1) for year in ("1981", "1982", "1983")),
        return_exceptions=True,
    )
    assert sum(isinstance(outcome, editing.Overtaken) for outcome in done) == 2


async def test_saving_without_a_change_changes_nothing():
    maryna = await cases.prisoner()
    assert await editing.change(maryna, {"born": "1984-06-02"}, None) == editing.Changed(())
    assert (await queries.record(maryna)).version == 1
    assert await db.fetch_value("SELECT count(*) FROM audit") == 0


async def test_who_changes_a_fact_by_hand_takes_the_source_away_from_it():
    maryna = await editing.create(NAMES | {"born": "1984", "gender": "f"}, None, VIASNA)
    await editing.change(maryna, {"born": "1985", "gender": "f"}, None)
    assert set((await queries.record(maryna)).sources) == {"name_be", "name_ru", "gender"}
    await editing.change(maryna, {"born": "1985"}, None, Source("Dissidentby"))
    assert (await queries.record(maryna)).sources["born"]["organisation"] == "Dissidentby"


async def test_a_transfer_is_in_the_history_of_stays_and_events():
    homel, zhodina = await cases.facility(), await cases.facility("Следственная тюрьма №8", town="г. Жодино")
    maryna = await editing.create(NAMES | {"facility": zhodina}, None)
    await editing.change(maryna, {"facility": homel, "moved_on": "2022-05"}, None)
    stays = await db.fetch("SELECT facility, since, until FROM prisoner_stay ORDER BY id")
    assert [tuple(stay) for stay in stays] == [(zhodina, "", "2022-05"), (homel, "2022-05", "")]
    assert [(e.kind, e.happened_on) for e in await events.of(maryna)] == [("transferred", "2022-05")]


async def test_a_release_ends_the_stay_and_is_an_event_and_taking_it_back_undoes_the_event():
    maryna = await editing.create(NAMES | {"facility": await cases.facility()}, None)
    await editing.change(maryna, {"state": "released", "released_on": "2024-01-05"}, None)
    assert await db.fetch_value("SELECT until FROM prisoner_stay") == "2024-01-05"
    assert [e.kind for e in await events.of(maryna)] == ["released"]
    await editing.change(maryna, {"state": "detained"}, None)
    record = await queries.record(maryna)
    assert (record.released_on, await events.of(maryna)) == ("", [])


async def test_a_corrected_date_corrects_its_event():
    maryna = await editing.create(NAMES | {"arrested_on": "2021-03", "verdict_on": "2022"}, None)
    await editing.change(maryna, {"arrested_on": "2021-03-25"}, None)
    assert [(e.kind, e.happened_on) for e in await events.of(maryna)] == [
        ("detained", "2021-03-25"),
        ("sentenced", "2022"),
    ]


async def test_each_organisation_speaks_for_itself():
    maryna = await cases.prisoner()
    await cases.status(maryna)
    await editing.change(maryna, {"status": {"organisation": "Dissidentby", "designation": "np"}}, None)
    await editing.change(maryna, {"status": {"organisation": "Viasna", "designation": "former"}}, None)
    said = (await queries.record(maryna)).statuses
    assert [(s.organisation, s.designation) for s in said] == [("Dissidentby", "np"), ("Viasna", "former")]
    assert said[1].external_id == str(maryna)
    await editing.remove_status(maryna, "Dissidentby", None)
    assert len((await queries.record(maryna)).statuses) == 1
    with pytest.raises(NotFound):
        await editing.remove_status(maryna, "Dissidentby", None)


async def test_one_id_of_a_list_belongs_to_one_person():
    await cases.status(await cases.prisoner(), external_id="7")
    other = await cases.prisoner("Anna Vishnevets")
    with pytest.raises(Invalid) as refused:
        said = {"organisation": "Viasna", "designation": "active", "external_id": "7"}
        await editing.change(other, {"status": said}, None)
    assert "status" in refused.value.fields


async def test_who_was_hidden_from_the_beginning_is_new_when_they_may_be_shown():
    with clock.at(datetime(2026, 1, 1, tzinfo=UTC)):
        maryna = await editing.create(NAMES | {"publication": "hidden"}, None)
    with clock.at(datetime(2026, 5, 1, tzinfo=UTC)):
        await editing.change(maryna, {"publication": "full"}, None)
        assert (await queries.record(maryna)).published_at == clock.now()
    with clock.at(datetime(2026, 6, 1, tzinfo=UTC)):
        await editing.change(maryna, {"publication": "hidden"}, None)
        await editing.change(maryna, {"publication": "full"}, None)
        assert (await queries.record(maryna)).published_at == datetime(2026, 5, 1, tzinfo=UTC)


async def test_nobody_is_nowhere():
    with pytest.raises(NotFound):
        await editing.change(4711, {"born": "1984"}, None)


async def test_acts_of_the_public_are_counted():
    maryna = await cases.prisoner()
    await editing.stand_by({maryna: 1})
    await editing.stand_by({maryna: 3})
    assert (await queries.record(maryna)).standing == 4

from datetime import UTC, date, datetime

import pytest

from service.advocacy import accepting, parliaments, register_import, register_queries
from service.advocacy.register.found import NotARegister
from service.advocacy.register_comparing import BY_NAME, SAME_NAME
from service.advocacy.register_difference import SHRUNK, UNREAD
from service.kit import clock, db
from service.kit.errors import Invalid
from tests.make import advocacy, bundestag, ch_parliament, meps, register, staff, swisstopo
from tests.make.register import LEA, ROSA, URS

pytestmark = pytest.mark.usefixtures("database")


async def test_a_file_changes_nothing_before_somebody_accepts_it():
    made = await register.compared(ROSA, URS)
    assert await register.said(made) == [("new", "Rosa Beispiel"), ("new", "Urs Anderer")]
    assert [one.label for one in await register.waiting(made, "area")] == ["BE", "ZH"]
    assert [one.label for one in await register.waiting(made, "committee")] == ["Foreign Affairs"]
    assert await db.fetch_value("SELECT count(*) FROM representative") == 0


async def test_the_same_file_again_says_nothing_new():
    await register.accepted(ROSA, URS)
    found = await register_queries.one(await register.compared(ROSA, URS))
    assert (found.waiting, found.rows) == (0, 2)
    assert await db.fetch_value("SELECT closed_at IS NOT NULL FROM register_import WHERE id = $1", found.id)


async def test_what_changed_stands_with_before_and_after():
    await register.accepted(ROSA)
    made = await register.compared(ROSA | {"party": "New Party", "email": "rosa.b@parliament.example.org"})
    [one] = await register.waiting(made)
    assert (one.kind, one.twice) == ("changed", "")
    assert one.before == {"party": "Example Party", "email": "rosa@parliament.example.org"}
    assert one.after == {"party": "New Party", "email": "rosa.b@parliament.example.org"}


async def test_what_a_file_does_not_say_is_not_forgotten():
    await register.accepted(ROSA, LEA)
    made = await register.compared(ROSA | {"party": "", "languages": ""}, LEA)
    assert await register.said(made) == []


async def test_an_address_that_the_same_source_takes_back_is_to_be_looked_at_twice():
    await register.accepted(ROSA, LEA | {"email": "lea@parliament.example.org"})
    made = await register.compared(ROSA, LEA)
    [one] = await register.waiting(made)
    assert (one.label, one.before, one.after) == (
        "Lea Muster",
        {"email": "lea@parliament.example.org"},
        {"email": ""},
    )
    assert "no e-mail address" in one.twice


async def test_an_address_that_staff_wrote_down_is_not_changed_unseen():
    await register.accepted(ROSA)
    await db.execute("UPDATE representative SET source = 'https://rosa.example.org', email = 'me@rosa.example.org'")
    [one] = await register.waiting(await register.compared(ROSA))
    assert "https://rosa.example.org" in one.twice
    assert await accepting.harmless(1) == []


async def test_who_is_missing_has_left_the_day_before():
    await register.accepted(ROSA, URS)
    made = await register.compared(ROSA, as_of="2026-03-01")
    [one] = await register.waiting(made)
    assert (one.kind, one.label, one.twice) == ("left", "Urs Anderer", "")
    assert one.after["mandates"][0]["until"] == "2026-02-28"


async def test_in_a_part_of_the_register_nobody_is_missing():
    await register.accepted(ROSA, URS)
    assert await register.said(await register.compared(ROSA, whole=False)) == []


async def test_where_something_could_not_be_read_who_left_is_to_be_looked_at_twice():
    await register.accepted(ROSA, URS)
    made = await register.compared(ROSA, {"id": "2", "name": "<b>Urs</b>", "area": "ZH"})
    [one] = await register.waiting(made)
    assert (one.kind, one.twice) == ("left", UNREAD)
    [unread] = (await register_queries.one(made)).unread
    assert unread.line == 3 and "is not a name" in unread.why


async def test_when_a_third_is_missing_it_is_rather_half_a_file():
    people = [LEA | {"id": str(number), "name": f"Lea Muster{chr(97 + number)}"} for number in range(26)]
    await register.accepted(*people)
    made = await register.compared(people[0])
    assert {one.twice for one in await register.waiting(made)} == {SHRUNK}


async def test_whoever_was_written_down_by_hand_is_recognised_by_name():
    council = (await parliaments.ensure(["ch-nr"]))["ch-nr"]
    bern = await advocacy.area("BE")
    rosa = await advocacy.representative(council, bern, "Rosa Beispiel", source=register.SOURCE)
    [one] = await register.waiting(await register.compared(ROSA | {"email": ""}))
    assert (one.kind, one.representative, one.twice, one.after["ids"]) == (
        "changed",
        rosa,
        BY_NAME,
        {"csv.ch-nr": "1"},
    )


async def test_of_two_of_the_same_name_nobody_is_taken_for_the_other():
    council = (await parliaments.ensure(["ch-nr"]))["ch-nr"]
    for _twice in range(2):
        await advocacy.representative(council, await area_of_bern(), "Rosa Beispiel")
    made = await register.compared(ROSA, whole=False)
    [one] = await register.waiting(made)
    assert (one.kind, one.twice) == ("new", SAME_NAME)


async def area_of_bern() -> int:
    found = await db.fetch_value("SELECT id FROM area WHERE code = 'BE'")
    return found or await advocacy.area("BE")


async def test_a_later_file_overtakes_what_nobody_decided():
    first = await register.compared(ROSA, URS)
    second = await register.compared(ROSA)
    assert await register_queries.waiting(first) == []
    assert await register.said(second) == [("new", "Rosa Beispiel")]
    with pytest.raises(accepting.NothingOpen):
        await accepting.accept(first, [1, 2, 3], None)


async def test_a_part_overtakes_only_those_whom_it_names():
    first = await register.compared(ROSA, URS)
    await register.compared(ROSA, whole=False)
    assert await register.said(first) == [("new", "Urs Anderer")]


async def test_a_file_of_another_chamber_overtakes_nothing():
    first = await register.compared(ROSA)
    await register.compared(URS, parliament="ch-sr")
    assert await register.said(first) == [("new", "Rosa Beispiel")]


async def test_what_was_rejected_is_not_asked_again_before_it_says_something_else():
    await register.accepted(ROSA, URS)
    made = await register.compared(ROSA | {"party": "New Party"})
    await accepting.reject(made, [one.id for one in await register.waiting(made)], None)
    with clock.at(datetime(2026, 12, 24, tzinfo=UTC)):
        assert await register.said(await register.compared(ROSA | {"party": "New Party"})) == []
        made = await register.compared(ROSA | {"party": "Newest Party"})
    assert await register.said(made) == [("changed", "Rosa Beispiel")]


async def test_the_swiss_exports_hold_everybody_and_give_those_of_today():
    made = await register.taken(ch_parliament.files())
    sitting = {one.label for one in await register.waiting(made)}
    assert sitting and await register_queries.counts(made)
    await register.accept_all(made)
    assert await register_queries.waiting(await register.taken(ch_parliament.files())) == []
    assert {name for name, _area, _since, until in await register.mandates() if until is None} == sitting


async def test_of_the_bundestag_since_1949_only_those_of_today_come():
    listed = bundestag.people(60)
    made = await register.taken([("MDB_STAMMDATEN.XML", bundestag.file(listed))])
    await register.accept_all(made)
    assert await db.fetch_value("SELECT count(*) FROM representative") == 60
    assert await db.fetch_value("SELECT count(*) FROM membership") == 60
    assert await register_queries.waiting(await register.taken([("x.xml", bundestag.file(listed))])) == []


async def test_members_of_the_european_parliament_have_no_first_day():
    listed = meps.people(30)
    await register.accept_all(await register.taken([("meps.xml", meps.file(listed))]))
    assert {since for _name, _area, since, _until in await register.mandates()} == {None}
    assert await register_queries.waiting(await register.taken([("meps.xml", meps.file(listed))])) == []
    made = await register.taken([("meps.xml", meps.file(listed[1:]))])
    assert [kind for kind, _label in await register.said(made)] == ["left"]


async def test_places_differ_by_canton():
    await register.accept_all(await register.taken([("places.csv", swisstopo.written(swisstopo.ROWS))]))
    assert await register_queries.waiting(await register.taken([("p.csv", swisstopo.written(swisstopo.ROWS))])) == []
    made = await register.taken([("places.csv", swisstopo.written(swisstopo.ROWS[1:]))])
    [one] = await register.waiting(made, "places")
    assert (one.kind, one.label, one.after["added"]) == ("changed", "Zurich", [])
    assert [place[:2] for place in one.after["gone"]] == [["8914", "Ahornwil"]]


async def test_a_contact_without_a_source_is_not_taken():
    with pytest.raises(Invalid) as raised:
        await register.compared(ROSA, source="")
    assert list(raised.value.fields) == ["source"]


async def test_an_election_has_a_day():
    with pytest.raises(Invalid) as raised:
        await register.compared(ROSA, is_election=True)
    assert list(raised.value.fields) == ["as_of"]


async def test_a_parliament_that_nobody_knows_is_to_be_added_first():
    with pytest.raises(parliaments.UnknownParliament):
        await register.compared(ROSA, parliament="at-nr")
    await parliaments.add("at-nr", "Nationalrat", "Europe/Vienna", None)
    assert await register.said(await register.compared(ROSA, parliament="at-nr")) == [("new", "Rosa Beispiel")]


async def test_a_broken_file_is_no_parliament_that_lost_its_members():
    await register.accepted(ROSA)
    with pytest.raises(NotARegister):
        await register_import.take([("members.xml", b"<DOCUMENT><MDB>")])
    assert await db.fetch_value("SELECT count(*) FROM register_import") == 1


async def test_who_compared_a_file_stands_in_the_audit():
    olga = await staff.staff()
    await register.compared(ROSA, by=olga.id)
    assert await db.fetch_value("SELECT account FROM audit WHERE action = 'register.compared'") == olga.id


async def test_a_contact_that_is_confirmed_was_read_today():
    await register.accepted(ROSA)
    with clock.at(datetime(2027, 1, 5, tzinfo=UTC)):
        await register.compared(ROSA)
        assert await db.fetch_value("SELECT retrieved_on FROM representative") == date(2027, 1, 5)

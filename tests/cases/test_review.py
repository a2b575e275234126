import pytest

from service.cases import editing, queries, review
from service.cases.review import NothingOpen, NotUndone
from service.kit import clock, db
from tests.make import cases as make
from tests.make.lists import MARYNA, compared, known, waiting
from tests.make.staff import staff

pytestmark = pytest.mark.usefixtures("database")


async def test_accepting_writes_the_fact_with_its_source_and_day() -> None:
    await make.facility()
    [maryna] = await known(MARYNA)
    olga = await staff("Olga")
    made = await compared(MARYNA | {"born": "1984-06-03", "status": "former", "link": "https://example.org/new"})
    await review.accept(made, await review.harmless(made), olga.id)
    record = await queries.record(maryna)
    today = clock.now().date().isoformat()
    assert record.born == "1984-06-03"
    assert record.sources["born"]["organisation"] == "Viasna" and record.sources["born"]["seen_on"] == today
    [status] = record.statuses
    assert (status.designation, status.link, status.external_id) == ("former", "https://example.org/new", "7")
    assert await db.fetch_value("SELECT DISTINCT decided_by FROM case_change WHERE case_import = $1", made) == olga.id
    actions = [row["action"] for row in await db.fetch("SELECT action FROM audit WHERE account = $1", olga.id)]
    assert "prisoner.changed" in actions and "case_list.accepted" in actions


async def test_a_decision_that_is_sent_again_does_nothing_more() -> None:
    await make.facility()
    await known(MARYNA)
    made = await compared(MARYNA | {"born": "1984-06-03"})
    [one] = await waiting()
    await review.reject(made, [one.id], (await staff("Olga")).id)
    petra = await staff("Petra")
    with pytest.raises(NothingOpen):
        await review.accept(made, [one.id], petra.id)
    with pytest.raises(NothingOpen):
        await review.reject(made, [one.id], petra.id)
    assert await db.fetch_value("SELECT born FROM prisoner") == "1984-06-02"


async def test_a_difference_is_decided_in_its_own_list_alone() -> None:
    await make.facility()
    await known(MARYNA)
    made = await compared(MARYNA | {"born": "1984-06-03"})
    other = await compared(organisation="Dissidentby")
    [one] = await waiting(made)
    with pytest.raises(NothingOpen):
        await review.accept(other, [one.id], None)
    assert len(await waiting(made)) == 1


async def test_what_staff_changed_meanwhile_is_not_overwritten_but_asked_again() -> None:
    await make.facility()
    [maryna] = await known(MARYNA)
    made = await compared(MARYNA | {"born": "1984-06-03", "arrested_on": "2021-01-01"})
    await editing.change(maryna, {"born": "1984-09-09"}, None)
    outcome = await review.accept(made, await review.harmless(made), None)
    assert outcome.accepted == 1
    assert [label for label, _why in outcome.left] == ["Maryna Kavalchuk"]
    record = await queries.record(maryna)
    assert (record.born, record.arrested_on) == ("1984-09-09", "2021-01-01")
    [one] = await waiting()
    assert (one.field, one.held) == (
        "born",
        "This was changed here after the list was compared. Please look at the record.",
    )


async def test_what_does_not_fit_the_record_stays_open_and_nobody_else_has_to_wait_for_it() -> None:
    await make.facility()
    hanna = {"id": "8", "name_latin": "Hanna Zhuk", "born": "1990"}
    [maryna, second] = await known(MARYNA, hanna)
    made = await compared(MARYNA | {"arrested_on": "1950-01-01"}, hanna | {"born": "1990-05-05"})
    outcome = await review.accept(made, await review.harmless(made), None)
    assert (outcome.accepted, len(outcome.left)) == (1, 1)
    assert (await queries.record(maryna)).arrested_on == ""
    assert (await queries.record(second)).born == "1990-05-05"
    assert [(one.field, one.held) for one in await waiting()] == [
        ("arrested_on", "This is before the birth. Please look at both dates.")
    ]


async def test_a_date_to_come_is_left_out_of_a_new_record_and_not_asked_again() -> None:
    await make.facility()
    [maryna] = await known(MARYNA | {"released_on": "2099-01-01"})
    record = await queries.record(maryna)
    assert (record.state, record.released_on, record.place and record.place.name) == ("detained", "", "ИК №4")
    await compared(MARYNA | {"released_on": "2099-01-01"})
    assert await waiting() == []


async def test_a_death_is_accepted_one_by_one_only() -> None:
    await make.facility()
    [maryna] = await known(MARYNA)
    made = await compared(MARYNA | {"died_on": "2026-10-01", "status": "former"})
    assert await review.harmless(made) == []
    assert await review.of_person(made, "7") == []
    [one] = await waiting()
    await review.accept(made, [one.id], None)
    record = await queries.record(maryna)
    assert (record.state, record.died_on, record.statuses[0].designation) == ("died", "2026-10-01", "former")


async def test_who_is_gone_from_the_list_is_no_longer_counted_by_it_and_may_come_back() -> None:
    await make.facility()
    [maryna] = await known(MARYNA)
    made = await compared()
    await review.accept(made, await review.harmless(made), None)
    record = await queries.record(maryna)
    assert (record.state, record.statuses[0].designation) == ("detained", "np")
    await compared()
    assert await waiting() == []
    await compared(MARYNA)
    assert [one.what for one in await waiting()] == [("7", "changed", "designation")]


async def test_undoing_brings_the_old_value_back_and_the_difference_too() -> None:
    await make.facility()
    [maryna] = await known(MARYNA)
    made = await compared(MARYNA | {"born": "1984-06-03", "status": "np", "place": "released"})
    changes = {one.field: one.id for one in await waiting()}
    await review.accept(made, list(changes.values()), None)
    await review.undo(made, changes["born"], None)
    record = await queries.record(maryna)
    assert (record.born, record.sources["born"]["organisation"]) == ("1984-06-02", "Viasna")
    assert [one.field for one in await waiting()] == ["born"]
    # Mails that named her are stopped already: no button brings those back.
    with pytest.raises(NotUndone):
        await review.undo(made, changes["released_on"], None)
    await review.reject(made, [changes["born"]], None)
    await review.undo(made, changes["born"], None)
    assert [one.field for one in await waiting()] == ["born"]


async def test_nothing_is_undone_after_somebody_changed_the_record_again() -> None:
    await make.facility()
    [maryna] = await known(MARYNA)
    made = await compared(MARYNA | {"born": "1984-06-03"})
    [one] = await waiting()
    await review.accept(made, [one.id], None)
    await editing.change(maryna, {"born": "1984-09-09"}, None)
    with pytest.raises(NotUndone):
        await review.undo(made, one.id, None)
    assert (await queries.record(maryna)).born == "1984-09-09"


async def test_two_sources_speak_of_one_maryna_once_staff_say_that_she_is_the_same() -> None:
    maryna = await make.prisoner()
    await make.status(maryna, "Dissidentby")
    made = await compared(MARYNA | {"name_latin": "Marina Kovalchuk", "place": ""})
    [one] = await waiting()
    assert await review.same_person(made, one.id, None) == maryna
    assert await db.fetch_value("SELECT count(*) FROM prisoner") == 1
    statuses = {status.organisation: status.external_id for status in (await queries.record(maryna)).statuses}
    assert statuses == {"Dissidentby": str(maryna), "Viasna": "7"}
    assert [(one.field, bool(one.held)) for one in await waiting()] == [("name_latin", True)]


async def test_somebody_who_came_into_the_records_meanwhile_is_not_made_twice() -> None:
    await make.facility()
    made = await compared(MARYNA)
    [one] = await waiting()
    await make.status(await make.prisoner(), "Viasna", external_id="7")
    outcome = await review.accept(made, [one.id], None)
    assert (outcome.accepted, outcome.left) == (0, [("Maryna Kavalchuk", review.ALREADY_KNOWN)])
    assert await db.fetch_value("SELECT count(*) FROM prisoner") == 1

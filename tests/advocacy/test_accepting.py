import asyncio
from datetime import UTC, date, datetime

import pytest

from service.advocacy import accepting, register_queries, representing
from service.kit import clock, db
from service.kit.errors import NotFound
from tests.make import bundestag, plain_register, register, swisstopo
from tests.make.register import LEA, ROSA, URS

pytestmark = pytest.mark.usefixtures("database")


async def ids(made: int, *labels: str, subject: str = "member") -> list[int]:
    return [one.id for one in await register.waiting(made, subject) if not labels or one.label in labels]


async def test_a_new_member_brings_the_area_and_the_committee_that_they_need():
    made = await register.compared(ROSA, URS)
    outcome = await accepting.accept(made, await ids(made, "Rosa Beispiel"), None)
    assert (outcome.accepted, outcome.left) == (3, [])
    [rosa] = await representing.members("en")
    assert (rosa.name, rosa.area_name, rosa.committees) == ("Rosa Beispiel", "BE", ["Foreign Affairs"])
    assert (rosa.email, rosa.source) == ("rosa@parliament.example.org", register.SOURCE)
    assert rosa.retrieved_on == clock.now().date()
    assert await register.said(made) == [("new", "Urs Anderer")]


async def test_a_decision_is_taken_once():
    made = await register.compared(ROSA)
    chosen = await ids(made)
    await accepting.accept(made, chosen, None)
    with pytest.raises(accepting.NothingOpen):
        await accepting.accept(made, chosen, None)
    with pytest.raises(accepting.NothingOpen):
        await accepting.reject(made, chosen, None)
    assert await db.fetch_value("SELECT count(*) FROM representative") == 1


async def test_what_does_not_exist_is_not_found_and_what_is_of_another_import_not_touched():
    with pytest.raises(NotFound):
        await accepting.accept(999, [1], None)
    first = await register.compared(ROSA)
    second = await register.compared(URS, parliament="ch-sr")
    with pytest.raises(accepting.NothingOpen):
        await accepting.accept(second, await ids(first), None)


async def test_what_changed_is_written_and_the_rest_left_alone():
    await register.accepted(ROSA | {"languages": "de,fr"})
    await db.execute("UPDATE representative SET bounced_at = now(), bounced_words = 'no such user'")
    await register.accepted(ROSA | {"email": "new@parliament.example.org"})
    row = await db.fetch_one("SELECT * FROM representative")
    assert (row["email"], row["party"], row["languages"]) == (
        *("new@parliament.example.org", "Example Party"),
        ["de", "fr"],
    )
    assert (row["version"], row["bounced_at"], row["bounced_words"]) == (2, None, "")


async def test_what_staff_changed_meanwhile_is_not_overwritten_but_told():
    await register.accepted(ROSA)
    made = await register.compared(ROSA | {"party": "New Party"})
    await db.execute("UPDATE representative SET party = 'Her own'")
    outcome = await register.accept_all(made)
    assert (outcome.accepted, outcome.left) == (0, [("Rosa Beispiel", accepting.CHANGED_SINCE)])
    [one] = await register.waiting(made)
    assert one.twice == accepting.CHANGED_SINCE
    assert await db.fetch_value("SELECT party FROM representative") == "Her own"


async def test_a_mandate_that_staff_ended_meanwhile_is_not_opened_again():
    await register.accepted(ROSA)
    made = await register.compared(ROSA | {"until": "2026-12-31"})
    await db.execute("UPDATE membership SET until = '2026-11-30'")
    assert (await register.accept_all(made)).left == [("Rosa Beispiel", accepting.CHANGED_SINCE)]


async def test_somebody_new_whom_another_file_brought_is_there_once():
    first = await register.compared(ROSA, whole=False)
    later = await register.compared(ROSA, LEA, parliament="ch-nr")
    await register.accept_all(later)
    await db.execute("UPDATE register_difference SET decision = '' WHERE register_import = $1", first)
    outcome = await register.accept_all(first)
    assert ("Rosa Beispiel", accepting.ALREADY_KNOWN) in outcome.left
    assert await db.fetch_value("SELECT count(*) FROM representative") == 2


async def test_of_two_who_accept_the_same_at_once_one_is_told_that_it_was_decided():
    made = await register.compared(ROSA, URS)
    chosen = await ids(made)
    answers = await asyncio.gather(
        *(accepting.accept(made, chosen, None) for _each in range(3)), return_exceptions=True
    )
    assert sorted(type(answer).__name__ for answer in answers) == ["NothingOpen", "NothingOpen", "Outcome"]
    assert await db.fetch_value("SELECT count(*) FROM representative") == 2


async def test_somebody_who_stands_in_two_files_that_are_accepted_at_once_is_there_once():
    first = await register.compared(ROSA, whole=False)
    second = await register.compared(ROSA, whole=False)
    await db.execute("UPDATE register_difference SET decision = ''")
    outcomes = await asyncio.gather(register.accept_all(first), register.accept_all(second))
    assert sum(("Rosa Beispiel", accepting.ALREADY_KNOWN) in outcome.left for outcome in outcomes) == 1
    assert await db.fetch_value("SELECT count(*) FROM representative") == 1


async def test_a_member_whose_area_was_rejected_waits_for_it():
    made = await register.compared(ROSA)
    await accepting.reject(made, await ids(made, subject="area"), None)
    outcome = await accepting.accept(made, await ids(made), None)
    assert outcome.left == [("Rosa Beispiel", accepting.NO_AREA)]
    assert await db.fetch_value("SELECT count(*) FROM representative") == 0


async def test_what_was_rejected_can_wait_again():
    made = await register.compared(ROSA)
    [one] = await ids(made)
    await accepting.reject(made, [one], None)
    await accepting.reconsider(made, one, None)
    assert await ids(made) == [one]
    with pytest.raises(accepting.NothingOpen):
        await accepting.reconsider(made, one, None)


async def test_who_left_has_no_seat_and_no_mandate_any_more():
    await register.accepted(ROSA, URS)
    await register.accepted(URS, as_of="2026-06-01")
    assert await db.fetch_value("SELECT until FROM committee_seat") == date(2026, 5, 31)
    with clock.at(datetime(2026, 6, 1, 12, tzinfo=UTC)):
        assert [one.name for one in await representing.members("en")] == ["Urs Anderer"]


async def test_who_moves_to_another_area_has_a_mandate_for_each():
    await register.accepted(ROSA)
    await register.accepted(ROSA | {"area": "ZH", "since": "2025-03-01"}, as_of="2025-03-10")
    assert await register.mandates() == [
        ("Rosa Beispiel", "BE", date(2023, 12, 4), date(2025, 2, 28)),
        ("Rosa Beispiel", "ZH", date(2025, 3, 1), None),
    ]


async def test_somebody_may_sit_for_two_areas_at_once():
    await register.accepted(ROSA, ROSA | {"area": "ZH"})
    assert [area for _name, area, _since, _until in await register.mandates()] == ["BE", "ZH"]
    assert len(await representing.members("en")) == 1


async def test_who_leaves_a_committee_keeps_the_mandate():
    await register.accepted(ROSA, LEA | {"committees": "Finance"})
    await register.accepted(ROSA | {"committees": "Finance"}, LEA | {"committees": "Finance"})
    rosa = next(one for one in await representing.members("en") if one.name == "Rosa Beispiel")
    assert rosa.committees == ["Finance"]


async def test_harmless_are_those_that_nobody_has_to_look_at_one_by_one():
    await register.accepted(ROSA, URS)
    made = await register.compared(ROSA | {"party": "New"}, LEA, {"id": "9", "name": "<b>", "area": "ZH"})
    chosen = await accepting.harmless(made, "member")
    assert {one.label for one in await register.waiting(made) if one.id in chosen} == {"Rosa Beispiel", "Lea Muster"}
    assert await accepting.harmless(made, "member", "left") == []


async def test_places_come_with_their_cantons():
    made = await register.taken([("places.csv", swisstopo.written(swisstopo.ROWS))])
    await accepting.accept(made, await ids(made, subject="places"), None)
    assert await register_queries.waiting(made) == []
    assert (
        await db.fetch_value(
            "SELECT area.code FROM place JOIN area ON area.id = area WHERE postcode = '8914' AND town = 'Ahornwil'"
        )
        == "ZH"
    )
    await register.accept_all(await register.taken([("places.csv", swisstopo.written(swisstopo.ROWS[1:]))]))
    assert await db.fetch_value("SELECT count(*) FROM place WHERE postcode = '8914'") == 0


async def test_a_constituency_is_that_of_its_time():
    listed = bundestag.people(30)
    await register.accept_all(await register.taken([("x.xml", bundestag.file(listed))]))
    rows = await db.fetch(
        "SELECT m.since, a.valid_from, a.valid_until FROM membership m JOIN area a ON a.id = m.area"
    )
    assert rows
    for row in rows:
        assert (row["valid_from"] or date.min) <= row["since"] <= (row["valid_until"] or date.max)


async def test_thousands_of_members_come_at_once():
    content = plain_register.file(plain_register.MEMBERS["en"], plain_register.people(3000))
    asked = {"parliament": "ch-nr", "source": register.SOURCE}
    outcome = await register.accept_all(await register.taken([("all.csv", content)], **asked))
    assert outcome.left == []
    assert await db.fetch_value("SELECT count(*) FROM representative") == 3000
    assert await register_queries.waiting(await register.taken([("all.csv", content)], **asked)) == []

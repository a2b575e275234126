import asyncio
from datetime import date
from typing import Any

import pytest

from service.advocacy import ledger, promise_queries, promising
from service.advocacy.promise_queries import Wanted
from service.advocacy.promising import NoSponsorship, Overtaken
from service.kit import clock, db
from service.kit.errors import Invalid, NotFound
from tests.make import advocacy, cases
from tests.make.promises import recorded, values
from tests.make.staff import staff

pytestmark = pytest.mark.usefixtures("database")


async def rosa(name: str = "Rosa Beispiel") -> int:
    parliament = await db.fetch_value("SELECT id FROM parliament") or await advocacy.parliament()
    return await advocacy.representative(parliament, name=name)


async def told(representative: int, prisoner: int | None = None, **columns: Any) -> promise_queries.Entry:
    made = await advocacy.promise(representative, prisoner, **({"confirmed_at": None, "statement": {}} | columns))
    return await promise_queries.entry(made)


async def listed(show: str = "ledger", q: str = "", kind: str = "") -> list[int]:
    return [entry.id for entry in (await promise_queries.find(Wanted(show=show, q=q, kind=kind))).entries]


async def test_what_staff_write_down_is_in_the_ledger_at_once():
    member, maryna = await rosa(), await cases.prisoner()
    entry = await recorded(member, maryna)
    assert entry.is_public and entry.since == date(2026, 5, 1)
    [deed] = (await ledger.deeds([member], "en"))[member]
    assert deed.id == entry.id and deed.source == "https://parliament.example.org/news"
    assert await db.fetch_value("SELECT action FROM audit ORDER BY id DESC LIMIT 1") == "promise.recorded"


@pytest.mark.parametrize(
    ("field", "others"),
    [
        ("kind", {"kind": "promised"}),
        ("prisoner", {"prisoner": None}),
        ("representative", {"representative": 0}),
        ("representative", {"representative": 987654}),
        ("until", {"until": "2026-04-30"}),
        ("until", {"kind": "question", "until": "2026-06-01"}),
        ("since", {"since": "1.5.2026"}),
        ("since", {"since": "0026-05-01"}),
        ("source", {"source": "x" * 501}),
        ("statement", {"statement": {"en": "x" * 4001}}),
    ],
)
async def test_what_cannot_be_so_is_said_beside_its_field(field: str, others: dict[str, Any]):
    member, maryna = await rosa(), await cases.prisoner()
    with pytest.raises(Invalid) as refused:
        await promising.record(values(member, maryna) | others, None)
    assert list(refused.value.fields) == [field]
    assert await listed() == []


async def test_one_member_sponsors_one_prisoner_once_at_a_time():
    member, maryna = await rosa(), await cases.prisoner()
    await recorded(member, maryna, until="2026-06-01")
    both = [promising.record(values(member, maryna), None) for _each in range(2)]
    outcomes = await asyncio.gather(*both, return_exceptions=True)
    assert [type(one) for one in outcomes if not isinstance(one, int)] == [Invalid]
    assert len(await listed()) == 2


async def test_what_supporters_told_is_public_once_staff_have_confirmed_it():
    member, maryna = await rosa(), await cases.prisoner()
    entry, olga = await told(member, maryna, told=b"x"), (await staff()).id
    await promising.change(entry.id, values(member, maryna), olga, entry.version)
    row = await db.fetch_one("SELECT told, confirmed_by, confirmed_at FROM promise")
    assert row and row["told"] is None and row["confirmed_by"] == olga and row["confirmed_at"]
    assert await ledger.sponsors() == [member]
    assert (await listed(), await listed("told")) == ([entry.id], [])


async def test_what_is_rejected_is_forgotten_and_can_be_confirmed_after_all():
    member, maryna = await rosa(), await cases.prisoner()
    entry = await told(member, maryna, told=b"x")
    await promising.reject(entry.id, None, entry.version)
    assert await db.fetch_value("SELECT told FROM promise") is None
    assert await ledger.deeds([member], "en") == {} and await listed("rejected") == [entry.id]
    await promising.change(entry.id, values(member, maryna), None, entry.version + 1)
    assert await ledger.sponsors() == [member] and await listed("rejected") == []


async def test_of_two_who_edit_the_second_is_told():
    member, maryna = await rosa(), await cases.prisoner()
    entry = await recorded(member, maryna)
    await promising.change(entry.id, values(member, maryna, source="One"), None, entry.version)
    for late in (
        promising.change(entry.id, values(member, maryna, source="Two"), None, entry.version),
        promising.reject(entry.id, None, entry.version),
        promising.follow_up(entry.id, "", None, entry.version),
        promising.hand_over(entry.id, await rosa("Sven Muster"), "", None, entry.version),
    ):
        with pytest.raises(Overtaken):
            await late
    assert (await promise_queries.entry(entry.id)).source == "One"
    assert await listed("rejected") == []


async def test_a_sponsorship_passes_to_a_successor_on_a_day():
    member, maryna, sven = await rosa(), await cases.prisoner(), await rosa("Sven Muster")
    entry = await recorded(member, maryna, follow_up_on="2026-11-01")
    made = await promising.hand_over(entry.id, sven, "2026-11-20", None, entry.version)
    before, after = await promise_queries.entry(entry.id), await promise_queries.entry(made)
    assert (before.until, before.successor_name, before.follow_up_on) == (date(2026, 11, 20), "Sven Muster", None)
    assert (after.prisoner, after.since, after.until) == (maryna, date(2026, 11, 20), None)
    with clock.at(clock.now().replace(year=2026, month=11, day=25)):
        assert await ledger.sponsors() == [sven]


async def test_a_mandate_that_ended_earlier_stays_the_end_of_the_sponsorship():
    member, maryna, sven = await rosa(), await cases.prisoner(), await rosa("Sven Muster")
    entry = await recorded(member, maryna, until="2026-06-01")
    await promising.hand_over(entry.id, sven, "2026-11-20", None, entry.version)
    assert (await promise_queries.entry(entry.id)).until == date(2026, 6, 1)


async def test_nobody_takes_over_from_themselves_or_what_is_no_sponsorship():
    member, maryna, sven = await rosa(), await cases.prisoner(), await rosa("Sven Muster")
    entry, question = await recorded(member, maryna), await recorded(member, maryna, kind="question")
    for nobody in (member, 0):
        with pytest.raises(Invalid) as refused:
            await promising.hand_over(entry.id, nobody, "", None, entry.version)
        assert list(refused.value.fields) == ["successor"]
    with pytest.raises(NoSponsorship):
        await promising.hand_over(question.id, sven, "", None, question.version)
    await promising.hand_over(entry.id, sven, "", None, entry.version)
    with pytest.raises(NoSponsorship):
        await promising.hand_over(entry.id, sven, "", None, entry.version + 1)


async def test_what_is_due_stands_there_until_somebody_looked_after_it():
    member, maryna = await rosa(), await cases.prisoner()
    with clock.at(clock.now().replace(year=2026, month=11, day=22, hour=12)):
        due = await recorded(member, maryna, follow_up_on="2026-11-22")
        later = await recorded(member, None, kind="question", follow_up_on="2026-11-23")
        assert await listed("due") == [due.id]
        assert (await promise_queries.counts())["due"] == 1
        await promising.follow_up(due.id, "2026-12-22", None, due.version)
        assert await listed("due") == []
    with clock.at(clock.now().replace(year=2026, month=12, day=22, hour=12)):
        assert await listed("due") == [due.id, later.id] or await listed("due") == [later.id, due.id]


async def test_entries_are_found_by_member_and_by_prisoner_in_any_script():
    member, sven, maryna = await rosa(), await rosa("Sven Muster"), await cases.prisoner()
    hers = await recorded(member, maryna)
    his = await recorded(sven, None, kind="question")
    assert await listed(q="beispiel") == [hers.id]
    assert await listed(q="Ковальчук") == [hers.id]
    assert await listed(kind="question") == [his.id]
    assert await listed(q="%") == [] and await listed(q="nobody") == []
    assert [one.id for one in await promise_queries.members_like("muster sven")] == [sven]
    ines = await rosa("Inès Échantillon")
    assert [one.id for one in await promise_queries.members_like("INES Échan")] == [ines]
    assert [one.id for one in await promise_queries.prisoners_like("kavalchuk")] == [maryna]


async def test_what_is_known_already_is_marked():
    member, maryna = await rosa(), await cases.prisoner()
    entry = await told(member, maryna)
    assert not entry.is_known
    await recorded(member, maryna)
    assert (await promise_queries.entry(entry.id)).is_known


async def test_what_does_not_exist_is_not_found():
    for missing in (
        promise_queries.entry(987),
        promising.reject(987, None, 1),
        promising.hand_over(987, 1, "", None, 1),
    ):
        with pytest.raises(NotFound):
            await missing

from datetime import date

import pytest

from service.advocacy import ledger, queries, sponsoring
from service.cases import queries as prisoners
from service.kit import clock, db
from tests.make import advocacy, cases

pytestmark = pytest.mark.usefixtures("database")
STATEMENT = {"en": "I ask about Maryna Kavalchuk every month.", "de": "Ich frage jeden Monat nach ihr."}
YESTERDAY = date(2026, 11, 21)


async def rosa(**columns: object) -> int:
    return await advocacy.representative(await advocacy.parliament(), **columns)


async def said(representative: int, language: str = "en") -> list[str]:
    return [
        deed.sentence.into(language)
        for deed in (await ledger.deeds([representative], language)).get(representative, [])
    ]


async def test_what_a_member_did_stands_in_the_ledger_once_staff_have_confirmed_it():
    member, maryna = await rosa(), await cases.prisoner()
    await advocacy.promise(member, maryna)
    await advocacy.promise(member, maryna, "question", confirmed_at=None)
    await advocacy.promise(member, maryna, "spoke", rejected_at=clock.now())
    assert await said(member) == ["Sponsors Maryna Kavalchuk"]


async def test_sponsorships_that_last_stand_before_what_is_newer():
    member, maryna, olga = await rosa(), await cases.prisoner(), await cases.prisoner("Olga Example")
    await advocacy.promise(member, olga, until=YESTERDAY)
    await advocacy.promise(member, None, "question", since=date(2025, 5, 1))
    await advocacy.promise(member, maryna)
    assert await said(member) == [
        "Sponsors Maryna Kavalchuk",
        "Asked a question in parliament",
        "Sponsored Olga Example",
    ]


async def test_the_reader_gets_the_statement_and_the_name_in_their_language():
    member, maryna = await rosa(), await cases.prisoner()
    await advocacy.promise(member, maryna, statement=STATEMENT)
    deed = (await ledger.deeds([member], "de"))[member][0]
    assert deed.statement and deed.statement.text == STATEMENT["de"]
    assert deed.prisoner and deed.prisoner.path.startswith("/de/prisoners/")


@pytest.mark.parametrize("hidden", [{"publication": "hidden"}, {"vetoed_at": clock.now()}])
async def test_of_a_prisoner_who_is_not_shown_nothing_stands_anywhere(hidden):
    member, maryna = await rosa(), await cases.prisoner(**hidden)
    await advocacy.promise(member, maryna)
    assert await ledger.deeds([member], "en") == {}
    assert await ledger.sponsors() == []
    found = await sponsoring.find(sponsoring.Wanted(), await sponsoring.parliaments("en"), "en")
    assert (found.sponsors, found.sponsored, found.waiting) == ([], 0, [])


async def test_of_a_prisoner_with_initials_nothing_is_told_that_may_name_her():
    member, maryna = await rosa(), await cases.prisoner(publication="initials")
    texts = {"statement": STATEMENT, "source": "https://example.org/maryna-kavalchuk", "photo": "a" * 32 + ".jpg"}
    await advocacy.promise(member, maryna, **texts)
    deed = (await ledger.deeds([member], "en"))[member][0]
    assert deed.sentence.into("en") == "Sponsors M. K."
    assert (deed.statement, deed.source, deed.photo) == (None, "", "")


async def test_the_sponsors_of_today_are_known_by_their_ids():
    national = await advocacy.parliament()
    lasting, over, told, asked = [await advocacy.representative(national, name=f"{n} B") for n in "RSTU"]
    maryna = await cases.prisoner()
    await advocacy.promise(lasting, maryna)
    await advocacy.promise(over, maryna, until=YESTERDAY)
    await advocacy.promise(told, maryna, confirmed_at=None)
    await advocacy.promise(asked, maryna, "question")
    with clock.at(clock.now().replace(year=2026, month=11, day=22, hour=12)):
        assert await ledger.sponsors() == [lasting]


async def test_a_sponsorship_ends_with_the_mandate_and_staff_are_told_that_day():
    election = date(2027, 12, 6)
    national, maryna = await advocacy.parliament(), await cases.prisoner()
    leaves = await advocacy.representative(national, until=election)
    stays = await advocacy.representative(national, name="Sven Beispiel")
    ends, lasts = await advocacy.promise(leaves, maryna), await advocacy.promise(stays, maryna)
    assert await ledger.end_with_mandates([leaves, stays], election) == [ends]
    assert await ledger.end_with_mandates([leaves, stays], election) == []
    row = await db.fetch_one("SELECT until, follow_up_on FROM promise WHERE id = $1", ends)
    assert row and tuple(row) == (election, election)
    assert await db.fetch_value("SELECT until FROM promise WHERE id = $1", lasts) is None


async def test_who_is_elected_again_sponsors_on():
    election = date(2027, 12, 6)
    national = await advocacy.parliament()
    member = await advocacy.representative(national, until=election)
    await db.execute(
        "INSERT INTO membership (representative, parliament, since, source) VALUES ($1, $2, $3, '')",
        member,
        national,
        election,
    )
    await advocacy.promise(member, await cases.prisoner())
    assert await ledger.end_with_mandates([member], election) == []


async def test_the_page_of_a_prisoner_knows_her_sponsors_and_what_others_did():
    bern, maryna = await advocacy.area(), await cases.prisoner()
    national = await advocacy.parliament()
    member = await advocacy.representative(national, bern)
    gone = await advocacy.representative(national, name="Sven Beispiel", until=date(2024, 1, 1))
    await advocacy.promise(member, maryna)
    await advocacy.promise(gone, maryna, "question")
    known = await sponsoring.company((await prisoners.people([maryna], "de"))[0])
    assert [(one.deed.name, one.member and one.member.parliament_name) for one in known.sponsors] == [
        ("Rosa Beispiel", "Nationalrat")
    ]
    assert [(deed.name, deed.kind) for deed in known.deeds] == [("Sven Beispiel", "question")]
    assert known.action is None


async def test_whom_nobody_sponsors_is_asked_about_in_the_open_action():
    maryna, olga = await cases.prisoner(), await cases.prisoner("Olga Example")
    await advocacy.action(prisoners=(maryna,))
    await advocacy.action(state="closed", prisoners=(olga,))
    hers, olgas = [await sponsoring.company(person) for person in await prisoners.people([maryna, olga], "en")]
    assert hers.action and hers.action.key == (await queries.open_ones("en"))[0].key
    assert olgas.action is None


async def test_each_parliament_has_its_own_list_of_those_who_wait():
    national, council = await advocacy.parliament(), await advocacy.parliament("ch-sr")
    maryna, olga = await cases.prisoner(), await cases.prisoner("Olga Example", standing=3)
    await cases.prisoner("Free Already", state="released")
    await advocacy.promise(await advocacy.representative(national), maryna)
    known = await sponsoring.parliaments("en")
    await advocacy.representative(council, name="Sven Beispiel")
    known = await sponsoring.parliaments("en")
    everywhere, senate = [
        await sponsoring.find(sponsoring.Wanted(parliament=key), known, "en") for key in ("", "ch-sr")
    ]
    assert [person.id for person in everywhere.waiting] == [olga]
    assert (everywhere.members, everywhere.sponsored) == (1, 1)
    assert [person.id for person in senate.waiting] == [maryna, olga]
    assert senate.sponsors == []

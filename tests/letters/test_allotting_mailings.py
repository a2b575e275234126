"""Every reader of a mailing gets people of their own, and the mailing next to it takes others."""

import asyncio
from collections import Counter

import pytest

from service.campaigns import sending
from service.delivery import outbox
from service.kit import db
from service.letters import allotting
from service.letters.allotting import NobodyToWriteTo
from tests.make import cases, letters, mailings
from tests.make.campaigns import under_way

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
async def people(database):
    colony = await cases.facility()
    return [await cases.prisoner(f"Person {number}", colony, born="") for number in range(12)]


async def frozen(people, readers, languages=("en",)):
    made = await mailings.mailing(dict.fromkeys(languages, mailings.EDITION))
    await letters.pieces(made, people, languages)
    await mailings.audience(made, mailings.people(readers))
    return made


async def shown(mailing):
    rows = await db.fetch("SELECT inserts FROM delivery WHERE mailing = $1", mailing)
    return [row["inserts"] for row in rows]


async def test_every_reader_gets_three_different_people_and_all_get_as_many_letters(people):
    mailing = await frozen(people, 40)
    await allotting.for_mailing(mailing, 3)
    rows = await shown(mailing)
    assert len(rows) == 40
    assert all(len(set(row)) == 3 for row in rows)
    counts = Counter(id for row in rows for id in row)
    assert set(counts.values()) == {10} and set(counts) == set(people)
    kept = await db.fetch("SELECT prisoner, reserved FROM allotment WHERE batch = $1", f"mailing {mailing}")
    assert {row["prisoner"]: row["reserved"] for row in kept} == counts


async def test_who_has_no_piece_in_every_language_of_the_mailing_is_given_to_nobody(people):
    mailing = await frozen(people[:4], 6, ("en", "fr"))
    await letters.pieces(mailing, people[4:5], ("en",))
    await allotting.for_mailing(mailing, 3)
    assert {id for row in await shown(mailing) for id in row} == set(people[:4])


async def test_readers_whose_edition_has_no_list_of_their_own_are_given_nobody(people):
    mailing = await mailings.mailing(dict.fromkeys(("en", "de"), mailings.EDITION))
    await letters.pieces(mailing, people, ["en"])
    await mailings.audience(mailing, mailings.people(4), "de")
    await mailings.audience(mailing, [(9, "reader9@example.net", "")])
    await allotting.for_mailing(mailing, 3)
    assert [row for row in await shown(mailing) if row] and (await shown(mailing)).count(None) == 4
    assert await db.fetch_value("SELECT sum(reserved) FROM allotment") == 3


async def test_with_fewer_people_than_asked_for_each_reader_gets_all_of_them(people):
    mailing = await frozen(people[:2], 3)
    await allotting.for_mailing(mailing, 5)
    assert [set(row) for row in await shown(mailing)] == [set(people[:2])] * 3


async def test_a_mailing_without_anybody_to_write_to_is_refused(people):
    await db.execute("UPDATE prisoner SET state = 'released'")
    mailing = await frozen(people, 3)
    with pytest.raises(NobodyToWriteTo):
        await allotting.for_mailing(mailing, 3)


async def test_a_freeze_that_fails_reserves_nobody(people):
    mailing = await frozen(people, 3)
    with pytest.raises(RuntimeError):
        async with db.transaction():
            await allotting.for_mailing(mailing, 3)
            raise RuntimeError("the power goes")
    assert await db.fetch_value("SELECT count(*) FROM allotment") == 0
    assert await shown(mailing) == [None] * 3


async def test_two_mailings_at_the_same_moment_take_different_people(people):
    made = [await frozen(people, 2), await frozen(people, 2)]
    await asyncio.gather(*(allotting.for_mailing(mailing, 3) for mailing in made))
    given = [id for mailing in made for row in await shown(mailing) for id in row]
    assert Counter(given) == Counter(people)


async def test_visitors_who_ask_while_a_mailing_is_frozen_get_those_whom_it_left(people):
    mailing = await frozen(people, 3)
    visits = [allotting.for_page(1) for _visitor in range(3)]
    _none, *given = await asyncio.gather(allotting.for_mailing(mailing, 3), *visits)
    taken = [id for row in await shown(mailing) for id in row] + [id for _batch, row in given for id in row]
    assert Counter(taken) == Counter(people)


async def test_what_was_given_is_forgotten_with_the_reader(people):
    """The row of a mail knows its names as long as its address, and no longer."""
    mailing = await frozen(people, 2)
    await allotting.for_mailing(mailing, 3)
    await outbox.open(mailing)
    await outbox.cancel(mailing)
    assert await shown(mailing) == [None, None]


async def test_when_a_campaign_is_cancelled_the_people_of_unsent_mails_are_free_again(people):
    mailing = await frozen(people, 4)
    await allotting.for_mailing(mailing, 3)
    await outbox.open(mailing)
    gone, *_open = await shown(mailing)
    first = await db.fetch_value("SELECT min(id) FROM delivery WHERE inserts = $1", gone)
    await db.execute("UPDATE delivery SET state = 'sent', inserts = NULL WHERE id = $1", first)
    await sending.cancel(await under_way(mailing), None)
    loads = {candidate.id: candidate.load for candidate in await allotting.candidates()}
    assert loads == {id: int(id in gone) for id in people}

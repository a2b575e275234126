import time
from datetime import timedelta

import pytest

from service.cases import editing, events, merging, queries
from service.kit import clock, db
from service.kit.errors import NotFound
from service.wall import showing
from tests.make import advocacy, cases, mailings, wall

pytestmark = pytest.mark.usefixtures("database")
OTHER = {"name_be": "", "name_ru": "Ковальчук Марина", "name_latin": ""}


async def two(**others) -> tuple[int, int]:
    """Maryna twice: as Viasna spells her, and as Dissidentby does."""
    maryna, marina = await cases.prisoner(), await cases.prisoner(**(OTHER | {"born": "1984"} | others))
    await cases.status(maryna)
    await cases.status(marina, "Dissidentby", "np")
    return maryna, marina


async def test_two_records_of_one_person_are_found_across_scripts():
    maryna, marina = await two()
    await cases.prisoner("Anna Vishnevets", name_be="", name_ru="", born="1984-06-02")
    [pair] = await merging.pairs()
    assert (pair.one.id, pair.other.id) == (maryna, marina)
    assert pair.likeness > 0.95


@pytest.mark.parametrize("others", [{"born": "1985"}, {"gender": "m"}, {"name_ru": "Анна Вишневец"}])
async def test_who_is_plainly_somebody_else_is_no_pair(others):
    await two(**others)
    assert await merging.pairs() == []


async def test_who_stands_twice_in_one_list_is_two_people_for_that_list():
    _maryna, marina = await two()
    await db.execute("UPDATE prisoner_status SET organisation = 'Viasna' WHERE prisoner = $1", marina)
    assert await merging.pairs() == []


async def test_two_who_were_told_apart_stay_apart():
    maryna, marina = await two()
    await merging.tell_apart(marina, maryna, None)
    await merging.tell_apart(maryna, marina, None)
    assert await merging.pairs() == []
    assert await db.fetch_value("SELECT count(*) FROM prisoners_apart") == 1


async def test_what_was_known_of_both_is_known_of_the_one_that_stays():
    homel = await cases.facility()
    maryna, marina = await two(
        place=homel, verdict_on="2022-01-01", biography={"ru": "Учительница."}, standing=4, weight=3
    )
    await editing.stand_by({maryna: 2})
    await events.add(
        marina, {"kind": "charged", "happened_on": "2021", "texts": {}, "organisation": "", "link": ""}, None
    )
    await db.execute(
        "INSERT INTO allotment (batch, prisoner, reserved, posted, made_at, expires_at)"
        " VALUES ('page', $1, 2, 1, $3, $3), ('page', $2, 3, 1, $3, $3), ('evening 1', $2, 5, 0, $3, $3)",
        maryna,
        marina,
        clock.now(),
    )
    await merging.merge(maryna, marina, None)
    record = await queries.record(maryna)
    assert (record.facility, record.verdict_on, record.standing, record.weight) == (homel, "2022-01-01", 6, 3)
    assert record.biography == {"ru": "Учительница."}
    assert (record.born, record.name_latin, record.other_names) == (
        "1984-06-02",
        "Maryna Kavalchuk",
        ["Ковальчук Марина"],
    )
    assert [s.organisation for s in record.statuses] == ["Dissidentby", "Viasna"]
    assert "charged" in [event.kind for event in await events.of(maryna)]
    rows = await db.fetch("SELECT batch, prisoner, reserved, posted FROM allotment ORDER BY batch")
    assert [tuple(row) for row in rows] == [("evening 1", maryna, 5, 0), ("page", maryna, 5, 2)]
    with pytest.raises(NotFound):
        await queries.record(marina)


async def test_links_to_the_record_that_is_gone_lead_to_the_one_that_stays():
    maryna, marina = await two(key="marina")
    await merging.merge(maryna, marina, None)
    assert (await queries.person("marina", "en")).id == maryna
    assert [person.id for person in await queries.people([marina], "en")] == [maryna]
    third = await cases.prisoner("Maryna K")
    await merging.merge(third, maryna, None)
    assert (await queries.person("marina", "en")).id == third


@pytest.mark.parametrize("side", [0, 1])
async def test_the_stricter_consent_of_the_two_holds(side):
    both = await two()
    await editing.change(both[side], {"vetoed": True, "veto_note": "Her mother called."}, None)
    await editing.change(both[1 - side], {"publication": "initials"}, None)
    await merging.merge(both[0], both[1], None)
    record = await queries.record(both[0])
    assert (record.publication, record.veto_note) == ("initials", "Her mother called.")
    assert record.vetoed_at is not None


async def test_the_merged_record_stands_in_no_mail_that_has_not_left():
    maryna, marina = await two()
    made = await mailings.mailing({"en": mailings.naming([maryna, marina])})
    await mailings.audience(made, mailings.people(3))
    assert await merging.merge(maryna, marina, None) == 3
    keys = await db.fetch("SELECT DISTINCT key FROM mailing_insert WHERE mailing = $1 AND key <> 0", made)
    assert [row["key"] for row in keys] == [maryna]


async def test_a_record_is_not_merged_with_itself_or_with_nobody():
    maryna = await cases.prisoner()
    with pytest.raises(merging.Merging):
        await merging.merge(maryna, maryna, None)
    with pytest.raises(NotFound):
        await merging.merge(maryna, 4711, None)
    with pytest.raises(NotFound):
        await merging.merge(4711, maryna, None)
    assert (await queries.record(maryna)).version == 1


async def test_the_merged_record_was_known_since_the_first_of_the_two():
    long_ago = clock.now() - timedelta(days=300)
    maryna, marina = await two(published_at=long_ago)
    await merging.merge(maryna, marina, None)
    assert (await queries.record(maryna)).published_at == long_ago


async def test_who_was_hidden_twice_is_new_on_the_day_on_which_they_may_be_shown():
    maryna, marina = await two(publication="hidden", published_at=editing.NEVER)
    await db.execute("UPDATE prisoner SET publication = 'hidden', published_at = $1", editing.NEVER)
    await merging.merge(maryna, marina, None)
    assert (await queries.record(maryna)).published_at == editing.NEVER


async def test_the_pairs_of_fifteen_thousand_are_found_in_seconds():
    firsts, towns = (
        ("Аляксандр", "Марына", "Сяргей", "Вольга", "Дзмітрый"),
        ("баг", "вад", "кал", "лам", "рас", "шах"),
    )
    people = [
        {
            "name_be": f"{firsts[n % 5]} {towns[n % 6]}{towns[n // 6 % 6]}{towns[n // 36 % 6]}{n // 216}енка",
            "born": f"{1950 + n % 50}-{1 + n % 12:02}-{1 + n % 28:02}",
        }
        for n in range(15_000)
    ]
    await editing.create_many([(values, None) for values in people], None)
    started = time.process_time()
    assert len(await merging.pairs()) <= 100
    assert time.process_time() - started < 15


async def test_who_stood_by_one_record_stands_by_the_one_that_stays():
    maryna, marina = await two()
    post = await wall.post(prisoner=marina)
    mark = await showing.mark()
    await merging.merge(maryna, marina, None)
    kept = await db.fetch_one("SELECT prisoner, version FROM wall_post WHERE id = $1", post)
    assert tuple(kept) == (maryna, 2)
    assert await showing.mark() != mark


async def test_what_members_of_parliament_did_for_either_goes_over():
    maryna, marina = await two()
    national = await advocacy.parliament()
    rosa, sven = await advocacy.representative(national), await advocacy.representative(national, name="Sven Muster")
    hers, again = await advocacy.promise(rosa, maryna), await advocacy.promise(rosa, marina)
    his = await advocacy.promise(sven, marina)
    told = [await advocacy.promise(sven, whom, "question", confirmed_at=None) for whom in (maryna, marina)]
    action = await advocacy.action(prisoners=(marina, maryna))
    await merging.merge(maryna, marina, None)
    rows = await db.fetch("SELECT id FROM promise WHERE prisoner = $1 ORDER BY id", maryna)
    assert [row["id"] for row in rows] == [hers, his, told[0]]
    assert not await db.fetch_value("SELECT count(*) FROM promise WHERE id = $1", again)
    assert await db.fetch_value("SELECT prisoners FROM action WHERE id = $1", action) == [maryna]

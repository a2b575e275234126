"""Who is signed in, for how long, and what ends it."""

from datetime import UTC, datetime, timedelta

import tests.make.staff as make
from service.auth import sessions
from service.kit import clock, db

MONDAY = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


async def test_olga_is_known_by_her_key_and_nobody_by_another(database: None) -> None:
    olga = await make.staff("Olga")
    key = await sessions.begin(olga.id)

    staff = await sessions.find(key)

    assert staff and (staff.id, staff.name, staff.role) == (olga.id, "Olga", "owner")
    assert await sessions.find(key + "x") is None
    assert await sessions.find("") is None
    assert await sessions.find(None) is None


async def test_a_stolen_dump_holds_no_key(database: None) -> None:
    key = await sessions.begin((await make.staff()).id)

    row = await db.fetch_one("SELECT * FROM staff_session")

    assert key not in str(dict(row)) and key.encode().hex() not in str(dict(row))


async def test_olga_is_signed_out_after_twelve_idle_hours(database: None) -> None:
    with clock.at(MONDAY):
        key = await sessions.begin((await make.staff()).id)
    with clock.at(MONDAY + timedelta(hours=11)):
        assert await sessions.find(key)
    with clock.at(MONDAY + timedelta(hours=22)):
        assert await sessions.find(key)
    with clock.at(MONDAY + timedelta(hours=34, minutes=1)):
        assert await sessions.find(key) is None


async def test_a_busy_session_ends_after_seven_days(database: None) -> None:
    with clock.at(MONDAY):
        key = await sessions.begin((await make.staff()).id)
    for hours in range(6, 7 * 24, 6):
        with clock.at(MONDAY + timedelta(hours=hours)):
            assert await sessions.find(key)
    with clock.at(MONDAY + timedelta(days=7)):
        assert await sessions.find(key) is None
        assert await sessions.sweep() == 1


async def test_the_password_alone_is_no_session_while_the_second_factor_is_awaited(database: None) -> None:
    with clock.at(MONDAY):
        key = await sessions.begin((await make.staff()).id, complete=False)
        assert await sessions.find(key) is None
        assert await sessions.find(key, complete=False)
    with clock.at(MONDAY + timedelta(minutes=11)):
        assert await sessions.find(key, complete=False) is None


async def test_olga_signs_out_her_other_browsers_and_stays(database: None) -> None:
    olga, anna = await make.staff("Olga"), await make.staff("Anna")
    here, there, annas = [await sessions.begin(person.id) for person in (olga, olga, anna)]
    mine = await sessions.find(here)
    assert mine

    await sessions.end_all(olga.id, except_for=mine.session)

    assert await sessions.find(here) and await sessions.find(annas)
    assert await sessions.find(there) is None


async def test_anna_cannot_end_a_session_of_olga(database: None) -> None:
    olga, anna = await make.staff("Olga"), await make.staff("Anna")
    key = await sessions.begin(olga.id)
    [signed] = await sessions.listing(olga.id)

    assert not await sessions.end_one(anna.id, signed.id)
    assert await sessions.find(key)
    assert await sessions.end_one(olga.id, signed.id)
    assert await sessions.find(key) is None


async def test_each_session_has_its_own_csrf_token(database: None) -> None:
    olga = await make.staff()
    first, second = [await sessions.find(await sessions.begin(olga.id)) for _ in range(2)]

    assert first and second and first.csrf != second.csrf

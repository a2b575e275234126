"""Whoever is released, dead, hidden or elsewhere is in nothing that leaves afterwards."""

from typing import Any

import pytest

from service.cases import editing, facilities, stopping
from service.delivery import outbox
from service.kit import db
from service.kit.errors import Invalid
from tests.make import cases, mailings, smtp

pytestmark = pytest.mark.usefixtures("database")


async def mailing_about(*prisoners: int, readers: int = 3) -> int:
    """A mail to everybody that names these people, ready to leave."""
    names = {id: f"Person {id}" for id in prisoners}
    made = await mailings.mailing({"en": mailings.naming(prisoners, (), names)})
    await mailings.audience(made, mailings.people(readers))
    await outbox.open(made)
    return made


async def taken_out() -> list[tuple[int, str, int]]:
    rows = await db.fetch("SELECT key, reason, mails FROM mailing_withdrawal ORDER BY id")
    return [tuple(row) for row in rows]


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"state": "released", "released_on": "2026-01-05"}, "released"),
        ({"state": "died"}, "died"),
        ({"publication": "hidden"}, "hidden"),
        ({"publication": "initials"}, "hidden"),
        ({"vetoed": True}, "hidden"),
        ({"facility": None}, "moved"),
    ],
)
async def test_what_makes_a_mail_untrue_stops_it(values: dict[str, Any], reason: str):
    maryna = await cases.prisoner(place=await cases.facility())
    anna = await cases.prisoner("Anna Vishnevets")
    await mailing_about(maryna, anna)
    assert await stopping.unsent(maryna) == 3
    changed = await editing.change(maryna, values, None)
    assert (changed.stopped, changed.why) == (3, reason)
    assert await taken_out() == [(maryna, reason, 3)]
    assert (await stopping.unsent(maryna), await stopping.unsent(anna)) == (0, 3)


@pytest.mark.parametrize(
    "values", [{"name_latin": "Marina Kovalchuk"}, {"biography": {"en": "A nurse."}}, {"weight": 3}, {"born": "1984"}]
)
async def test_what_leaves_a_mail_true_stops_nothing(values: dict[str, Any]):
    maryna = await cases.prisoner(place=await cases.facility())
    await mailing_about(maryna)
    assert (await editing.change(maryna, values, None)).stopped == 0
    assert await taken_out() == []


async def test_marynas_name_is_in_no_mail_that_leaves_after_her_release(work: Any):
    maryna, anna = await cases.prisoner(), await cases.prisoner("Anna Vishnevets")
    async with smtp.office() as office:
        await mailing_about(maryna, anna)
        await editing.change(maryna, {"state": "released"}, None)
        await work()
        bodies = [mail.parsed.get_body(("plain",)).get_content() for mail in office.received]
    assert len(bodies) == 3
    assert all(f"Person {anna}" in body and f"Person {maryna}\n" not in body + "\n" for body in bodies)


async def test_a_prison_that_moves_moves_whoever_is_held_there():
    homel = await cases.facility()
    maryna = await editing.create({"name_latin": "Maryna Kavalchuk", "facility": homel}, None)
    free = await cases.prisoner("Anna Vishnevets", homel, state="released")
    await mailing_about(maryna)
    changed = await facilities.change(homel, {"street": "ул. Новая, 1"}, None)
    assert (changed.moved, changed.stopped) == (1, 3)
    assert await taken_out() == [(maryna, "moved", 3)]
    assert await db.fetch_value("SELECT count(*) FROM prisoner_stay WHERE prisoner = $1", maryna) == 2
    assert await db.fetch_value("SELECT count(*) FROM prisoner_stay WHERE prisoner = $1", free) == 0


async def test_an_address_that_is_no_longer_valid_is_a_move_too():
    homel = await cases.facility()
    maryna = await cases.prisoner(place=homel)
    await mailing_about(maryna)
    assert (await facilities.change(homel, {"valid_until": "2020-01-01"}, None)).stopped == 3


async def test_a_note_about_a_prison_moves_nobody():
    homel = await cases.facility()
    await mailing_about(await cases.prisoner(place=homel))
    changed = await facilities.change(homel, {"rules": {"en": "No glitter."}, "checked_on": "2026-01-05"}, None)
    assert changed == facilities.Changed()


async def test_a_change_that_fails_stops_no_mail():
    homel = await cases.facility()
    maryna = await cases.prisoner(place=homel)
    await mailing_about(maryna)
    with pytest.raises(Invalid):
        await editing.change(maryna, {"state": "released", "facility": 4711}, None)
    assert await taken_out() == []
    assert await stopping.unsent(maryna) == 3

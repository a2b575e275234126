"""Staff accounts in the table."""

import pytest

import tests.make.staff as make
from service.auth import accounts, links, sessions
from service.auth.links import Purpose, Spent
from service.kit import db
from service.kit.errors import Invalid


async def test_a_stolen_dump_holds_no_address(database: None) -> None:
    await accounts.create("Olga@Example.org", "Olga", "editor")

    row = dict(await db.fetch_one("SELECT * FROM account") or {})

    assert b"olga" not in row["address"].lower() and b"example" not in row["address"]
    found = await accounts.by_address(" olga@example.ORG")
    assert found and found.address == "olga@example.org" and found.state == "invited"


@pytest.mark.parametrize(
    "address", ["", "olga", "a@b@example.org", "a@example.org, b@example.org", "a@example.org\nBcc: x"]
)
async def test_what_is_not_one_address_makes_no_account(database: None, address: str) -> None:
    with pytest.raises(Invalid):
        await accounts.create(address, "Olga", "editor")


async def test_two_people_cannot_share_an_address(database: None) -> None:
    olga, anna = await make.staff("Olga"), await make.staff("Anna")

    with pytest.raises(Invalid):
        await accounts.create("OLGA@example.org", "Another", "viewer")
    with pytest.raises(Invalid):
        await accounts.move(anna.id, olga.address)
    await accounts.move(anna.id, "anna@example.net")
    assert (await accounts.get(anna.id)).address == "anna@example.net"


async def test_a_new_password_signs_out_everywhere_else_and_ends_links(database: None) -> None:
    olga = await make.staff("Olga")
    here, there = await sessions.begin(olga.id), await sessions.begin(olga.id)
    key = await links.make(olga.id, Purpose.RECOVERY)
    mine = await sessions.find(here)
    assert mine

    await accounts.set_password(await accounts.get(olga.id), "an old wooden bridge", keep=mine.session)

    assert await sessions.find(here) and await sessions.find(there) is None
    with pytest.raises(Spent):
        await links.use(key, Purpose.RECOVERY)
